import { isIP } from 'node:net';

/** The bytes of an address: 4 of IPv4 or 16 of IPv6; undefined where `text` is no address. A zone (`%eth0`) is dropped. */
export function addressBytes(text: string): Uint8Array | undefined {
  const address = text.replace(/%.*$/, '');
  switch (isIP(address)) {
    case 4:
      return Uint8Array.from(address.split('.'), Number);
    case 6:
      return ipv6Bytes(address);
    default:
      return undefined;
  }
}

function ipv6Bytes(address: string): Uint8Array {
  // A dotted tail (::ffff:1.2.3.4) becomes two groups as all others.
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = hex.split('::');
  const groupsOf = (part: string) => part.split(':').filter((group) => group !== '');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** A block of addresses, as 10.0.0.0/8. */
export interface Cidr {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/** A block, or one address as a block of one; undefined where `text` is neither. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length, ...more] = text.split('/');
  const bytes = addressBytes(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  const isLength = length === undefined || /^\d{1,3}$/.test(length);
  return isLength && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

/** Whether an address is in a block; one of IPv4 is never in a block of IPv6. */
export function inCidr(address: Uint8Array, { bytes, bits }: Cidr): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((byte, index) => {
    const significant = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - significant)) & 0xff;
    return (byte & mask) === ((address[index] ?? 0) & mask);
  });
}

/** Prefixes of IPv6 that stand for an IPv4 address, and at which byte that begins. */
const EMBEDDING: readonly (readonly [Cidr | undefined, number])[] = [
  [parseCidr('::ffff:0:0/96'), 12], // mapped, RFC 4291
  [parseCidr('::ffff:0:0:0/96'), 12], // translated, RFC 2765
  [parseCidr('64:ff9b::/96'), 12], // NAT64, RFC 6052
  [parseCidr('2002::/16'), 2], // 6to4, RFC 3056
  [parseCidr('::/96'), 12], // compatible, RFC 4291; :: and ::1 fall in it too
];

/** The IPv4 address that an IPv6 address stands for; undefined where it stands for itself. */
export function embeddedIpv4(address: Uint8Array): Uint8Array | undefined {
  if (address.length !== 16) return undefined;
  const found = EMBEDDING.find(([prefix]) => prefix !== undefined && inCidr(address, prefix));
  return found && address.slice(found[1], found[1] + 4);
}
