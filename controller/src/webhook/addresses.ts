import ipaddr from 'ipaddr.js';

/** Ranges of this machine and of networks that are somebody's own. */
const PRIVATE = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);
/** EC2's metadata over IPv6, which is in a private range. Source: Amazon EC2 user guide, "Instance metadata". */
const EC2_METADATA = ipaddr.parseCIDR('fd00:ec2::/32');

/**
 * Why a webhook does not go to an address; undefined: it may. Link-local addresses (the credentials of tasks and
 * instances) are never taken, whatever the protocol; plain http is for private addresses only.
 * @param protocol - as in a URL, `http:` or `https:`
 */
export function refusalOf(address: string, protocol: string): string | undefined {
  const parsed = embedded(ipaddr.process(address));
  const range = parsed.range();
  if (parsed.kind() === 'ipv6' && parsed.match(EC2_METADATA)) return `${address} is the metadata service's`;
  if (PRIVATE.has(range)) return undefined;
  if (range !== 'unicast') return `${address} is a ${range} address`;
  return protocol === 'http:' ? `${address} is a public address, which takes https` : undefined;
}

/** The IPv4 address within one of NAT64 (RFC 6052). */
function embedded(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() !== 'ipv6' || address.range() !== 'rfc6052') return address;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}
