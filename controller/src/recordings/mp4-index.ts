/** Reads `bytes` bytes of an object from `from` on; fewer at its end. */
export type RangedRead = (from: number, bytes: number) => Promise<Uint8Array>;

/** Holds the heads of all boxes that come before the index, in every file we write. */
const FIRST_READ = 512;
/** A box's size, type and 64-bit size. */
const HEAD = 16;
/** Boxes walked over before it counts as not found. Each is a read at most. */
const MAX_BOXES = 8;

/**
 * Why an MP4 can't be played, as far as its boxes tell: the first must be `ftyp`, and `moov`, the index, must lie
 * wholly within the file. Undefined: it was found. Our own files have it in front, so that one read finds it.
 * Source: ISO/IEC 14496-12 §4.2.
 */
export async function indexFault(read: RangedRead, sizeBytes: number): Promise<string | undefined> {
  let window = { from: 0, bytes: await read(0, Math.min(FIRST_READ, sizeBytes)) };
  let position = 0;
  for (let boxes = 0; boxes < MAX_BOXES && position < sizeBytes; boxes++) {
    if (position + HEAD > window.from + window.bytes.length && position + HEAD <= sizeBytes) {
      window = { from: position, bytes: await read(position, HEAD) };
    }
    const box = boxAt(window.bytes.subarray(position - window.from), sizeBytes - position);
    if (box === undefined) return `expected an MP4 box at byte ${position}`;
    if (boxes === 0 && box.type !== 'ftyp') return `expected an MP4, which begins with ftyp, got ${box.type}`;
    const end = position + box.size;
    if (end > sizeBytes) return `the box ${box.type} ends at byte ${end}, the file at ${sizeBytes}`;
    if (box.type === 'moov') return undefined;
    position = end;
  }
  return 'expected an index (moov), found none';
}

/** @param left - bytes to the end of the file, which a size of 0 stands for */
function boxAt(bytes: Uint8Array, left: number): { type: string; size: number } | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  if (!/^[ -~]{4}$/.test(type)) return undefined;
  const short = view.getUint32(0);
  if (short === 1) return bytes.length < HEAD ? undefined : { type, size: Number(view.getBigUint64(8)) };
  if (short === 0) return { type, size: left };
  return short < 8 ? undefined : { type, size: short };
}
