import { readHeader } from './boxes.ts';
import { leadingBox } from './movie-reader.ts';

/** So much of a file is enough for {@link movieSeconds}. */
export const MOVIE_HEAD_BYTES = 1024;

/**
 * How long a file is that `MovieFile` wrote, by its index.
 * @param head - its first bytes, see {@link MOVIE_HEAD_BYTES}
 * @returns seconds; undefined for another file
 */
export function movieSeconds(head: Buffer): number | undefined {
  const moov = leadingBox(head);
  if (moov?.type !== 'moov') return undefined;
  const mvhd = readHeader(head, moov.body);
  if (mvhd?.type !== 'mvhd' || mvhd.end > head.length) return undefined;
  const isLong = head[mvhd.body] === 1;
  const timescale = head.readUInt32BE(mvhd.body + (isLong ? 20 : 12));
  const duration = isLong ? Number(head.readBigUInt64BE(mvhd.body + 24)) : head.readUInt32BE(mvhd.body + 16);
  return duration / timescale;
}
