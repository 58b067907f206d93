import { type Clock, keyString, type Logger } from '@meetingbot/crds-schema';
import type { ChangeLog } from '../store/change-log.ts';
import { UNCERTAINTY } from './change.ts';
import type { ChangeFeed } from './change-feed.ts';

export interface ChangePollerOptions {
  changes: ChangeLog;
  feed: ChangeFeed;
  clock: Clock;
  log: Logger;
  /** Milliseconds between two looks. @default 1000 */
  interval?: number;
}

/** Most looks go back this far only; the lag of the index is mostly below a second. Microseconds. */
const SHORT = 5_000_000;
/** Every so many looks one goes back as far as anything can be late. */
const LONG_EVERY = 10;

/**
 * Looks for other replicas' changes in the index of changes and gives them to the feed, while somebody wants them:
 * without watchers and recorders it costs nothing.
 */
export class ChangePoller {
  readonly #options: ChangePollerOptions;
  readonly #interval: number;
  #holders = 0;
  /** Milliseconds, monotonic: wanted until then without a holder. */
  #wantedUntil = 0;
  #run: AbortController | undefined;
  /** All changes after this version are known to the feed, or will be. */
  #coveredFrom = Number.POSITIVE_INFINITY;
  /** When the last good look, or the wish for one, began: microseconds since the epoch; and milliseconds, monotonic. */
  #lookedAt = { wall: 0, monotonic: Number.NEGATIVE_INFINITY };
  #failing = false;

  constructor(options: ChangePollerOptions) {
    this.#options = options;
    this.#interval = options.interval ?? 1000;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Wants others' changes until the returned function is called. */
  hold(): () => void {
    this.#holders++;
    this.#start();
    let isHeld = true;
    return () => {
      if (isHeld) this.#holders--;
      isHeld = false;
    };
  }

  /** Wants others' changes for the next `ms` milliseconds. */
  wantFor(ms: number): void {
    this.#wantedUntil = this.#options.clock.monotonic() + ms;
    this.#start();
  }

  /** Whether the feed has, or will yet be given, all that happened after a version. */
  covers(version: number): boolean {
    return this.#coveredFrom <= version;
  }

  /** Whether a look that began within the last `ms` milliseconds was good. */
  isCurrent(ms: number): boolean {
    return this.#options.clock.monotonic() - this.#lookedAt.monotonic <= ms;
  }

  /** Ends it for good: the process stops. */
  stop(): void {
    this.#run?.abort(new Error('the poller stops'));
  }

  #start(): void {
    if (this.#run !== undefined) return;
    const run = new AbortController();
    this.#run = run;
    // The first good look goes back from here, however many failed before it.
    this.#lookedAt = { ...this.#lookedAt, wall: Math.floor(this.#options.clock.now() * 1000) };
    void this.#loop(run.signal);
  }

  get #isWanted(): boolean {
    return this.#holders > 0 || this.#options.clock.monotonic() < this.#wantedUntil;
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    for (let count = 0; this.#isWanted && !signal.aborted; count++) {
      try {
        await this.#look(count % LONG_EVERY === 0 ? UNCERTAINTY : SHORT);
        if (this.#failing) log.info({}, "other replicas' changes are found again");
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) log.warn({ err: error }, "other replicas' changes can not be looked for");
        this.#failing = true;
      }
      await clock.sleep(this.#interval, signal).catch(() => undefined);
    }
    this.#run = undefined;
    this.#coveredFrom = Number.POSITIVE_INFINITY;
  }

  async #look(overlap: number): Promise<void> {
    const { changes, clock, feed } = this.#options;
    const begun = { wall: Math.floor(clock.now() * 1000), monotonic: clock.monotonic() };
    const isFirst = this.#coveredFrom === Number.POSITIVE_INFINITY;
    // After looks that failed it goes on where the last good one began.
    const back = isFirst ? UNCERTAINTY : overlap;
    const from = Math.max(0, Math.min(begun.wall, this.#lookedAt.wall) - back);
    const found = await changes.changedSince(String(from), Number.POSITIVE_INFINITY);
    const news = found.filter(({ key, version }) => !feed.wasTold(keyString(key), Number(version)));
    if (news.length > 0) feed.discovered(await changes.read(news.map(({ key }) => key)));
    if (isFirst) this.#coveredFrom = from;
    this.#lookedAt = begun;
  }
}
