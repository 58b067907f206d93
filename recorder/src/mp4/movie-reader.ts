import { type Box, boxesIn, findBox, readHeader, requireBox } from './boxes.ts';
import { Mp4Error } from './mp4-error.ts';
import { describeEntry, type TrackInfo } from './track-info.ts';

/** A chunk of a finished file: samples of one track, back to back, with all that is known of them. */
export interface MovieChunk {
  readonly track: TrackInfo;
  /** Where its bytes lie in the file. */
  readonly offset: number;
  /** Decode time of the first sample in the track's ticks; 0 is the start of the movie. */
  readonly decodeTime: number;
  readonly durations: Uint32Array;
  readonly sizes: Uint32Array;
  readonly compositionOffsets: Int32Array;
  readonly sync: Uint8Array;
}

/** The first box of a file after its brand: `moov`, the index, in one that `MovieFile` wrote. */
export function leadingBox(head: Buffer): Box | undefined {
  const first = readHeader(head, 0);
  return first?.type === 'ftyp' ? readHeader(head, first.end) : first;
}

/**
 * Reads the index of a file that `MovieFile` wrote: every chunk of every track, in the order of the file.
 * @param moov - the whole `moov` box
 * @throws Mp4Error `BadInit` for an index that is not whole
 */
export function readMovie(moov: Buffer): MovieChunk[] {
  const [movie] = boxesIn(moov);
  if (movie?.type !== 'moov') throw new Mp4Error('BadInit', `expected moov, got ${movie?.type}`);
  const traks = [...boxesIn(moov, movie.body, movie.end)].filter((box) => box.type === 'trak');
  return traks.flatMap((trak) => readChunks(moov, trak)).sort((a, b) => a.offset - b.offset);
}

function readChunks(bytes: Buffer, trak: Box): MovieChunk[] {
  const stbl = requireBox(bytes, trak, 'mdia', 'minf', 'stbl');
  const tracks = readEntries(bytes, trak, stbl);
  const samples = readSamples(bytes, stbl);
  const offsets = readOffsets(bytes, stbl);
  const stsc = readNumbers(bytes, requireBox(bytes, stbl, 'stsc'), 3);
  const chunks: MovieChunk[] = [];
  let decodeTime = 0 - startOf(bytes, trak, samples.offsets[0] ?? 0);
  let at = 0;
  let line = 0;
  offsets.forEach((offset, index) => {
    while (line + 1 < stsc.length / 3 && index + 1 >= (stsc[(line + 1) * 3] ?? 0)) line++;
    const end = at + (stsc[line * 3 + 1] ?? 0);
    const track = tracks[(stsc[line * 3 + 2] ?? 0) - 1];
    if (!track || end > samples.sizes.length) throw new Mp4Error('BadInit', `chunk ${index + 1} has no such samples`);
    const durations = samples.durations.subarray(at, end);
    const sizes = samples.sizes.subarray(at, end);
    const compositionOffsets = samples.offsets.subarray(at, end);
    chunks.push({
      track,
      offset,
      decodeTime,
      durations,
      sizes,
      compositionOffsets,
      sync: samples.sync.subarray(at, end),
    });
    decodeTime += durations.reduce((sum, each) => sum + each, 0);
    at = end;
  });
  return chunks;
}

/** Media time at which the movie starts, by the track's edit. */
function startOf(bytes: Buffer, trak: Box, firstOffset: number): number {
  const edts = findBox(bytes, trak, 'edts');
  const elst = edts && findBox(bytes, edts, 'elst');
  if (!elst) return firstOffset;
  return bytes[elst.body] === 1 ? Number(bytes.readBigInt64BE(elst.body + 16)) : bytes.readInt32BE(elst.body + 12);
}

function readEntries(bytes: Buffer, trak: Box, stbl: Box): TrackInfo[] {
  const mdhd = requireBox(bytes, trak, 'mdia', 'mdhd');
  const timescale = bytes.readUInt32BE(mdhd.body + (bytes[mdhd.body] === 1 ? 20 : 12));
  const stsd = requireBox(bytes, stbl, 'stsd');
  return [...boxesIn(bytes, stsd.body + 8, stsd.end)].map((entry) => ({
    id: 0,
    timescale,
    ...describeEntry(Buffer.from(bytes.subarray(entry.start, entry.end))),
    defaults: { duration: 0, size: 0, flags: 0 },
  }));
}

function readSamples(bytes: Buffer, stbl: Box) {
  const stsz = requireBox(bytes, stbl, 'stsz');
  const count = bytes.readUInt32BE(stsz.body + 8);
  const sizes = new Uint32Array(count);
  if (stsz.body + 12 + count * 4 > stsz.end) throw new Mp4Error('BadInit', `stsz is too short for ${count} samples`);
  for (let i = 0; i < count; i++) sizes[i] = bytes.readUInt32BE(stsz.body + 12 + i * 4);
  const durations = new Uint32Array(count);
  unroll(readNumbers(bytes, requireBox(bytes, stbl, 'stts'), 2), durations);
  const offsets = new Int32Array(count);
  const ctts = findBox(bytes, stbl, 'ctts');
  if (ctts) unroll(readNumbers(bytes, ctts, 2), offsets);
  const stss = findBox(bytes, stbl, 'stss');
  const sync = new Uint8Array(count).fill(stss ? 0 : 1);
  if (stss) for (const sample of readNumbers(bytes, stss, 1)) sync[sample - 1] = 1;
  return { sizes, durations, offsets, sync };
}

function readOffsets(bytes: Buffer, stbl: Box): number[] {
  const stco = findBox(bytes, stbl, 'stco');
  if (stco) return [...readNumbers(bytes, stco, 1)];
  const words = readNumbers(bytes, requireBox(bytes, stbl, 'co64'), 2);
  return Array.from({ length: words.length / 2 }, (_, i) => (words[i * 2] ?? 0) * 2 ** 32 + (words[i * 2 + 1] ?? 0));
}

/** The 32-bit numbers of a table with `width` of them in a line. */
function readNumbers(bytes: Buffer, table: Box, width: number): Uint32Array {
  const count = bytes.readUInt32BE(table.body + 4) * width;
  if (table.body + 8 + count * 4 > table.end) throw new Mp4Error('BadInit', `${table.type} is too short`);
  return Uint32Array.from({ length: count }, (_, i) => bytes.readUInt32BE(table.body + 8 + i * 4));
}

/** Writes (count, value) lines out, one value a sample. */
function unroll(lines: Uint32Array, into: Uint32Array | Int32Array): void {
  let at = 0;
  for (let i = 0; i < lines.length; i += 2) {
    const end = at + (lines[i] ?? 0);
    into.fill(lines[i + 1] ?? 0, at, end);
    at = end;
  }
}
