import { facesOf, type IpAddress, isInBlock, isMetadata, parseBlock, rangeOf } from './ip-address.ts';
import { splitList } from './settings.ts';

/**
 * Names that mean a host of one's own network wherever they are asked for: RFC 6761 (localhost), RFC 6762 (local),
 * RFC 8375 (home.arpa), ICANN's internal, AWS's and Google's internal names, and what private networks are called
 * (RFC 6762 appendix G).
 */
const PRIVATE_DOMAINS = ['localhost', 'local', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'home.arpa'];

/**
 * Which hosts and addresses are not of the public internet, and which of them the recorder's browser may open all the
 * same: the API asks when a Meeting is written, and the recorder's proxy at each connection.
 */
export class PrivateHosts {
  readonly #names: ReadonlySet<string>;
  readonly #blocks: readonly [IpAddress, number][];

  /**
   * @param setting - BROWSER_PRIVATE_HOSTS: names, addresses and CIDRs separated by commas. A name opens whatever private
   * address it has; link-local addresses, where credentials are, stay closed in any case.
   */
  constructor(setting: string | undefined) {
    const items = splitList(setting).map((item) => withoutBrackets(item.toLowerCase()));
    this.#names = new Set(items.map(withoutDot));
    this.#blocks = items.map(parseBlock).filter((block) => block !== undefined);
  }

  /** Whether there is any host or address of a private network that may be opened. */
  get permitsAny(): boolean {
    return this.#names.size > 0;
  }

  /** Whether a host (a URL's `hostname`) may be opened as far as its name tells; what it resolves to is another question. */
  permitsHost(hostname: string): boolean {
    const literal = literalOf(hostname);
    if (literal !== undefined) return this.permitsAddress(hostname, literal);
    const name = withoutDot(hostname.toLowerCase());
    if (this.#names.has(name)) return true;
    const isOneWord = !name.includes('.');
    return !isOneWord && !PRIVATE_DOMAINS.some((domain) => name.endsWith(`.${domain}`));
  }

  /** Whether an address may be reached on behalf of a host. */
  permitsAddress(hostname: string, address: string): boolean {
    const faces = facesOf(address);
    if (faces.length === 0 || faces.some(isMetadata)) return false;
    if (rangeOf(address) === 'unicast') return true;
    if (this.#names.has(withoutDot(hostname.toLowerCase()))) return true;
    return faces.some((face) => this.#blocks.some((block) => isInBlock(face, block)));
  }
}

/** The address that a host is; a URL's parser has made the decimal, octal and hexadecimal forms plain already. */
export function literalOf(hostname: string): string | undefined {
  const bare = withoutBrackets(withoutDot(hostname));
  return facesOf(bare).length > 0 ? bare : undefined;
}

/** A host as in a URL's authority: IPv6 addresses lose their brackets. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function withoutDot(host: string): string {
  return host.replace(/\.$/, '');
}
