import { keyOf, type Meeting, silentLogger } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { MemoryMeetingStore } from '../store/memory-meeting-store.ts';
import { FakeTaskRunner } from '../tasks/fake-task-runner.ts';
import { aMeetingWith, anAttempt, anEndedAttempt, CREATED } from './a-meeting-with.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { launchRequest } from './launch-request.ts';

const INSTALLATION = '01234567';
const GRACE = 120_000;

/** A cluster with the task of attempt 1 of `meeting`, and the store as it is then. */
async function aWorld(stored: Meeting | undefined, { installation = INSTALLATION } = {}) {
  let now = CREATED;
  const clock = { now: () => now, monotonic: () => now, sleep: async () => {} };
  const runner = new FakeTaskRunner({ clock });
  const launched = await runner.launch(
    launchRequest(aMeetingWith(), anAttempt(), { installation, environment: {}, tokenOf: () => 'token' }),
  );
  const taskArn = launched.kind === 'started' ? launched.taskArn : '';
  const store = new MemoryMeetingStore(clock);
  if (stored !== undefined) await store.create(withArn(stored, taskArn), undefined);
  const forgotten: string[] = [];
  let stopped = 0;
  const collector = new GarbageCollector({
    ...{ store, runner, clock, log: silentLogger, installation: INSTALLATION, grace: GRACE },
    forgotten: (key) => forgotten.push(key),
    stopped: () => stopped++,
  });
  return {
    runner,
    forgotten,
    stopped: () => stopped,
    collectAfter: async (ms: number) => {
      now += ms;
      await collector.collect();
    },
  };
}

/** The example attempt's ARN is the real one of this cluster. */
function withArn(meeting: Meeting, taskArn: string): Meeting {
  const attempts = meeting.status.attempts.map((each) => (each.taskArn === undefined ? each : { ...each, taskArn }));
  return { ...meeting, status: { ...meeting.status, attempts } };
}

const { taskArn: _, ...intent } = anAttempt();

describe('GarbageCollector', () => {
  it('leaves the task of an open attempt alone', async () => {
    const world = await aWorld(aMeetingWith({ status: { attempts: [anAttempt()] } }));

    await world.collectAfter(GRACE);

    expect(world.runner.calls('stop')).toBe(0);
    expect(world.forgotten).toEqual([]);
  });

  it('reminds of a task that lives although nobody remembers it', async () => {
    const meeting = aMeetingWith({ status: { attempts: [intent] } });
    const world = await aWorld(meeting);

    await world.collectAfter(GRACE);

    expect(world.runner.calls('stop')).toBe(0);
    expect(world.forgotten).toEqual(['default/standup']);
    expect(keyOf(meeting)).toEqual({ namespace: 'default', name: 'standup' });
  });

  it.each([
    ['whose Meeting is gone', undefined],
    ['whose attempt is over', aMeetingWith({ status: { attempts: [anEndedAttempt('RecorderLost')] } })],
    ['of an earlier attempt', aMeetingWith({ status: { attempts: [{ ...intent, number: 2 }] } })],
    ['of another Meeting of the same name', aMeetingWith({ metadata: { uid: 'another' } })],
  ])('stops a task %s', async (_name, stored) => {
    const world = await aWorld(stored);

    await world.collectAfter(GRACE);

    expect(world.runner.calls('stop')).toBe(1);
    expect(world.stopped()).toBe(1);
  });

  it('leaves young tasks alone: the write that remembers them may be under way', async () => {
    const world = await aWorld(undefined);

    await world.collectAfter(GRACE - 1);

    expect(world.runner.calls('stop')).toBe(0);
  });

  it("leaves other installations' tasks alone", async () => {
    const world = await aWorld(undefined, { installation: '89abcdef' });

    await world.collectAfter(GRACE);

    expect(world.runner.calls('stop')).toBe(0);
  });
});
