/**
 * A number drawn as a row of black and white blocks of equal width: a Gray code, so that a picture taken between two numbers
 * reads as one of them, most significant bit first, then a parity block that makes the number of white blocks even.
 */

/** The blocks of `value` from left to right, true for white. `bits` is 1 to 30; `value` wraps around at 2^bits. */
export function toBlocks(value: number, bits: number): boolean[] {
  const wrapped = value % 2 ** bits;
  const gray = wrapped ^ (wrapped >>> 1);
  const blocks = Array.from({ length: bits }, (_, i) => ((gray >>> (bits - 1 - i)) & 1) === 1);
  return [...blocks, blocks.filter(Boolean).length % 2 === 1];
}

/** The number behind the brightness (0 to 255) of each block, the parity block last; undefined where it is none. */
export function fromBlocks(brightness: ArrayLike<number>): number | undefined {
  const white = Array.from(brightness, (value) => value >= 128);
  if (white.filter(Boolean).length % 2 === 1) return undefined;
  let value = 0;
  let bit = 0;
  for (const block of white.slice(0, -1)) {
    bit ^= block ? 1 : 0;
    value = value * 2 + bit;
  }
  return value;
}
