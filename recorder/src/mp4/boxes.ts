import { Mp4Error } from './mp4-error.ts';

/** One ISO BMFF box inside a buffer (ISO/IEC 14496-12 §4.2). Offsets are from the start of that buffer. */
export interface Box {
  readonly type: string;
  /** First byte of the box, its header included. */
  readonly start: number;
  /** First byte after the header. */
  readonly body: number;
  /** First byte after the box. */
  readonly end: number;
}

/** A box header needs at most this many bytes (32-bit size, type, 64-bit size). */
export const MAX_HEADER_BYTES = 16;

/**
 * Reads the box header at `start`.
 * @returns undefined when the buffer ends before the header does.
 * @throws Mp4Error `BadBox` on a size smaller than the header, or on size 0 ("to the end of the file"),
 * which no stream of fragments may use.
 */
export function readHeader(bytes: Buffer, start: number): Box | undefined {
  if (start + 8 > bytes.length) return undefined;
  const type = bytes.toString('latin1', start + 4, start + 8);
  const size32 = bytes.readUInt32BE(start);
  if (size32 !== 1) {
    if (size32 < 8) throw new Mp4Error('BadBox', `box ${JSON.stringify(type)} has size ${size32}`);
    return { type, start, body: start + 8, end: start + size32 };
  }
  if (start + 16 > bytes.length) return undefined;
  const size = Number(bytes.readBigUInt64BE(start + 8));
  if (size < 16) throw new Mp4Error('BadBox', `box ${JSON.stringify(type)} has size ${size}`);
  return { type, start, body: start + 16, end: start + size };
}

/**
 * The boxes that follow each other between `start` and `end`.
 * @throws Mp4Error `BadBox` when one reaches over `end`.
 */
export function* boxesIn(bytes: Buffer, start = 0, end = bytes.length): Generator<Box> {
  let at = start;
  while (at + 8 <= end) {
    const box = readHeader(bytes, at);
    if (!box || box.end > end) throw new Mp4Error('BadBox', `a box at byte ${at} reaches over its parent's end ${end}`);
    yield box;
    at = box.end;
  }
}

/** The first box of that type inside `parent`, or undefined. `skip` bytes of the parent's body come before its children. */
export function findBox(bytes: Buffer, parent: Box, type: string, skip = 0): Box | undefined {
  for (const box of boxesIn(bytes, parent.body + skip, parent.end)) if (box.type === type) return box;
  return undefined;
}

/**
 * The box at the end of a path of types, each the first of its kind.
 * @throws Mp4Error `BadInit` that names the missing box.
 */
export function requireBox(bytes: Buffer, parent: Box, ...path: string[]): Box {
  let box = parent;
  for (const type of path) {
    const child = findBox(bytes, box, type);
    if (!child) throw new Mp4Error('BadInit', `expected a box ${type} in ${box.type}`);
    box = child;
  }
  return box;
}

/** A box of that type around the given content. */
export function box(type: string, ...content: Uint8Array[]): Buffer {
  const size = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(size), Buffer.from(type, 'latin1'), ...content], size);
}

/** A box with a version and flags (ISO/IEC 14496-12 §4.2, FullBox). */
export function fullBox(type: string, version: number, flags: number, ...content: Uint8Array[]): Buffer {
  return box(type, u32(version * 0x1000000 + flags), ...content);
}

/** Big-endian 16-bit numbers. */
export function u16(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2);
  });
  return bytes;
}

/** Big-endian 32-bit numbers; negative ones as two's complement. */
export function u32(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value >>> 0, index * 4);
  });
  return bytes;
}

/** A big-endian 64-bit number, exact up to 2^53. */
export function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
