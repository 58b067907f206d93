import { expect, it } from 'vitest';
import { box, fullBox, u32, u64 } from './boxes.ts';
import { MOVIE_HEAD_BYTES, movieSeconds } from './movie-duration.ts';

const ftyp = box('ftyp', Buffer.from('isom'), u32(512));
const short = fullBox('mvhd', 0, 0, u32(1, 1, 48_000, 96_000), Buffer.alloc(80));
const long = fullBox('mvhd', 1, 0, u64(1), u64(1), u32(48_000), u64(480_000_000_000), Buffer.alloc(80));

it("tells a file's length by its first bytes", () => {
  const rest = Buffer.alloc(5000);
  const head = (mvhd: Buffer) =>
    Buffer.concat([ftyp, box('moov', mvhd, box('free', rest))]).subarray(0, MOVIE_HEAD_BYTES);
  expect(movieSeconds(head(short))).toBe(2);
  expect(movieSeconds(head(long))).toBe(10_000_000);
});

it('knows nothing of another file', () => {
  expect(movieSeconds(Buffer.alloc(0))).toBeUndefined();
  expect(movieSeconds(Buffer.concat([ftyp, box('mdat', Buffer.alloc(100))]))).toBeUndefined();
  expect(movieSeconds(Buffer.concat([ftyp, box('moov', box('trak', Buffer.alloc(100)))]))).toBeUndefined();
  expect(movieSeconds(Buffer.concat([ftyp, box('moov', short)]).subarray(0, 40))).toBeUndefined();
});
