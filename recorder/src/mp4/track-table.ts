import { f64List, RunLengths, u32List } from './number-list.ts';
import type { TrackInfo, TrackKind } from './track-info.ts';

/** One sample as the table takes it. Times are in the track's ticks; time 0 is the start of the movie. */
export interface TableSample {
  /** May be negative for what lies before the movie starts: sound that only primes the decoder. */
  readonly decodeTime: number;
  readonly duration: number;
  readonly size: number;
  readonly compositionOffset: number;
  readonly sync: boolean;
}

/**
 * The index of one track of the final file. It is all that stays in memory of a recording: 4 bytes a sample, 4 more a key
 * frame, 16 a chunk (one a fragment), and 8 each time that a duration or an offset changes. So sound takes 4 bytes a
 * sample, 25 pictures a second with B-frames at most 16; two hours of picture and both sounds come to about 5 MiB.
 */
export class TrackTable {
  readonly kind: TrackKind;
  readonly timescale: number;
  readonly entries: Buffer[] = [];
  width = 0;
  height = 0;
  readonly sizes = u32List();
  readonly durations = new RunLengths();
  readonly compositionOffsets = new RunLengths();
  readonly syncSamples = u32List();
  readonly chunkOffsets = f64List();
  readonly chunkSamples = u32List();
  readonly chunkEntries = u32List();
  #start = 0;
  #lastDecodeTime = 0;
  #lastDuration = 0;
  #compositionEnd = 0;
  #firstOffset = 0;

  constructor(info: TrackInfo) {
    this.kind = info.kind;
    this.timescale = info.timescale;
  }

  get count(): number {
    return this.sizes.length;
  }

  /** Decode time of the first sample. */
  get start(): number {
    return this.#start;
  }

  /** Composition time of the first sample. */
  get firstComposition(): number {
    return this.#start + this.#firstOffset;
  }

  get lastDecodeTime(): number {
    return this.#lastDecodeTime;
  }

  get lastDuration(): number {
    return this.#lastDuration;
  }

  /** End of the last sample in decode time. */
  get decodeEnd(): number {
    return this.#lastDecodeTime + this.#lastDuration;
  }

  /** When the last picture shown ends (not the last decoded one, where there are B-frames). */
  get compositionEnd(): number {
    return this.#compositionEnd;
  }

  /**
   * Adds a sample. The one before it lasts until it begins, whatever it said: that closes gaps without moving any sample.
   * A time that does not grow is moved one tick on, since players refuse zero and negative durations.
   */
  add(sample: TableSample): void {
    let decodeTime = sample.decodeTime;
    if (this.count === 0) {
      this.#start = decodeTime;
      this.#firstOffset = sample.compositionOffset;
    } else {
      decodeTime = Math.max(decodeTime, this.#lastDecodeTime + 1);
      this.durations.push(decodeTime - this.#lastDecodeTime);
    }
    this.#lastDecodeTime = decodeTime;
    this.#lastDuration = Math.max(1, sample.duration);
    this.#compositionEnd = Math.max(
      this.count === 0 ? Number.NEGATIVE_INFINITY : this.#compositionEnd,
      decodeTime + sample.compositionOffset + this.#lastDuration,
    );
    this.sizes.push(sample.size);
    this.compositionOffsets.push(sample.compositionOffset);
    if (sample.sync) this.syncSamples.push(this.count);
  }

  /** Says where the `samples` added last lie: `offset` bytes from the first byte of media, back to back. */
  addChunk(offset: number, samples: number, entry: number): void {
    this.chunkOffsets.push(offset);
    this.chunkSamples.push(samples);
    this.chunkEntries.push(entry);
  }

  /** The index (from 1) of this sample entry: takes with equal decoder parameters share one. */
  entryOf(info: TrackInfo): number {
    this.width = Math.max(this.width, info.width);
    this.height = Math.max(this.height, info.height);
    const known = this.entries.findIndex((entry) => entry.equals(info.sampleEntry));
    return known >= 0 ? known + 1 : this.entries.push(Buffer.from(info.sampleEntry));
  }
}
