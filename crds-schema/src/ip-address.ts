import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** Here are the credential endpoints of ECS (169.254.170.2) and EC2 (169.254.169.254, fd00:ec2::254). */
const METADATA = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32'].map((block) => ipaddr.parseCIDR(block));

/** Prefixes of IPv6 that stand for an IPv4 address, and at which byte that begins. */
const EMBEDDING: readonly (readonly [[IpAddress, number], number])[] = (
  [
    ['::ffff:0:0:0/96', 12], // translated, RFC 2765
    ['64:ff9b::/96', 12], // NAT64, RFC 6052
    ['2002::/16', 2], // 6to4, RFC 3056
    ['::/96', 12], // compatible, RFC 4291
  ] as const
).map(([block, byte]) => [ipaddr.parseCIDR(block), byte]);

/**
 * An address and the IPv4 address that it stands for, if it does: what is said of either is said of it. A mapped address
 * (RFC 4291) is its IPv4 address. Empty where `text` is no address.
 */
export function facesOf(text: string): IpAddress[] {
  // The parser alone takes IPv4 of one, two and three parts too, which no resolver answers.
  if (isIP(text) === 0) return [];
  const address = ipaddr.process(text);
  const [, byte] = EMBEDDING.find(([block]) => isInBlock(address, block)) ?? [];
  // :: and ::1 have the form of a compatible address and are none.
  if (byte === undefined || ['unspecified', 'loopback'].includes(address.range())) return [address];
  return [address, new ipaddr.IPv4(address.toByteArray().slice(byte, byte + 4))];
}

/**
 * Which range an address is of, in ipaddr.js's words (`unicast` is the public internet); undefined where `text` is no
 * address. One that NAT64 leads to an IPv4 address, or that is one in disguise, is of that one's range.
 */
export function rangeOf(text: string): string | undefined {
  const [written, meant = written] = facesOf(text).map((face) => face.range());
  return written === 'unicast' || written === 'rfc6052' ? meant : written;
}

/** Whether somebody's credentials may be asked for there. */
export function isMetadata(address: IpAddress): boolean {
  return METADATA.some((block) => isInBlock(address, block));
}

/** A block (`10.0.0.0/8`), or one address as a block of one; undefined where `text` is neither. */
export function parseBlock(text: string): [IpAddress, number] | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const [address] = facesOf(text);
  return address === undefined ? undefined : [address, address.toByteArray().length * 8];
}

/** An address of IPv4 is never in a block of IPv6. */
export function isInBlock(address: IpAddress, [block, bits]: [IpAddress, number]): boolean {
  return address.kind() === block.kind() && (address as ipaddr.IPv4).match(block as ipaddr.IPv4, bits);
}
