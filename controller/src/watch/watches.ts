import { type Clock, keyString, type Logger } from '@meetingbot/crds-schema';
import { type ChangedKey, type ChangeLog, REMEMBER_GONE_MS, type StoredVersion } from '../store/change-log.ts';
import { type Change, UNCERTAINTY } from './change.ts';
import type { ChangeFeed } from './change-feed.ts';
import { ChangePoller } from './change-poller.ts';
import type { Mark } from './marks.ts';

export interface WatchesOptions {
  feed: ChangeFeed;
  changes: ChangeLog;
  clock: Clock;
  log: Logger;
  /** Milliseconds between two looks for other replicas' changes. @default 1000 */
  interval?: number;
}

/** The version is older than what is remembered, or too much happened since: the client must list again. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError';
}

/** A watch that has begun. */
export interface OpenWatch {
  /** What its client has missed, in order. */
  backlog: readonly Change[];
  /**
   * Hands out what has come since, then tells the listener of each change.
   * @returns false when so much has come that it was not kept: the watch is closed
   */
  follow(listener: (change: Change) => void): boolean;
  close(): void;
}

/** So long ago a watch may begin; the rest of the time is for answers under way. Milliseconds. */
const REACH_MS = REMEMBER_GONE_MS - 5 * 60_000;
/** Keys that a part of the index may hand out for a watch that begins. */
const MAX_KEYS = 20_000;
/** Changes that are read from the table for a watch that begins; listing anew is cheaper than more. */
const MAX_BACKLOG = 10_000;

/** Changes kept for a client that still takes what came before them. */
const MAX_KEPT = 5000;

/** Where watches begin: with this replica's history where that is enough, else with the index of changes. */
export class Watches {
  readonly feed: ChangeFeed;
  readonly poller: ChangePoller;
  readonly #changes: ChangeLog;
  readonly #clock: Clock;
  /** Looks into the index under way, by where they begin: watches that begin together share one. */
  readonly #looks = new Map<number, Promise<ChangedKey[]>>();

  constructor(options: WatchesOptions) {
    this.feed = options.feed;
    this.#changes = options.changes;
    this.#clock = options.clock;
    this.poller = new ChangePoller(options);
  }

  /**
   * Everything after a version, without a gap.
   * @param version - one that a client has: of a list, a bookmark or a Meeting, of whichever replica
   * @throws ExpiredError
   */
  async openAfter(version: number): Promise<OpenWatch> {
    if (version < (this.#clock.now() - REACH_MS) * 1000) throw new ExpiredError('too old resource version');
    const mark = this.feed.markOf(version);
    const following = new Following(this, version, mark);
    try {
      const backlog = await this.#backlog(version, mark);
      following.skip(backlog);
      return Object.assign(following, { backlog });
    } catch (error) {
      following.close();
      throw error;
    }
  }

  /** Everything that the list of a mark, which is read and noted afterwards, does not show. */
  open(mark: Mark): OpenWatch {
    return Object.assign(new Following(this, mark.version, mark), { backlog: [] });
  }

  async #backlog(version: number, mark: Mark | undefined): Promise<Change[]> {
    const uncertainFrom = version - UNCERTAINTY;
    const isCovered = this.poller.covers(uncertainFrom);
    const told = this.feed.after(mark?.version ?? uncertainFrom);
    const changes = told ?? [...this.feed.history];
    if (told === undefined || !isCovered) {
      // Whoever has a mark has all that was told before it.
      const isKnown = (id: string, its: number) =>
        mark !== undefined && told !== undefined && this.feed.wasTold(id, its);
      const newest = new Map(changes.map(({ id, version: its }) => [id, its]));
      // Of one Meeting what is stored is the same as what was told, or newer.
      const isNews = (id: string, its: number) => its > (newest.get(id) ?? 0) && !isKnown(id, its);
      const stored = await this.#fromIndex(uncertainFrom, isNews);
      changes.push(...stored.filter((change) => isNews(change.id, change.version)));
    }
    const missed = changes.filter(({ id, version: its }) => its > uncertainFrom && !mark?.hasShown(id, its));
    return mark === undefined ? withoutThePast(missed, version) : missed;
  }

  async #fromIndex(from: number, isNews: (id: string, version: number) => boolean): Promise<Change[]> {
    const keys = await this.#keysFromIndex(from);
    const news = keys.filter(({ key, version }) => isNews(keyString(key), Number(version)));
    if (news.length > MAX_BACKLOG) throw new ExpiredError('too many changes since this resource version');
    const states = await this.#changes.read(news.map(({ key }) => key));
    return states.map((state) => changeOf(state, from)).sort((a, b) => a.version - b.version);
  }

  /** A look that began before a watch will do for it too: what came since is in the feed's history. */
  async #keysFromIndex(from: number): Promise<ChangedKey[]> {
    const begun = this.#looks.get(from) ?? this.#changes.changedSince(String(Math.max(0, from)), MAX_KEYS);
    this.#looks.set(from, begun);
    try {
      const keys = await begun;
      if (keys.length >= MAX_KEYS) throw new ExpiredError('too many changes since this resource version');
      return keys;
    } finally {
      this.#looks.delete(from);
    }
  }
}

/** The part of a watch that is told by the feed; what comes before it is followed is kept. */
class Following {
  readonly #unsubscribe: () => void;
  readonly #release: () => void;
  readonly #mark: Mark | undefined;
  /** Older ones the client has: nothing is late by more than the uncertainty. */
  readonly #floor: number;
  readonly #skipped = new Map<string, number>();
  readonly #kept: Change[] = [];
  #isOverrun = false;
  #listener: ((change: Change) => void) | undefined;

  constructor({ feed, poller }: Watches, version: number, mark: Mark | undefined) {
    this.#mark = mark;
    this.#floor = version - UNCERTAINTY;
    this.#unsubscribe = feed.subscribe((change) => this.#take(change));
    this.#release = poller.hold();
  }

  /** What was handed out in another way. */
  skip(changes: readonly Change[]): void {
    for (const { id, version } of changes) this.#skipped.set(id, version);
  }

  follow(listener: (change: Change) => void): boolean {
    if (this.#isOverrun) return false;
    this.#listener = listener;
    for (const change of this.#kept.splice(0)) this.#take(change);
    return true;
  }

  close(): void {
    this.#unsubscribe();
    this.#release();
    this.#listener = undefined;
  }

  #take(change: Change): void {
    if (this.#listener === undefined) {
      if (this.#kept.push(change) > MAX_KEPT) {
        this.#isOverrun = true;
        this.#kept.length = 0;
        this.close();
      }
      return;
    }
    const { id, version } = change;
    if (version <= this.#floor || version <= (this.#skipped.get(id) ?? 0) || this.#mark?.hasShown(id, version)) return;
    this.#listener(change);
  }
}

function changeOf({ meeting, isGone }: StoredVersion, since: number): Change {
  const version = Number(meeting.metadata.resourceVersion);
  const isNew = Date.parse(meeting.metadata.creationTimestamp) * 1000 > since;
  const type = isGone ? 'DELETED' : isNew ? 'ADDED' : 'MODIFIED';
  return { type, meeting, id: keyString(meeting.metadata), version, before: undefined, position: version };
}

/**
 * Of what the client may have seen already only the newest state of each Meeting, so that it never goes back in time;
 * not the very change whose version the client named.
 */
function withoutThePast(changes: readonly Change[], version: number): Change[] {
  const newest = new Map(changes.map((change) => [change.id, change]));
  return changes.filter(
    (change) => change.version > version || (change.version < version && newest.get(change.id) === change),
  );
}
