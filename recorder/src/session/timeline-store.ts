import {
  attemptTimelineKey,
  type Clock,
  causesOf,
  type Logger,
  type ManifestTake,
  type MeetingIdentity,
  Timeline,
  timelineKey,
} from '@meetingbot/crds-schema';
import { isStoreError, type ObjectStore, tryFor, type WriteCondition } from '../upload/index.ts';
import { type SeenEvent, type TimelineBook, timelineOf } from './timeline-book.ts';

/** How often what is new is made durable, in milliseconds. */
const SAVE_MS = 30_000;
const CALL_MS = 10_000;
const contentType = 'application/json';

export interface TimelineStoreOptions {
  readonly store: Pick<ObjectStore, 'put' | 'get'>;
  readonly meeting: MeetingIdentity;
  readonly attempt: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps the time line in S3: of each attempt while it runs, of all of them at the end. A missing one is no fault. */
export class TimelineStore {
  readonly #options: TimelineStoreOptions;
  readonly #book: TimelineBook;

  constructor(book: TimelineBook, options: TimelineStoreOptions) {
    this.#book = book;
    this.#options = options;
  }

  /** Saves what is new now and then, and once more at `signal`: a successor may need it. Never throws. */
  async keep(signal: AbortSignal): Promise<void> {
    const { meeting, attempt, clock } = this.#options;
    let saved = 0;
    while (!signal.aborted) {
      await clock.sleep(SAVE_MS, signal).catch(() => undefined);
      const { events } = this.#book;
      if (events.length > saved && (await this.#put(attemptTimelineKey(meeting, attempt), events, []))) {
        saved = events.length;
      }
    }
  }

  /**
   * Writes the whole time line, of former attempts too, as long as `signal` is not aborted.
   * @returns its key; undefined where nobody was shown, or S3 did not take it
   * @throws ObjectStoreError `AlreadyExists` or `Changed` where `condition` does not hold
   */
  async finish(
    takes: readonly ManifestTake[],
    condition: WriteCondition,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { meeting, attempt } = this.#options;
    const former = Array.from({ length: attempt - 1 }, (_, index) => attemptTimelineKey(meeting, index + 1));
    const parts = await Promise.all(
      attempt > 1 ? [timelineKey(meeting), ...former].map((key) => this.#read(key, signal)) : [],
    );
    const seen = new Map<string, SeenEvent>();
    for (const event of [...parts.flat(), ...this.#book.events]) seen.set(JSON.stringify(event), event);
    const key = timelineKey(meeting);
    return (await this.#put(key, [...seen.values()], takes, { condition, until: signal })) ? key : undefined;
  }

  async #put(
    key: string,
    events: readonly SeenEvent[],
    takes: readonly ManifestTake[],
    { condition = {}, until }: { readonly condition?: WriteCondition; readonly until?: AbortSignal } = {},
  ): Promise<boolean> {
    const { store, meeting, clock, logger } = this.#options;
    const timeline = timelineOf(meeting.uid, events, takes);
    if (timeline === undefined) return false;
    const body = Buffer.from(`${JSON.stringify(timeline)}\n`);
    try {
      const tries = { what: `put ${key}`, ms: CALL_MS, signal: until, clock, logger };
      await tryFor(tries, (signal) => store.put(key, body, { contentType, ...condition, signal }));
      return true;
    } catch (error) {
      if (isStoreError(error, 'AlreadyExists', 'Changed')) return this.#isThere(key, body, error, until);
      logger.warn({ key, error: String(error) }, 'the time line could not be kept');
      return false;
    }
  }

  /** A refusal may be the answer to our own earlier try, whose own answer was lost. @throws `refusal` where it is not */
  async #isThere(key: string, body: Buffer, refusal: unknown, until: AbortSignal | undefined): Promise<true> {
    const { store, clock, logger } = this.#options;
    const tries = { what: `verify ${key}`, ms: CALL_MS, signal: until, clock, logger };
    const found = await tryFor(tries, (signal) => store.get(key, { signal })).catch(() => undefined);
    if (found?.equals(body)) return true;
    throw refusal;
  }

  async #read(key: string, until: AbortSignal): Promise<SeenEvent[]> {
    const { store, clock, logger } = this.#options;
    try {
      const tries = { what: `get ${key}`, ms: CALL_MS, signal: until, clock, logger };
      const body = await tryFor(tries, (signal) => store.get(key, { signal }));
      const document: unknown = JSON.parse(body.toString('utf8'));
      if (causesOf(Timeline, document).length > 0) return [];
      return (document as Timeline).events.map(({ kind, name, at }) => ({ kind, name, at: Date.parse(at) }));
    } catch {
      return [];
    }
  }
}
