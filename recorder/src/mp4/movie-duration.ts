import { readHeader } from './boxes.ts';

/** So much of a file is enough for {@link movieSeconds}. */
export const MOVIE_HEAD_BYTES = 1024;

/**
 * How long a file is that `MovieFile` wrote, by its index.
 * @param head - its first bytes, see {@link MOVIE_HEAD_BYTES}
 * @returns seconds; undefined for another file
 */
export function movieSeconds(head: Buffer): number | undefined {
  let box = readHeader(head, 0);
  if (box?.type === 'ftyp') box = readHeader(head, box.end);
  if (box?.type !== 'moov') return undefined;
  const mvhd = readHeader(head, box.body);
  if (mvhd?.type !== 'mvhd' || mvhd.end > head.length) return undefined;
  const isLong = head[mvhd.body] === 1;
  const timescale = head.readUInt32BE(mvhd.body + (isLong ? 20 : 12));
  const duration = isLong ? Number(head.readBigUInt64BE(mvhd.body + 24)) : head.readUInt32BE(mvhd.body + 16);
  return duration / timescale;
}
