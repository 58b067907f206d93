import { splitList } from '@meetingbot/crds-schema';
import { addressBytes, type Cidr, embeddedIpv4, inCidr, parseCidr } from './ip-address.ts';

const blocks = (...texts: string[]): Cidr[] => texts.map(parseCidr).filter((block) => block !== undefined);

/** Never reached: here are the credential endpoints of ECS (169.254.170.2) and EC2 (169.254.169.254, fd00:ec2::254). */
const ALWAYS_REFUSED = blocks('169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32');

/** Not of the public internet (IANA special-purpose registries, RFC 6890): reached only by the operator's leave. */
const PRIVATE = blocks(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', '100::/64', 'fc00::/7', 'fec0::/10', 'ff00::/8'],
);

/** Which addresses the browser may reach. */
export interface EgressRules {
  /** Whether `address` (an IP address) may be reached on behalf of `host` (as the page wrote it). */
  permits(host: string, address: string): boolean;
}

/**
 * @param privateHosts - BROWSER_PRIVATE_HOSTS: host names, addresses and CIDRs separated by commas. A name opens whatever
 * private address it has; link-local addresses stay closed in any case.
 */
export function egressRules(privateHosts: string | undefined): EgressRules {
  const items = splitList(privateHosts).map((item) => item.toLowerCase());
  const cidrs = items.map((item) => parseCidr(unbracketed(item))).filter((cidr) => cidr !== undefined);
  const names = new Set(items.map(withoutTrailingDot));
  return {
    permits(host, address) {
      const bytes = addressBytes(address);
      if (bytes === undefined) return false;
      const embedded = embeddedIpv4(bytes);
      const faces = embedded === undefined ? [bytes] : [bytes, embedded];
      const isIn = (list: readonly Cidr[]) => faces.some((face) => list.some((block) => inCidr(face, block)));
      if (isIn(ALWAYS_REFUSED)) return false;
      return !isIn(PRIVATE) || isIn(cidrs) || names.has(withoutTrailingDot(host.toLowerCase()));
    },
  };
}

/** A host as in a URL's authority: IPv6 addresses lose their brackets. */
export function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function withoutTrailingDot(host: string): string {
  return host.replace(/\.$/, '');
}
