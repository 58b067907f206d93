/**
 * IPv4 that is nobody's address on the Internet: this network, private (RFC 1918), shared (RFC 6598), loopback,
 * link-local (the credential endpoints among it), multicast and reserved.
 */
export const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
];

interface Range {
  first: number;
  bits: number;
}

/**
 * All of IPv4 except the ranges given, as few CIDRs as can say it. A security group only allows: "the world, but
 * nothing private" has to be written as what is left.
 */
export function everythingBut(excluded: readonly string[]): string[] {
  const out = excluded.map(parseCidr);
  const left = (range: Range): Range[] => {
    const overlapping = out.filter((one) => overlaps(one, range));
    if (overlapping.length === 0) return [range];
    if (overlapping.some((one) => one.bits <= range.bits)) return [];
    const bits = range.bits + 1;
    return [...left({ first: range.first, bits }), ...left({ first: range.first + sizeOf(bits), bits })];
  };
  return left({ first: 0, bits: 0 }).map(formatCidr);
}

/** @throws RangeError when it is no IPv4 CIDR */
export function parseCidr(text: string): Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = match?.slice(1).map(Number) ?? [];
  if (match === null || bits > 32 || [a, b, c, d].some((byte) => byte > 255)) {
    throw new RangeError(`expected an IPv4 CIDR as 10.0.0.0/16, got ${text}`);
  }
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % sizeOf(bits)), bits };
}

function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}

function overlaps(one: Range, other: Range): boolean {
  return one.first < other.first + sizeOf(other.bits) && other.first < one.first + sizeOf(one.bits);
}

function formatCidr({ first, bits }: Range): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join('.')}/${bits}`;
}
