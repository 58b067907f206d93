import type { BoxNode } from './box-tree.fixture.ts';

/** A sample of a track, as its tables place it. */
export interface PlacedSample {
  readonly offset: number;
  readonly size: number;
  /** In the track's ticks. */
  readonly decodeTime: number;
  readonly duration: number;
  readonly sync: boolean;
  /** From 1, of `stsd`. */
  readonly entry: number;
  /** From 0. */
  readonly chunk: number;
}

/** What the tables of a track say, each read for itself. */
export interface SampleTables {
  /** Of each sample, by `stts`, `ctts` (none: undefined) and `stsz`. */
  readonly durations: readonly number[];
  readonly compositionOffsets: readonly number[] | undefined;
  readonly sizes: readonly number[];
  /** From 1; undefined where all samples are. */
  readonly sync: readonly number[] | undefined;
  readonly chunkOffsets: readonly number[];
  /** Of each chunk, by `stsc`. */
  readonly chunkSamples: readonly number[];
  readonly chunkEntries: readonly number[];
}

export function readTables(stbl: BoxNode): SampleTables {
  const chunkOffsets = stbl.has('co64')
    ? stbl
        .one('co64')
        .lines(2)
        .map(([high = 0, low = 0]) => high * 2 ** 32 + low)
    : stbl.one('stco').lines(1).flat();
  const runs = stbl.one('stsc').lines(3);
  const perChunk = chunkOffsets.map((_, index) => runs.findLast(([first = 0]) => first <= index + 1) ?? [0, 0, 0]);
  return {
    durations: unroll(stbl.one('stts').lines(2)),
    compositionOffsets: stbl.has('ctts') ? unroll(stbl.one('ctts').lines(2)).map((offset) => offset | 0) : undefined,
    sizes: stbl.one('stsz').lines(1, 8).flat(),
    sync: stbl.has('stss') ? stbl.one('stss').lines(1).flat() : undefined,
    chunkOffsets,
    chunkSamples: perChunk.map(([, samples = 0]) => samples),
    chunkEntries: perChunk.map(([, , entry = 0]) => entry),
  };
}

/** Every sample, in the order of decoding. */
export function placeSamples(tables: SampleTables): PlacedSample[] {
  const sync = new Set(tables.sync);
  const samples: PlacedSample[] = [];
  let decodeTime = 0;
  tables.chunkOffsets.forEach((start, chunk) => {
    let offset = start;
    for (let left = tables.chunkSamples[chunk] ?? 0; left > 0; left--) {
      const index = samples.length;
      const [size = 0, duration = 0] = [tables.sizes[index], tables.durations[index]];
      const isSync = tables.sync === undefined || sync.has(index + 1);
      samples.push({ offset, size, decodeTime, duration, sync: isSync, entry: tables.chunkEntries[chunk] ?? 0, chunk });
      offset += size;
      decodeTime += duration;
    }
  });
  return samples;
}

function unroll(lines: number[][]): number[] {
  return lines.flatMap(([count = 0, value = 0]) => Array<number>(count).fill(value));
}
