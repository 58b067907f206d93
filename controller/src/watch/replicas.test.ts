import {
  type Clock,
  keyString,
  type Meeting,
  type MeetingKey,
  silentLogger,
  systemClock,
} from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMeeting } from '../store/a-meeting.ts';
import { startDynalite } from '../store/dynalite.fixture.ts';
import { DynamoChangeLog } from '../store/dynamo-change-log.ts';
import { DynamoMeetingStore } from '../store/dynamo-meeting-store.ts';
import { ensureTable } from '../store/ensure-table.ts';
import type { Change } from './change.ts';
import { ChangeFeed } from './change-feed.ts';
import { FreshMeetings } from './fresh-meetings.ts';
import { Watches } from './watches.ts';

const DEADLINE_MS = 20_000;
let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let tables = 0;
const ending: (() => void)[] = [];
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(async () => {
  for (const end of ending) end();
  await dynalite.close();
});

/** A replica of the controller, as far as watches go. */
class Replica {
  readonly feed: ChangeFeed;
  readonly store: DynamoMeetingStore;
  readonly watches: Watches;
  readonly clock: Clock;

  /** @param skew - milliseconds that its clock is ahead */
  constructor(table: string, skew = 0) {
    const { client } = dynalite;
    this.clock = { ...systemClock, now: () => Date.now() + skew };
    this.feed = new ChangeFeed(this.clock);
    this.store = new DynamoMeetingStore({ client, table, clock: this.clock, observer: this.feed });
    const changes = new DynamoChangeLog({ client, table });
    this.watches = new Watches({ feed: this.feed, changes, clock: this.clock, log: silentLogger, interval: 40 });
    ending.push(() => this.watches.poller.stop());
  }

  async list(): Promise<{ version: number; items: Meeting[] }> {
    const mark = this.feed.mark();
    const { items } = await this.store.list({ limit: 1000 });
    for (const { metadata } of items) mark.note(keyString(metadata), Number(metadata.resourceVersion));
    return { version: mark.version, items };
  }
}

async function tableName(): Promise<string> {
  const table = `meetings-${++tables}`;
  await ensureTable(dynalite.client, table);
  return table;
}

async function two(): Promise<[Replica, Replica]> {
  const table = await tableName();
  return [new Replica(table), new Replica(table)];
}

/** A client that follows a replica, and may go to another with the last version it has. */
class Client {
  readonly told: Change[] = [];
  /** What it believes is there. */
  readonly there = new Map<string, Meeting>();
  version = 0;
  #close = () => {};

  async listFrom(replica: Replica): Promise<void> {
    const { items, version } = await replica.list();
    for (const meeting of items) this.there.set(keyString(meeting.metadata), meeting);
    this.version = version;
  }

  async follow(replica: Replica): Promise<void> {
    this.#close();
    const watch = await replica.watches.openAfter(this.version);
    this.#close = () => watch.close();
    ending.push(this.#close);
    for (const change of watch.backlog) this.#take(change);
    watch.follow((change) => this.#take(change));
  }

  close(): void {
    this.#close();
  }

  get types(): string[] {
    return this.told.map(({ type, meeting }) => `${type} ${meeting.metadata.name}`);
  }

  #take(change: Change): void {
    this.told.push(change);
    this.version = change.version;
    if (change.type === 'DELETED') this.there.delete(change.id);
    else this.there.set(change.id, change.meeting);
  }
}

async function eventually(isSo: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(what())}`);
    await systemClock.sleep(5);
  }
}

describe("another replica's changes", () => {
  it('come to a watcher here: creation, change and removal, each with its version', async () => {
    const [here, there] = await two();
    const client = new Client();
    await client.listFrom(here);
    await client.follow(here);

    const created = await there.store.create(newMeeting({ name: 'a' }), undefined);
    await eventually(
      () => client.told.length === 1,
      () => client.types,
    );
    const updated = await there.store.update(created, undefined);
    await eventually(
      () => client.told.length === 2,
      () => client.types,
    );
    await there.store.remove(updated);
    await eventually(
      () => client.told.length === 3,
      () => client.types,
    );

    expect(client.types).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
    expect(client.told.map(({ meeting }) => meeting).slice(0, 2)).toEqual([created, updated]);
    expect(client.told[2]?.version).toBeGreaterThan(Number(updated.metadata.resourceVersion));
    expect(client.told[2]?.meeting.spec).toEqual(updated.spec);
  });

  it('are told once, also where a read finds them first', async () => {
    const [here, there] = await two();
    const first = await here.store.create(newMeeting({ name: 'a' }), undefined);
    const client = new Client();
    await client.listFrom(here);
    await client.follow(here);

    await there.store.update(first, undefined);
    await here.store.get(first.metadata);
    expect(client.types).toEqual(['MODIFIED a']);
    await here.store.create(newMeeting({ name: 'b' }), undefined);
    await systemClock.sleep(150);

    expect(client.types).toEqual(['MODIFIED a', 'ADDED b']);
  });

  it('between a list and its watch are not lost, and what the list showed is not told again', async () => {
    const [here, there] = await two();
    await there.store.create(newMeeting({ name: 'before' }), undefined);
    const client = new Client();
    await client.listFrom(here);
    await there.store.create(newMeeting({ name: 'between' }), undefined);

    await client.follow(here);

    await eventually(
      () => client.told.length > 0,
      () => client.types,
    );
    await systemClock.sleep(150);
    expect(client.types).toEqual(['ADDED between']);
  });

  it('are not looked for when nobody watches', async () => {
    const [here] = await two();
    const client = new Client();
    await client.listFrom(here);
    await client.follow(here);
    expect(here.watches.poller.isRunning).toBe(true);

    client.close();

    await eventually(
      () => !here.watches.poller.isRunning,
      () => 'the poller runs',
    );
    expect(here.feed.listeners).toBe(0);
  });
});

describe('a client that comes from another replica, or after a restart', () => {
  it('hears what it missed, removals too', async () => {
    const [before, other] = await two();
    const [a, b] = [newMeeting({ name: 'a' }), newMeeting({ name: 'b' })];
    const first = await before.store.create(a, undefined);
    const second = await before.store.create(b, undefined);
    const client = new Client();
    await client.listFrom(before);
    await other.store.remove(first);
    await other.store.update(second, undefined);

    // As new as after a restart: it knows nothing of what was told.
    await client.follow(other);

    expect(client.types).toEqual(expect.arrayContaining(['DELETED a', 'MODIFIED b']));
    expect([...client.there.keys()]).toEqual(['default/b']);
  });

  it('is told that it must list again when it was away too long', async () => {
    const [here] = await two();

    await expect(here.watches.openAfter((Date.now() - 3_600_000) * 1000)).rejects.toThrow('too old resource version');
    expect(here.feed.listeners).toBe(0);
  });
});

describe('clients that go from replica to replica while Meetings come, change and go', () => {
  // The seed is in the name: a failure can be run again.
  it.each([1, 2, 3])('believe in the end what is stored (seed %i)', async (seed) => {
    const table = await tableName();
    const replicas = [new Replica(table), new Replica(table, 120), new Replica(table, -120)];
    const draw = randomOf(seed);
    const clients = Array.from({ length: 4 }, () => new Client());
    for (const client of clients) {
      const replica = pick(replicas, draw);
      await client.listFrom(replica);
      await client.follow(replica);
    }

    for (let step = 0; step < 80; step++) {
      const { store } = pick(replicas, draw);
      const key = { namespace: 'default', name: `m-${Math.floor(draw() * 6)}` };
      const meeting = await store.get(key);
      if (meeting === undefined)
        await store.create(
          { ...newMeeting(key), metadata: { ...newMeeting(key).metadata, uid: `uid-${step}` } },
          undefined,
        );
      else if (draw() < 0.3) await store.remove(meeting);
      else await store.update(meeting, undefined);
      if (draw() < 0.15) await pick(clients, draw).follow(pick(replicas, draw));
      if (draw() < 0.05) await systemClock.sleep(30);
    }

    const stored = (await replicas[0]?.list())?.items ?? [];
    const wanted = stored.map(({ metadata }) => [keyString(metadata), metadata.resourceVersion]).sort();
    const believed = (client: Client) =>
      [...client.there.values()].map(({ metadata }) => [keyString(metadata), metadata.resourceVersion]).sort();
    for (const client of clients) {
      await eventually(
        () => JSON.stringify(believed(client)) === JSON.stringify(wanted),
        () => ({ believed: believed(client), wanted }),
      );
      client.close();
    }
  });
});

describe('Meetings for heartbeats', () => {
  it('cost no read while nothing changes, and are new a moment after anybody changed them', async () => {
    const [here, there] = await two();
    const first = await there.store.create(newMeeting({ name: 'a' }), undefined);
    let reads = 0;
    const store = {
      get: async (key: { namespace: string; name: string }) => {
        reads++;
        return here.store.get(key);
      },
    };
    const fresh = new FreshMeetings({ store, watches: here.watches, clock: here.clock });
    await fresh.get(first.metadata);
    await eventually(
      () => here.watches.poller.isCurrent(1000),
      () => 'no look',
    );
    reads = 0;

    for (let count = 0; count < 100; count++) expect(await fresh.get(first.metadata)).toEqual(first);
    expect(reads).toBe(0);

    const byUs = await here.store.update(first, undefined);
    expect(await fresh.get(first.metadata)).toEqual(byUs);
    const byOthers = await there.store.update(byUs, undefined);
    await eventually(
      async () => (await fresh.get(first.metadata))?.metadata.resourceVersion === byOthers.metadata.resourceVersion,
      () => 'the old one',
    );
    expect(reads).toBe(0);
    await there.store.remove(byOthers);
    await eventually(
      async () => (await fresh.get(first.metadata)) === undefined,
      () => 'still there',
    );
  });

  it('are read from the store where nobody could look for changes lately', async () => {
    const [here, there] = await two();
    const first = await there.store.create(newMeeting({ name: 'a' }), undefined);
    const poller = { wantFor: () => undefined, isCurrent: () => false };
    const fresh = new FreshMeetings({ store: here.store, watches: { feed: here.feed, poller }, clock: here.clock });
    await fresh.get(first.metadata);

    const updated = await there.store.update(first, undefined);

    expect(await fresh.get(first.metadata)).toEqual(updated);
  });
});

/** One that was made now. */
function newMeeting(key: Partial<MeetingKey>): Meeting {
  const meeting = aMeeting(key);
  return { ...meeting, metadata: { ...meeting.metadata, creationTimestamp: new Date().toISOString() } };
}

const pick = <T>(items: readonly T[], draw: () => number): T => items[Math.floor(draw() * items.length)] as T;

/** A generator of numbers in [0, 1) that repeats itself (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
