import { crc32 } from 'node:zlib';

/** Multiplies the vector by the matrix over GF(2); a matrix is 32 columns. */
function times(matrix: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector; rest !== 0; bit++, rest >>>= 1) if (rest & 1) sum ^= matrix[bit] ?? 0;
  return sum >>> 0;
}

function square(matrix: Uint32Array): Uint32Array {
  return matrix.map((column) => times(matrix, column));
}

/**
 * The CRC-32 of two byte strings behind each other, from the CRC of each and the length of the second (zlib's
 * crc32_combine): the parts of an object can be summed in any order, and the first one comes last here.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  // The operator that appends one zero bit, squared until it appends bytes.
  let operator: Uint32Array = Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? 0xedb88320 : 2 ** (bit - 1)));
  operator = square(square(square(operator)));
  let sum = first;
  for (let rest = secondBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) sum = times(operator, sum);
    operator = square(operator);
  }
  return (sum ^ second) >>> 0;
}

/** A piece of an object: its CRC-32 and how long it is. */
export interface SummedPiece {
  readonly crc: number;
  readonly bytes: number;
}

export const sumPiece = (bytes: Buffer): SummedPiece => ({ crc: crc32(bytes), bytes: bytes.length });

/** The CRC-32 of all pieces in order, in base64 of four big-endian bytes, as S3 writes it. */
export function checksumOf(pieces: readonly SummedPiece[]): string {
  const sum = pieces.reduce((before, piece) => combineCrc32(before, piece.crc, piece.bytes), 0);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}
