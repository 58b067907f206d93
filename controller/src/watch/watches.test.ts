import { type Clock, keyString, type MeetingKey, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, describe, expect, it } from 'vitest';
import { aMeeting } from '../store/a-meeting.ts';
import type { ChangedKey, ChangeLog, StoredVersion } from '../store/change-log.ts';
import { MemoryMeetingStore } from '../store/memory-meeting-store.ts';
import type { Change } from './change.ts';
import { ChangeFeed } from './change-feed.ts';
import { Watches } from './watches.ts';

/** A change log that counts what it is asked, and fails as often as it is told. */
class CountedChangeLog implements ChangeLog {
  looks = 0;
  bodies = 0;
  failures = 0;
  readonly #store: MemoryMeetingStore;

  constructor(store: MemoryMeetingStore) {
    this.#store = store;
  }

  async changedSince(version: string): Promise<ChangedKey[]> {
    this.looks++;
    if (this.failures-- > 0) throw new Error('throttled');
    return this.#store.changedSince(version);
  }

  async read(keys: readonly MeetingKey[]): Promise<StoredVersion[]> {
    this.bodies += keys.length;
    return this.#store.read(keys);
  }

  async forgetGone(): Promise<number> {
    return 0;
  }
}

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

/** One replica over a store that another one writes to as well. */
function replica(clock: Clock = systemClock) {
  const feed = new ChangeFeed(clock);
  const store = new MemoryMeetingStore(clock, feed);
  const changes = new CountedChangeLog(store);
  const watches = new Watches({ feed, changes, clock, log: silentLogger });
  ending.push(() => watches.poller.stop());
  return { feed, store, changes, watches };
}

describe('a watch that begins where a list ended, after thousands of writes in a moment', () => {
  it('goes on from there, without reading again what this replica wrote', async () => {
    const { feed, store, changes, watches } = replica();
    for (let count = 0; count < 6000; count++) await store.create(aMeeting({ name: `m-${count}` }), undefined);
    const mark = feed.mark();
    const { items } = await store.list({ limit: 10_000 });
    for (const { metadata } of items) mark.note(keyString(metadata), Number(metadata.resourceVersion));

    const opened = await Promise.all(Array.from({ length: 50 }, () => watches.openAfter(mark.version)));
    const told: Change[] = [];
    for (const watch of opened) watch.follow((change) => told.push(change));
    await store.create(aMeeting({ name: 'after' }), undefined);

    expect(opened.every(({ backlog }) => backlog.length === 0)).toBe(true);
    expect(told.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, () => 'default/after'));
    expect(changes.bodies).toBe(0);
    // The poller's first look, and one for all fifty.
    expect(changes.looks).toBe(2);
    for (const watch of opened) watch.close();
  });

  it('must list again where thousands of them are unknown here', async () => {
    const here = replica();
    const there = new MemoryMeetingStore(systemClock);
    const mark = here.feed.mark();
    for (let count = 0; count < 10_001; count++) await there.create(aMeeting({ name: `m-${count}` }), undefined);
    const changes = new CountedChangeLog(there);
    const watches = new Watches({ feed: here.feed, changes, clock: systemClock, log: silentLogger });
    watches.poller.stop();

    await expect(watches.openAfter(mark.version)).rejects.toThrow('too many changes since this resource version');
    expect(here.feed.listeners).toBe(0);
  });
});

it("finds other replicas' changes of the time in which no look was good", async () => {
  let now = Date.parse('2026-02-06T15:00:00Z');
  const wakes: (() => void)[] = [];
  const sleep: Clock['sleep'] = () => new Promise((resolve) => wakes.push(resolve));
  const clock: Clock = { now: () => now, monotonic: () => now, sleep };
  const feed = new ChangeFeed(clock);
  const shared = new MemoryMeetingStore(clock);
  const changes = new CountedChangeLog(shared);
  const watches = new Watches({ feed, changes, clock, log: silentLogger });
  const told: string[] = [];
  feed.subscribe(({ id }) => told.push(id));
  changes.failures = 5;

  const release = watches.poller.hold();
  await shared.create(aMeeting({ name: 'meanwhile' }), undefined);
  for (let look = 0; look < 6; look++) {
    while (wakes.length === 0) await new Promise(setImmediate);
    now += 20_000;
    wakes.pop()?.();
  }

  while (told.length === 0) await new Promise(setImmediate);
  expect(told).toEqual(['default/meanwhile']);
  expect(changes.looks).toBe(6);
  release();
  watches.poller.stop();
});
