import { box, u32, u64 } from './boxes.ts';
import { MOVIE_TIMESCALE, shownTicks, writeMoov } from './moov.ts';
import type { SampleRun } from './sample-run.ts';
import type { TrackInfo, TrackKind } from './track-info.ts';
import { TrackTable } from './track-table.ts';

/** Takes the media of a file in order, long before the header that stands in front of it is known. */
export interface MediaSink {
  append(media: Buffer): Promise<void>;
}

/** What a file is called to players. */
export type Brand = 'mp4' | 'm4a';

const BRANDS: Record<Brand, Buffer> = {
  mp4: box('ftyp', Buffer.from('isom'), u32(0x200), Buffer.from('isomiso2avc1mp41')),
  m4a: box('ftyp', Buffer.from('M4A '), u32(0x200), Buffer.from('M4A isommp42')),
};

/**
 * One progressive file while it grows: its media goes to the sink at once, its index stays here.
 *
 * The file is `ftyp moov mdat`, index first and ONE mdat. The alternative, a known-size mdat a flush and the moov last,
 * was weighed and is worse: a player that finds no moov walks from mdat to mdat to look for it, so two hours in two-second
 * flushes cost 3 600 range requests before the first picture, and S3 lets us have the better one for nothing: parts may be
 * uploaded in any order, so part 1 (index and the first media) simply goes up last.
 */
export class MovieFile {
  readonly #brand: Brand;
  readonly #sink: MediaSink;
  readonly #kinds: readonly TrackKind[];
  readonly #tables = new Map<TrackKind, TrackTable>();
  #mediaBytes = 0;

  constructor(options: { brand: Brand; sink: MediaSink; kinds: readonly TrackKind[] }) {
    this.#brand = options.brand;
    this.#sink = options.sink;
    this.#kinds = options.kinds;
  }

  /** Tracks with samples, in the file's order. */
  get tracks(): TrackTable[] {
    return this.#kinds.flatMap((kind) => this.#tables.get(kind) ?? []).filter((table) => table.count > 0);
  }

  get mediaBytes(): number {
    return this.#mediaBytes;
  }

  /** Seconds from the start of the movie to the end of its longest track. */
  get durationSeconds(): number {
    return Math.max(0, ...this.tracks.map(shownTicks)) / MOVIE_TIMESCALE;
  }

  table(kind: TrackKind): TrackTable | undefined {
    return this.#tables.get(kind);
  }

  /** The table of that track, made at its first use. */
  tableFor(info: TrackInfo): TrackTable {
    const known = this.#tables.get(info.kind);
    if (known) return known;
    const table = new TrackTable(info);
    this.#tables.set(info.kind, table);
    return table;
  }

  /** Appends `samples` samples of `media`, whose times are in the table already, as one chunk. */
  async appendChunk(info: SampleRun['track'], samples: number, media: Buffer): Promise<void> {
    const table = this.tableFor(info);
    table.addChunk(this.#mediaBytes, samples, table.entryOf(info));
    this.#mediaBytes += media.length;
    await this.#sink.append(media);
  }

  /** Everything that stands before the media: `ftyp`, `moov` and the head of `mdat`. */
  header(createdAt: number): Buffer {
    const ftyp = BRANDS[this.#brand];
    const mdatBytes = this.#mediaBytes + 8;
    const mdat = mdatBytes <= 0xffffffff ? Buffer.concat([u32(mdatBytes), Buffer.from('mdat')]) : this.#wideMdat();
    const index = { tracks: this.tracks, mediaBytes: this.#mediaBytes, createdAt };
    const length = ftyp.length + writeMoov({ ...index, mediaOffset: 0 }).length + mdat.length;
    return Buffer.concat([ftyp, writeMoov({ ...index, mediaOffset: length }), mdat], length);
  }

  #wideMdat(): Buffer {
    return Buffer.concat([u32(1), Buffer.from('mdat'), u64(this.#mediaBytes + 16)]);
  }
}
