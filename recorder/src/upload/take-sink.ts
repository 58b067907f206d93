import { FragmentSplitter } from '../mp4/fragment-splitter.ts';
import { parseFragment, runTicks } from '../mp4/sample-run.ts';
import { parseTracks, type TrackInfo } from '../mp4/track-info.ts';

/** Takes the bytes of one encoder run. Neither call ever waits: what S3 cannot take yet is kept or, at the bound, lost. */
export interface TakeSink {
  /**
   * The next bytes of the encoder's output, in pieces of any size.
   * @throws Mp4Error when they are not a fragmented MP4 as the encoder promises; what came before is kept
   */
  write(bytes: Uint8Array): void;
  /** The encoder has ended. May be called again. */
  end(): void;
}

/** Whole fragments that go to S3 together. */
export interface Group {
  readonly bytes: Buffer;
  /** How long its longest track is. */
  readonly seconds: number;
  /** Monotonic time of its first fragment's arrival. */
  readonly arrivedAt: number;
}

/** What happens to the pieces of a take. */
export interface TakeEvents {
  init(bytes: Buffer): void;
  group(group: Group): void;
}

/** A group is complete when it holds so much media, or when its first fragment has waited so long. */
const GROUP_SECONDS = 4;
/** …or when it is this large: what is put is what has to be put again when it fails. */
const GROUP_BYTES = 8 * 1024 * 1024;

/** Splits an encoder's output into the groups that are made durable. */
export class TakeSplitter implements TakeSink {
  readonly #events: TakeEvents;
  readonly #now: () => number;
  readonly #splitter = new FragmentSplitter();
  #tracks: TrackInfo[] | undefined;
  #fragments: Buffer[] = [];
  #seconds = 0;
  #arrivedAt = 0;
  #ended = false;

  /** `now` is monotonic, in milliseconds. */
  constructor(options: { events: TakeEvents; now: () => number }) {
    this.#events = options.events;
    this.#now = options.now;
  }

  write(bytes: Uint8Array): void {
    if (this.#ended) throw new Error('the take has ended');
    for (const unit of this.#splitter.push(bytes)) {
      if (unit.kind === 'init') this.#begin(unit.bytes);
      else if (this.#tracks) this.#add(unit.bytes, this.#tracks);
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.flush();
  }

  /** Monotonic time at which the oldest fragment that waits for its group came in; undefined: none waits. */
  get waitingSince(): number | undefined {
    return this.#fragments.length > 0 ? this.#arrivedAt : undefined;
  }

  /** Hands out the open group if its first fragment has waited long enough. */
  flushIfDue(): void {
    if (this.#fragments.length > 0 && this.#now() - this.#arrivedAt >= GROUP_SECONDS * 1000) this.flush();
  }

  /** Hands out the open group as it is. */
  flush(): void {
    if (this.#fragments.length === 0) return;
    const group = { bytes: Buffer.concat(this.#fragments), seconds: this.#seconds, arrivedAt: this.#arrivedAt };
    this.#fragments = [];
    this.#seconds = 0;
    this.#events.group(group);
  }

  #begin(init: Buffer): void {
    this.#tracks = parseTracks(init);
    this.#events.init(Buffer.from(init));
  }

  #add(fragment: Buffer, tracks: readonly TrackInfo[]): void {
    const seconds = new Map<TrackInfo, number>();
    for (const run of parseFragment(fragment, tracks)) {
      seconds.set(run.track, (seconds.get(run.track) ?? 0) + runTicks(run) / run.track.timescale);
    }
    if (this.#fragments.length === 0) this.#arrivedAt = this.#now();
    this.#fragments.push(fragment);
    this.#seconds += Math.max(0, ...seconds.values());
    const bytes = this.#fragments.reduce((sum, each) => sum + each.length, 0);
    if (this.#seconds >= GROUP_SECONDS - 0.1 || bytes >= GROUP_BYTES) this.flush();
  }
}
