import type { Clock, Meeting } from '@meetingbot/crds-schema';
import type { FastifyReply } from 'fastify';
import type { Mark } from '../watch/marks.ts';
import { type Selection, seenThrough } from '../watch/meeting-watch.ts';
import { ExpiredError, type OpenWatch, type Watches } from '../watch/watches.ts';
import { ApiError } from './status-error.ts';
import { WatchLines } from './watch-lines.ts';
import { type Beginning, type WatchRequest, WatchSession } from './watch-session.ts';
import { WatchStream } from './watch-stream.ts';

export interface WatchServerOptions {
  watches: Watches;
  clock: Clock;
  /** All Meetings that match, noted in the mark. */
  list(selection: Selection, mark: Mark): Promise<Meeting[]>;
}

/** Also keeps load balancers from closing a silent connection (ALB: after 60 s). Milliseconds. */
const BOOKMARK_INTERVAL = 45_000;
const MIN_TIMEOUT_SECONDS = 1800;
/** Up to so many seconds are added, so that watchers don't all come again at once. */
const SPREAD_SECONDS = 1800;
/** A prime: those that came together end apart. */
const SPREAD_STEP = 379;

/** Serves watches: each change is written once for all, whoever is slow is cut off, nothing outlives its connection. */
export class WatchServer {
  readonly #options: WatchServerOptions;
  readonly #lines: WatchLines;
  readonly #sessions = new Set<WatchSession>();
  #count = 0;
  #bookmarks: AbortController | undefined;

  constructor(options: WatchServerOptions) {
    this.#options = options;
    this.#lines = new WatchLines(() => options.clock.now());
  }

  /** Watchers now. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Answers with a stream; resolves when its client has caught up.
   * @throws ApiError `Expired` when the client must list again
   */
  async serve(reply: FastifyReply, request: WatchRequest): Promise<FastifyReply> {
    const { watch, ...beginning } = await this.#open(request);
    reply.hijack();
    const stream = new WatchStream(reply.raw, () => {
      watch.close();
      this.#forget(session);
    });
    const session = new WatchSession(stream, request, this.#lines);
    if (!stream.isOpen) {
      watch.close();
      return reply;
    }
    this.#sessions.add(session);
    this.#sendBookmarks();
    const spread = (this.#count++ * SPREAD_STEP) % SPREAD_SECONDS;
    void this.#endIn(session, request.timeoutSeconds ?? MIN_TIMEOUT_SECONDS + spread);
    await session.run(watch, beginning);
    return reply;
  }

  /** Ends all: the process stops. */
  close(): void {
    for (const session of this.#sessions) this.#end(session);
    this.#options.watches.poller.stop();
  }

  async #open({ from, selection }: WatchRequest): Promise<Beginning & { watch: OpenWatch }> {
    const { list, watches } = this.#options;
    if (from.kind === 'version') {
      const watch = await watches.openAfter(from.version).catch((error: unknown) => {
        throw error instanceof ExpiredError ? new ApiError('Expired', `${error.message}: ${from.version}`) : error;
      });
      const first = watch.backlog.flatMap((change) => {
        const type = seenThrough(selection, change);
        return type === undefined ? [] : [{ type, meeting: change.meeting }];
      });
      return { watch, first };
    }
    const mark = watches.feed.mark();
    const watch = watches.open(mark);
    if (from.kind === 'now') return { watch, first: [] };
    const there = await list(selection, mark).catch((error: unknown) => {
      watch.close();
      throw error;
    });
    const first = there.map((meeting) => ({ type: 'ADDED' as const, meeting }));
    return { watch, first, ...(from.isEndMarked ? { endMark: mark.version } : {}) };
  }

  async #endIn(session: WatchSession, seconds: number): Promise<void> {
    const isDue = await this.#sleep(seconds * 1000, session.stream.closed);
    if (isDue) this.#end(session);
  }

  /** With a last bookmark, so that the client begins again exactly here. */
  #end(session: WatchSession): void {
    session.bookmark(this.#options.watches.feed.mark().version);
    session.stream.end();
  }

  #forget(session: WatchSession): void {
    this.#sessions.delete(session);
    if (this.#sessions.size > 0) return;
    this.#bookmarks?.abort();
    this.#bookmarks = undefined;
  }

  #sendBookmarks(): void {
    if (this.#bookmarks !== undefined) return;
    const ending = new AbortController();
    this.#bookmarks = ending;
    void (async () => {
      while (await this.#sleep(BOOKMARK_INTERVAL, ending.signal)) {
        const { version } = this.#options.watches.feed.mark();
        for (const session of this.#sessions) session.bookmark(version);
      }
    })();
  }

  /** @returns false when the signal came first */
  async #sleep(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    return this.#options.clock.sleep(milliseconds, signal).then(
      () => true,
      () => false,
    );
  }
}
