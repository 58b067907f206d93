import type { GapCause, Logger } from '@meetingbot/crds-schema';
import { FragmentSplitter } from '../mp4/fragment-splitter.ts';
import { Mp4Error } from '../mp4/mp4-error.ts';
import { parseFragment } from '../mp4/sample-run.ts';
import { parseTracks, type TrackInfo } from '../mp4/track-info.ts';
import type { Assembly } from './assembly.ts';
import { AsyncQueue } from './async-queue.ts';
import type { LocalCopy } from './local-media.ts';
import { isStoreError, type ObjectStore } from './object-store.ts';
import type { Persistence } from './persistence.ts';

/** Media for the final files, in order. What is not at hand any more is read from S3 again. */
export type Source =
  | { readonly kind: 'take'; readonly attempt: number; readonly take: number; load(): Promise<LoadedTake> }
  | { readonly kind: 'segment'; readonly key: string; readonly sequence: number; readonly copy?: LocalCopy }
  /** What an earlier attempt has finished already. */
  | { readonly kind: 'finished'; feed(assembly: Assembly): Promise<void> };

export interface LoadedTake {
  readonly startedAt: number;
  readonly cause: GapCause;
  readonly init: Buffer;
}

/** Segments of a take, by their numbers: from `first` to the one before `next`. */
export interface SegmentRange {
  readonly first: number;
  readonly next: number;
}

/** So many durable segments may wait here with their local copies; beyond, they are read from S3 when it is their turn. */
const COPIES = 8;

/** At most so many segments that are only in S3 are asked for before it is their turn: at most 8 MiB each, usually one. */
const AHEAD = 4;

/** How often the files are begun anew after somebody has aborted the uploads. */
const RESTARTS = 3;

/**
 * Feeds what is durable into the final files, one segment after the other, in the background.
 * It holds a few segments and the parts of two uploads, whatever the meeting's length.
 */
export class Assembler {
  readonly #options: { store: ObjectStore; persistence: Persistence; log: Logger; begin: () => Assembly };
  readonly #queue = new AsyncQueue<Source>();
  readonly #history: Source[] = [];
  /** Segments that are being read from S3 already, by key; undefined where that failed. */
  readonly #reading = new Map<string, Promise<Buffer | undefined>>();
  /** How many are read ahead: as long as the line carries them. */
  #ahead = AHEAD;
  readonly #causes = new Map<string, GapCause>();
  readonly #segments = new Map<string, SegmentRange>();
  #assembly: Assembly;
  /** The take that is being fed. */
  #open: { readonly id: string; readonly tracks: TrackInfo[] } | undefined;
  #restarts = 0;

  constructor(options: { store: ObjectStore; persistence: Persistence; log: Logger; begin: () => Assembly }) {
    this.#options = options;
    this.#assembly = options.begin();
  }

  get assembly(): Assembly {
    return this.#assembly;
  }

  /** How many pieces (segments, and what stands between them) are in the files, and how many wait to be put into them. */
  get progress(): { readonly assembled: number; readonly waiting: number } {
    return { assembled: this.#history.length, waiting: this.#queue.length };
  }

  /** Why there is a gap before that take. */
  causeOf(attempt: number, take: number): GapCause | undefined {
    return this.#causes.get(`${attempt}/${take}`);
  }

  /** Which segments of a take are in the files, or could not be used. */
  segmentsOf(attempt: number, take: number): SegmentRange | undefined {
    return this.#segments.get(`${attempt}/${take}`);
  }

  /** The takes of an attempt that are in the files, and what they begin with. */
  async takesOf(attempt: number): Promise<{ readonly take: number; readonly loaded: LoadedTake }[]> {
    const takes = this.#history.filter((source) => source.kind === 'take').filter((each) => each.attempt === attempt);
    return Promise.all(takes.map(async ({ take, load }) => ({ take, loaded: await load() })));
  }

  /** Must be called in the order of the final file. */
  push(source: Source): void {
    if (source.kind === 'segment' && source.copy && this.#queue.length >= COPIES) {
      source.copy.release();
      this.#queue.push({ kind: 'segment', key: source.key, sequence: source.sequence });
    } else {
      this.#queue.push(source);
    }
  }

  /** No more will come. */
  close(): void {
    this.#queue.close();
  }

  /** Works until closed. Throws the signal's reason, or what cannot be mended. */
  async run(signal: AbortSignal): Promise<void> {
    for (let source = await this.#queue.shift(signal); source; source = await this.#queue.shift(signal)) {
      await this.add(source);
    }
  }

  /** Feeds one more, when `run` has ended. */
  async add(source: Source): Promise<void> {
    this.#readAhead(source);
    await this.retrying(source);
    const { copy, ...rest } = source.kind === 'segment' ? source : { ...source, copy: undefined };
    copy?.release();
    this.#history.push(rest);
  }

  /** Feeds `next`, or lets it end the files; begins anew, from what is in S3, where somebody else aborted an upload. */
  async retrying<T>(next: Source | ((assembly: Assembly) => Promise<T>)): Promise<T | undefined> {
    const { persistence, log } = this.#options;
    for (let replay: readonly Source[] = []; ; replay = this.#history) {
      try {
        for (const source of replay) await this.#feed(source);
        if (typeof next === 'function') return await next(this.#assembly);
        await this.#feed(next);
        return undefined;
      } catch (error) {
        if (!isStoreError(error, 'NoSuchUpload') || ++this.#restarts > RESTARTS) throw error;
        log.warn({ err: error }, 'an upload was aborted by somebody else: the files are assembled anew');
        await persistence.until('abort uploads', (each) => this.#assembly.abort(each));
        this.#assembly = this.#options.begin();
      }
    }
  }

  async #feed(source: Source): Promise<void> {
    switch (source.kind) {
      case 'finished':
        await source.feed(this.#assembly);
        return;
      case 'take':
        await this.#beginTake(source);
        return;
      case 'segment':
        if (this.#open) await this.#feedSegment(source, this.#open);
    }
  }

  async #beginTake(source: Source & { kind: 'take' }): Promise<void> {
    const { attempt, take } = source;
    const id = `${attempt}/${take}`;
    this.#open = undefined;
    try {
      const { startedAt, cause, init } = await source.load();
      this.#open = { id, tracks: parseTracks(init) };
      this.#causes.set(id, cause);
      await this.#assembly.remuxer.beginTake({ attempt, take, startedAt });
    } catch (error) {
      if (!(error instanceof Mp4Error) && !isStoreError(error, 'NotFound')) throw error;
      this.#options.log.error({ err: error, attempt, take }, 'a take has no usable initialisation: it is left out');
    }
  }

  async #feedSegment(
    { key, sequence, copy }: Source & { kind: 'segment' },
    { id, tracks }: { readonly id: string; readonly tracks: TrackInfo[] },
  ): Promise<void> {
    const { first, next } = this.#segments.get(id) ?? { first: sequence, next: 0 };
    this.#segments.set(id, { first: Math.min(first, sequence), next: Math.max(next, sequence + 1) });
    try {
      const bytes = copy ? await copy.read() : await this.#take(key);
      const splitter = new FragmentSplitter();
      for (const unit of splitter.push(bytes)) {
        if (unit.kind !== 'fragment') continue;
        const runs = parseFragment(unit.bytes, tracks);
        await this.#assembly.remuxer.add(runs, unit.bytes.length);
      }
      if (splitter.heldBytes > 0) {
        this.#options.log.warn({ key, bytes: splitter.heldBytes }, 'the end of a segment is cut off: it is left out');
      }
    } catch (error) {
      if (!(error instanceof Mp4Error) && !isStoreError(error, 'NotFound')) throw error;
      this.#options.log.error({ err: error, key }, 'a segment is missing or damaged: it is left out');
    }
  }

  /** Reading is mostly waiting: of twelve hours that a lost recorder left there are ten thousand segments. */
  #readAhead(source: Source): void {
    if (this.#open === undefined) return;
    for (const next of [source, ...this.#queue.next(this.#ahead)]) {
      // What belongs to another take may be of no use.
      if (next.kind !== 'segment') return;
      if (next.copy || this.#reading.has(next.key)) continue;
      const { store, persistence } = this.#options;
      const reading = persistence.once((signal) => store.get(next.key, { signal }));
      this.#reading.set(
        next.key,
        reading.catch(() => undefined),
      );
    }
  }

  /** What was read ahead, or is read now, and alone where the line does not carry several at once. */
  async #take(key: string): Promise<Buffer> {
    const reading = this.#reading.get(key);
    this.#reading.delete(key);
    const bytes = await reading;
    if (reading !== undefined) this.#ahead = bytes === undefined ? 0 : Math.min(AHEAD, this.#ahead + 1);
    return bytes ?? this.#read(key);
  }

  #read(key: string): Promise<Buffer> {
    const { store, persistence } = this.#options;
    return persistence.until(`read ${key}`, (signal) => store.get(key, { signal }));
  }
}
