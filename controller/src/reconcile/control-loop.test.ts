import {
  keyOf,
  keyString,
  type Meeting,
  parseBrowserIdentities,
  silentLogger,
  TASK_FINALIZER,
} from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ConflictError, ControllerError } from '../errors.ts';
import { createLogger } from '../log.ts';
import type { RecordingStore } from '../ports.ts';
import { Chance } from '../simulation/chance.ts';
import { EPOCH, Life } from '../simulation/life.ts';
import { Scheduler } from '../simulation/scheduler.ts';
import { MemoryIdentityLocks } from '../store/memory-identity-locks.ts';
import { MemoryMeetingStore } from '../store/memory-meeting-store.ts';
import { FakeTaskRunner } from '../tasks/fake-task-runner.ts';
import { aMeetingWith, anEndedAttempt } from './a-meeting-with.ts';
import { ControlLoop } from './control-loop.ts';
import { dueAtOf } from './due.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { Heartbeats } from './heartbeats.ts';
import { Identities } from './identities.ts';
import { Outbox } from './outbox.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { Reconciler } from './reconciler.ts';
import { Slots } from './slots.ts';
import { TaskWatcher } from './task-watcher.ts';

const second = 1_000;
const hour = 3_600 * second;
const time = (ms: number) => new Date(EPOCH + ms).toISOString();

/** The status of one that is over and that nothing more has to be done for. */
const overNow = (): Partial<Meeting['status']> => ({
  ...{ phase: 'Completed', reason: 'HostEnded', outcome: 'None', endTime: time(0) },
  attempts: [anEndedAttempt('HostEnded')],
});

const NOTES = parseBrowserIdentities('notes=google-meet:file:/notes');

/** A leader on simulated time, with the store's calls counted. */
function aLeader({ recorders = 10, isBucketAway = false, log = silentLogger, locks = new MemoryIdentityLocks() } = {}) {
  const scheduler = new Scheduler(new Chance('loop'));
  const { clock } = new Life('loop', scheduler);
  const store = new MemoryMeetingStore(clock);
  const runner = new FakeTaskRunner({ clock });
  const reads: string[] = [];
  const get = store.get.bind(store);
  store.get = (key) => {
    reads.push(keyString(key));
    return get(key);
  };
  let looks = 0;
  const due = store.due.bind(store);
  store.due = (from, until) => {
    looks++;
    return due(from, until);
  };
  const wake = (id: string) => loop.add(id);
  const watcher = new TaskWatcher({ runner, clock, log, interval: 2 * second, changed: wake });
  const recordings: RecordingStore = {
    look: async () => ({ kind: 'none' }),
    hasLeftovers: async () => false,
    remove: async () => {
      if (isBucketAway) throw new ControllerError('Unavailable', 'S3 is away');
    },
  };
  const reconciler = new Reconciler({
    ...{ store, runner, recordings, watcher, heartbeats: new Heartbeats(), clock, log, policy: DEFAULT_POLICY },
    slots: new Slots({ total: recorders, perNamespace: recorders }, wake),
    ...{ identities: new Identities(NOTES, wake), locks },
    outbox: new Outbox({
      sender: { send: async () => ({ kind: 'unanswered', error: 'nobody is there' }) },
      ...{ log, body: { forcePathStyle: false }, concurrency: 1, perSecond: 10, done: wake },
    }),
    random: new Chance('random'),
    launch: { installation: '01234567', environment: {}, secretOf: () => 'file:/notes', tokenOf: () => 'token' },
    observe: () => {},
  });
  const collector = new GarbageCollector({
    ...{ store, runner, clock, log, installation: '01234567', grace: 120 * second, forgotten: wake, stopped: () => {} },
  });
  const loop = new ControlLoop({
    ...{ store, reconciler, watcher, collector, clock, random: new Chance('loops'), log, concurrency: 4 },
    ...{ pollInterval: second, collectInterval: 60 * second, resyncInterval: 600 * second },
    describe: (id) => reconciler.identityOf(id) ?? {},
  });
  const lead = () => {
    const term = new AbortController();
    const over = loop.run(term.signal);
    return async () => {
      term.abort(new Error('the term is over'));
      await over;
    };
  };
  const create = async (name: string, change: Parameters<typeof aMeetingWith>[0] = {}): Promise<Meeting> =>
    store.create(
      aMeetingWith({ ...change, metadata: { name, uid: name, creationTimestamp: time(0), ...change.metadata } }),
      clock.now(),
    );
  return {
    loop,
    clock,
    store,
    runner,
    locks,
    reads,
    /** Calls to the table and to ECS so far. */
    calls: () => ({
      reads: reads.length,
      looks,
      describes: runner.calls('describe'),
      lists: runner.calls('listLive'),
    }),
    lead,
    create,
    pass: (ms: number) => scheduler.run(scheduler.time + ms, () => false),
  };
}

describe('ControlLoop', () => {
  it('launches what was written before it led, and what is written while it leads', async () => {
    const { lead, create, pass, runner, loop } = aLeader();
    await create('before');
    const leave = lead();
    await pass(second);
    await create('while');

    await pass(2 * second);
    await leave();

    expect(runner.tasks.map(({ request }) => request.environment['MEETING_NAME'])).toEqual(['before', 'while']);
    expect(loop.running).toBe(false);
  });

  it('remembers a task although its Meeting is deleted while it is being started, and stops it soon', async () => {
    const { lead, create, pass, runner, store } = aLeader();
    const meeting = await create('unwanted');
    const launch = runner.launch.bind(runner);
    runner.launch = async (request) => {
      const result = await launch(request);
      const current = await store.get(keyOf(meeting));
      if (current === undefined) throw new Error('the intent is not on record');
      const metadata = { ...current.metadata, deletionTimestamp: time(second) };
      await store.update({ ...current, metadata }, second);
      return result;
    };
    // ECS's list lags behind.
    runner.listLive = async () => [];
    const leave = lead();

    await pass(second);
    const remembered = await store.get(keyOf(meeting));
    await pass(2 * second + DEFAULT_POLICY.stopGrace);

    const [task] = runner.tasks;
    expect(remembered?.status.attempts).toMatchObject([{ number: 1, taskArn: task?.taskArn }]);
    expect(await store.get(keyOf(meeting))).toBeUndefined();
    await leave();
  });

  it('leads again as well as the first time', async () => {
    const { lead, create, pass, runner } = aLeader({ recorders: 1 });
    await create('first');
    await (async () => {
      const leave = lead();
      await pass(2 * second);
      await leave();
    })();
    const [task] = runner.tasks;
    if (task === undefined) throw new Error('nothing was launched');
    runner.end(task.taskArn, { exitCode: 12 });
    await create('second');

    const leave = lead();
    await pass(10 * second);
    await leave();

    expect(runner.tasks.map(({ request }) => request.environment['MEETING_NAME'])).toEqual(['first', 'second']);
  });

  it('takes the places of live recorders into account before it launches anything', async () => {
    const { lead, create, pass, runner } = aLeader({ recorders: 1 });
    await create('first');
    const leave = lead();
    await pass(2 * second);
    await leave();
    await create('second');

    const leaveAgain = lead();
    await pass(60 * second);
    await leaveAgain();

    expect(runner.tasks).toHaveLength(1);
  });

  it('does nothing at all for what is years ahead', async () => {
    const { lead, create, pass, reads, store } = aLeader();
    const meeting = await create('years', { spec: { startAt: time(3 * 365 * 24 * hour) } });
    const leave = lead();
    await pass(5 * second);
    reads.length = 0;

    await pass(hour);
    await leave();

    expect(reads).toEqual([]);
    expect((await store.get(keyOf(meeting)))?.status.phase).toBe('Scheduled');
  });

  it('costs as many calls beside 100 000 finished Meetings as beside none', async () => {
    const idle = async (finished: number) => {
      const { calls, clock, lead, pass, store } = aLeader();
      const status = overNow();
      const [kept, aging] = [{}, { retentionDays: 400 }].map((spec) => aMeetingWith({ spec, status }));
      for (let n = 0; n < finished; n++) {
        const meeting = n % 2 === 0 ? kept : aging;
        if (meeting === undefined) throw new Error('there is nothing to copy');
        const metadata = { ...meeting.metadata, name: `done-${n}`, uid: `done-${n}` };
        await store.create({ ...meeting, metadata }, dueAtOf(meeting, clock.now(), DEFAULT_POLICY));
      }
      const leave = lead();
      await pass(70 * second);
      await leave();
      return calls();
    };

    const many = await idle(100_000);

    expect(many).toEqual(await idle(0));
    expect(many).toMatchObject({ reads: 0, describes: 0 });
    expect(many.looks).toBeGreaterThan(30);
  }, 120_000);

  it('names the Meeting whose reconcile failed, also where it is over and only to be removed', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = createLogger('warn', { write: (line) => lines.push(JSON.parse(line)) });
    const { lead, create, pass } = aLeader({ isBucketAway: true, log });
    await create('gone', {
      metadata: { deletionTimestamp: time(0), finalizers: [TASK_FINALIZER] },
      spec: { deletionPolicy: 'Delete' },
      status: overNow(),
    });

    const leave = lead();
    await pass(5 * second);
    await leave();

    const failed = lines.filter(({ message }) => message === 'reconcile failed; it is tried again');
    expect(failed.length).toBeGreaterThan(1);
    for (const line of failed) expect(line).toMatchObject({ meeting: 'default/gone', uid: 'gone', attempt: 1 });
  });

  it("removes nothing while somebody else's finalizer is on it, but gives up its own", async () => {
    const { lead, create, pass, store } = aLeader();
    const meeting = await create('held', {
      metadata: { deletionTimestamp: time(0), finalizers: [TASK_FINALIZER, 'example.com/archive'] },
      status: overNow(),
    });

    const leave = lead();
    await pass(5 * second);
    await leave();

    expect((await store.get(keyOf(meeting)))?.metadata.finalizers).toEqual(['example.com/archive']);
  });

  it('lets Meetings with one identity have it one after the other, each in its turn', async () => {
    const { lead, create, pass, runner, store } = aLeader();
    const names = ['first', 'second', 'third'];
    const meetings = [];
    for (const name of names) meetings.push(await create(name, { spec: { identity: 'notes' } }));
    await create('guest');
    const leave = lead();
    const launched = () => runner.tasks.map(({ request }) => request.environment['MEETING_NAME']);
    for (const [index, meeting] of meetings.entries()) {
      await pass(3 * second);

      expect(launched().filter((name) => name !== 'guest')).toEqual(names.slice(0, index + 1));
      expect((await store.get(keyOf(meeting)))?.status.attempts).toMatchObject([{ identity: 'notes' }]);
      for (const waiting of meetings.slice(index + 1)) {
        const { status } = (await store.get(keyOf(waiting))) ?? waiting;
        const [launch] = status.conditions;
        expect(status.phase).toBe('Pending');
        expect(launch).toMatchObject({ reason: 'WaitingForIdentity', message: expect.stringMatching(/: notes$/) });
      }
      const task = runner.tasks.find(({ request }) => request.environment['MEETING_NAME'] === names[index]);
      runner.end(task?.taskArn ?? '', { exitCode: 12 });
    }
    await leave();

    expect(launched()).toContain('guest');
  });

  it('does not wait for an identity with one of the few places in hand', async () => {
    const { lead, create, pass, runner } = aLeader({ recorders: 2 });
    for (const name of ['first', 'second']) await create(name, { spec: { identity: 'notes' } });
    const leave = lead();
    await pass(3 * second);
    await create('guest');
    await pass(3 * second);
    await leave();

    expect(runner.tasks.map(({ request }) => request.environment['MEETING_NAME'])).toEqual(['first', 'guest']);
  });

  it('finds an identity that another process has had and left, without being told', async () => {
    const { lead, create, pass, runner, locks, store } = aLeader();
    const other = await create('other', { spec: { startAt: time(hour) } });
    const { uid, resourceVersion } = other.metadata;
    await locks.write('notes', { key: keyOf(other), uid, version: resourceVersion }, undefined);
    await create('mine', { spec: { identity: 'notes' } });
    // The other process has read it and is about to begin: until this Meeting is written anew it may.
    store.update = ((update) => async (meeting, dueAt) => {
      if (meeting.metadata.name === 'other') throw new ConflictError('not yet');
      return update(meeting, dueAt);
    })(store.update.bind(store));
    const leave = lead();
    await pass(3 * second);
    expect(runner.tasks).toEqual([]);

    const current = await store.get(keyOf(other));
    if (current === undefined) throw new Error('it is gone');
    Reflect.deleteProperty(store, 'update');
    await store.update(current, hour);
    await pass(DEFAULT_POLICY.identityRecheck + second);
    await leave();

    expect(runner.tasks).toHaveLength(1);
  });
});
