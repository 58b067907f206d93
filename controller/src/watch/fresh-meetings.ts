import { type Clock, keyString, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';
import type { MeetingStore } from '../ports.ts';
import type { Change } from './change.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { ChangePoller } from './change-poller.ts';

/** Meetings of recorders at work; each about 3 kB. */
const CAPACITY = 20_000;
/** A good look for changes is at most so old, or the store is asked. Milliseconds. */
const MAX_LOOK_AGE = 2_500;
/** However it stands with changes, a Meeting is read again after this, as everything unfinished is. Milliseconds. */
const MAX_AGE = 10 * 60_000;
/** Others' changes are looked for until so long after the last heartbeat. Milliseconds. */
const WANTED_FOR = 60_000;

export interface FreshMeetingsOptions {
  store: Pick<MeetingStore, 'get'>;
  watches: { feed: ChangeFeed; poller: Pick<ChangePoller, 'wantFor' | 'isCurrent'> };
  clock: Pick<Clock, 'monotonic'>;
}

/**
 * Meetings as they are, or were a second or two ago where another replica changed them: for heartbeats, which are
 * many and want to know only whether they shall stop. This replica's own changes are in it at once, others' as soon
 * as they are found; when nobody has looked for them lately the store is asked, strongly consistent.
 */
export class FreshMeetings {
  readonly #store: Pick<MeetingStore, 'get'>;
  readonly #watches: FreshMeetingsOptions['watches'];
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** As text: a tenth of what the objects of a Meeting take, and parsing it costs a heartbeat microseconds. */
  readonly #entries = new Map<string, { text: string; readAt: number }>();

  constructor(options: FreshMeetingsOptions) {
    this.#store = options.store;
    this.#watches = options.watches;
    this.#clock = options.clock;
    this.#watches.feed.subscribe((change) => this.#follow(change));
  }

  async get(key: MeetingKey): Promise<Meeting | undefined> {
    const { feed, poller } = this.#watches;
    poller.wantFor(WANTED_FOR);
    const id = keyString(key);
    const now = this.#clock.monotonic();
    const entry = this.#entries.get(id);
    if (entry !== undefined && now - entry.readAt < MAX_AGE && poller.isCurrent(MAX_LOOK_AGE))
      return JSON.parse(entry.text) as Meeting;
    const meeting = await this.#store.get(key);
    this.#entries.delete(id);
    // Somebody may have written while it was being read.
    if (meeting !== undefined && feed.newestOf(id) <= Number(meeting.metadata.resourceVersion)) {
      this.#entries.set(id, { text: JSON.stringify(meeting), readAt: now });
      const [oldest] = this.#entries.keys();
      if (this.#entries.size > CAPACITY && oldest !== undefined) this.#entries.delete(oldest);
    }
    return meeting;
  }

  #follow({ id, meeting, type }: Change): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (type === 'DELETED') this.#entries.delete(id);
    else this.#entries.set(id, { text: JSON.stringify(meeting), readAt: entry.readAt });
  }
}
