import { splitList } from '@meetingbot/crds-schema';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Names that mean a host of one's own network wherever they are asked for: RFC 6761 (localhost), RFC 6762 (local),
 * RFC 8375 (home.arpa), ICANN's internal, AWS's and Google's internal names, and what private networks are called
 * (RFC 6762 appendix G).
 */
const PRIVATE_DOMAINS = ['localhost', 'local', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'home.arpa'];

/** Here are the credential endpoints of ECS and EC2, over IPv6 too: opened by no setting, as in the recorder's proxy. */
const NEVER = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32'].map((block) => ipaddr.parseCIDR(block));

/** Which hosts and addresses are not of the public internet, and which of them may be opened all the same. */
export class PrivateHosts {
  readonly #names: ReadonlySet<string>;
  readonly #blocks: readonly [Address, number][];

  /** @param setting - BROWSER_PRIVATE_HOSTS: names, addresses and CIDRs separated by commas */
  constructor(setting: string | undefined) {
    const items = splitList(setting).map((item) => item.toLowerCase().replace(/^\[(.*)\]$/, '$1'));
    this.#names = new Set(items.map(withoutDot));
    this.#blocks = items.flatMap((item) => {
      if (ipaddr.isValidCIDR(item)) return [ipaddr.parseCIDR(item)];
      const address = ipaddr.isValid(item) ? ipaddr.process(item) : undefined;
      return address === undefined ? [] : [[address, address.toByteArray().length * 8] as [Address, number]];
    });
  }

  /** Whether a host (a URL's `hostname`) may be opened as far as its name tells; what it resolves to is another question. */
  permitsHost(hostname: string): boolean {
    const literal = literalOf(hostname);
    if (literal !== undefined) return this.permitsAddress(hostname, literal);
    const name = withoutDot(hostname);
    if (this.#names.has(name)) return true;
    const isOneWord = !name.includes('.');
    return !isOneWord && !PRIVATE_DOMAINS.some((domain) => name.endsWith(`.${domain}`));
  }

  /** Whether an address may be reached on behalf of a host. */
  permitsAddress(hostname: string, address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const faces = facesOf(ipaddr.parse(address));
    if (faces.some((face) => NEVER.some((block) => isIn(face, block)))) return false;
    if (faces.every((face) => face.range() === 'unicast' || face.range() === 'rfc6052')) return true;
    if (this.#names.has(withoutDot(hostname))) return true;
    return faces.some((face) => this.#blocks.some((block) => isIn(face, block)));
  }
}

/** The address that a host is; a URL's parser has made the decimal, octal and hexadecimal forms plain already. */
export function literalOf(hostname: string): string | undefined {
  const bare = withoutDot(hostname).replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** An address and the IPv4 address that it stands for: mapped (RFC 4291), or translated by NAT64 (RFC 6052). */
function facesOf(address: Address): Address[] {
  if (address.kind() === 'ipv4') return [address];
  const six = address as ipaddr.IPv6;
  if (six.isIPv4MappedAddress()) return [six.toIPv4Address()];
  if (six.range() === 'rfc6052') return [six, new ipaddr.IPv4(six.toByteArray().slice(12))];
  return [six];
}

function isIn(address: Address, [block, bits]: [Address, number]): boolean {
  return address.kind() === block.kind() && (address as ipaddr.IPv4).match(block as ipaddr.IPv4, bits);
}

function withoutDot(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
