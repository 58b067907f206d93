import {
  type Attribution,
  isTerminal,
  type Meeting,
  type MeetingInput,
  type Outcome,
  type Reason,
} from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { outOfMemoryReason } from '../ecs/index.ts';
import type { Room } from './host.fixture.ts';
import { ChaosStack, leads } from './stack.fixture.ts';
import { PATIENCE } from './whole.fixture.ts';

/** What must be on record of a Meeting that has ended. */
interface End {
  reason: Reason;
  attributedTo: Attribution;
  /** None: the Meeting is Failed; else there is a recording, and it is Completed. */
  outcome: Exclude<Outcome, 'Complete'>;
  /** Part of what is told of it. */
  says: string;
}

const EVIDENCE = '(evidence: s3://recordings/meetings/default/uid/evidence/1-01.json)';
/** 3 s after it was written nobody can be in it any more, and it ends when it is looked at for its next launch. */
const BRIEF = { lobbySeconds: 1, noShowSeconds: 1, maxSeconds: 1 };

let stack: ChaosStack;

beforeAll(async () => {
  stack = await ChaosStack.start('scripted');
  const controller = await stack.startController({ NOTIFY_WEBHOOK_FAILURES: 'true' });
  await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
});
afterAll(() => stack.close());

const write = (name: string, spec: Partial<MeetingInput['spec']>) =>
  stack.api.create(name, {
    ...{ url: `http://127.0.0.1:1/${name}`, platform: 'web', join: { steps: [], joined: '#call' }, maxAttempts: 1 },
    ...spec,
  });

describe('a Meeting that ECS starts no task for', () => {
  it.each([
    ['QuotaExceeded', "You've reached the limit on the number of vCPUs you can run concurrently", 'error'],
    ['LaunchFailed', 'Capacity is unavailable at this time. Please try again later', 'capacity'],
  ] as const)('until nobody can still be in it ends with %s', async (reason, message, kind) => {
    const name = `refused-by-${kind}`;
    await stack.fault({
      operation: 'RunTask',
      kind,
      message,
      times: 1000,
      code: 'LimitExceededException',
      status: 400,
    });
    await write(name, { leave: BRIEF });
    const meeting = await over(name);
    await stack.clearFaults();

    expectEnd(meeting, { reason, attributedTo: 'Infrastructure', outcome: 'None', says: message });
    expect(conditionOf(meeting, 'Launched')).toMatchObject({ status: 'False', reason, message });
    expect(await stack.tasks(name)).toEqual([]);
  });
});

it("a Meeting that was to begin hours ago ends with 'Missed', and nobody is sent", async () => {
  const { metadata } = await write('missed', { startAt: new Date(Date.now() - 7_200_000).toISOString() });
  const { status } = await vi.waitFor(async () => {
    const meeting = await stack.api.get('missed');
    expect(isTerminal(meeting.status.phase)).toBe(true);
    return meeting;
  }, PATIENCE);

  expect(status).toMatchObject({
    phase: 'Failed',
    reason: 'Missed',
    attributedTo: 'User',
    outcome: 'None',
    attempts: [],
  });
  const told = stack.sink.deliveries.filter(({ uid }) => uid === metadata.uid);
  expect(told).toMatchObject([{ body: { status: 'failed', error: { type: 'Missed' } } }]);
});

describe.concurrent('a Meeting whose only recorder', () => {
  it.each([
    ['is out of memory at the door', 'OutOfMemory', 'door', outOfMemoryReason],
    ['never starts', 'LaunchFailed', 'outside', 'CannotPullContainerError: pull access denied'],
  ] as const)('%s ends with %s', async (what, reason, stage, says) => {
    const { name, room, taskArn } = await sent(what, stage);
    if (reason === 'OutOfMemory') await stack.killTask(taskArn, says);
    else await stack.stopTask(taskArn, { stopCode: 'TaskFailedToStart', reason: says, abrupt: true });
    const meeting = await over(name);

    expectEnd(meeting, { reason, attributedTo: 'Infrastructure', outcome: 'None', says });
    expect(conditionOf(meeting, 'Joined')).toMatchObject({ status: 'False', reason, message: meeting.status.message });
    expectAttempts(meeting, room, ['record']);
  });

  it("breaks down without a word ends with 'InternalError'", async () => {
    // Its program takes http addresses only: nobody catches that, and it exits with 1.
    const name = 'breaks-down';
    await write(name, { url: 'https://127.0.0.1:1/' });
    const meeting = await over(name);

    const says = 'it left no manifest and no report';
    expectEnd(meeting, { reason: 'InternalError', attributedTo: 'MeetingBot', outcome: 'None', says });
    expect(meeting.status.attempts).toMatchObject([{ mode: 'record', exitCode: 1 }]);
  });

  it.each([
    ['is killed in the call', 'RecorderLost', 'Essential container in task exited', ['record', 'salvage']],
    ['is out of memory in the call', 'OutOfMemory', outOfMemoryReason, ['record', 'salvage']],
    ['is interrupted in the call', 'SpotInterrupted', 'SpotInterruption: Your Spot Task', ['record']],
  ] as const)('%s ends with %s, and keeps what is durable', async (what, reason, says, modes) => {
    const { name, room, taskArn } = await sent(what, 'call');
    if (reason === 'SpotInterrupted') await stack.stopTask(taskArn, { stopCode: 'SpotInterruption' });
    else await stack.killTask(taskArn, ...(reason === 'OutOfMemory' ? [says] : []));
    const meeting = await over(name);

    expectEnd(meeting, { reason, attributedTo: 'Infrastructure', outcome: 'Partial', says });
    expectAttempts(meeting, room, modes);
  });

  it.each([
    ['cannot get in', 'JoinFailed', 'door', `the join button led nowhere ${EVIDENCE}`],
    ['cannot encode', 'RecordingFailed', 'call', 'ffmpeg ended with SIGKILL; gave up after starting it again 5 times'],
    ['sees a page that nobody knows', 'UnknownPage', 'call', `no state fits ${EVIDENCE}`],
    ['has a defect', 'InternalError', 'call', `a defect ${EVIDENCE}`],
  ] as const)('%s ends with %s, in its own words', async (what, reason, stage, says) => {
    const { name, room } = await sent(what, stage);
    room.fail(reason, says);
    const meeting = await over(name);

    expectEnd(meeting, { reason, attributedTo: 'MeetingBot', outcome: stage === 'call' ? 'Partial' : 'None', says });
    expect(meeting.status.message).toBe(says);
    expectAttempts(meeting, room, ['record']);
  });

  it('cannot upload what it has of a meeting that is over is salvaged, and nobody joins again', async () => {
    const { name, room } = await sent('cannot upload', 'call', 3);
    const says = 'AccessDenied (the meeting ended with HostEnded)';
    room.fail('UploadFailed', says);
    const meeting = await over(name);

    expect(meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Complete' });
    expectAttempts(meeting, room, ['record', 'salvage']);
  });
});

it('leaves no task and no segment behind', async () => {
  await vi.waitFor(async () => {
    expect((await stack.tasks()).filter(({ lastStatus }) => lastStatus !== 'STOPPED')).toEqual([]);
    expect((await stack.objects()).filter((key) => key.includes('/attempts/'))).toEqual([]);
  }, PATIENCE);
});

/** A Meeting whose recorder has come so far; in the call something of it is durable. */
async function sent(what: string, stage: 'outside' | 'door' | 'call', maxAttempts = 1) {
  const name = what.replaceAll(' ', '-');
  const room = stack.host.open(name);
  room.go(stage);
  const { metadata } = await write(name, { url: room.url, maxAttempts });
  const phase = { outside: 'Launching', door: 'Joining', call: 'Recording' }[stage];
  const taskArn = await vi.waitFor(async () => {
    const { status } = await stack.api.get(name);
    expect(status.phase).toBe(phase);
    expect(room.present).toBe(1);
    return status.attempts[0]?.taskArn ?? expect.fail('its task is not on record yet');
  }, PATIENCE);
  const prefix = `${metadata.uid}/attempts/1/`;
  const isDurable = async () => (await stack.objects()).some((key) => key.includes(prefix));
  if (stage === 'call') await vi.waitFor(async () => expect(await isDurable()).toBe(true), PATIENCE);
  return { name, room, taskArn };
}

/** The Meeting once it has ended and its last task is gone. */
function over(name: string): Promise<Meeting> {
  return vi.waitFor(async () => {
    const meeting = await stack.api.get(name);
    expect(isTerminal(meeting.status.phase)).toBe(true);
    expect(meeting.status.attempts.at(-1)?.endTime).toBeDefined();
    return meeting;
  }, PATIENCE);
}

const conditionOf = ({ status }: Meeting, wanted: string) => status.conditions.find(({ type }) => type === wanted);

/** Phase, reason, attribution, outcome; what people are told of it; and that the webhook says the same. */
function expectEnd({ metadata, status }: Meeting, { reason, attributedTo, outcome, says }: End): void {
  const isRecorded = outcome === 'Partial';
  const phase = isRecorded ? 'Completed' : 'Failed';
  expect(status).toMatchObject({ phase, reason, attributedTo, outcome, message: expect.stringContaining(says) });
  const recorded = conditionOf({ metadata, status } as Meeting, 'Recorded');
  expect(recorded).toMatchObject({ status: isRecorded ? 'True' : 'False', reason: isRecorded ? outcome : reason });
  const had = isRecorded ? `${status.recording?.durationSeconds.toFixed(1)} s recorded` : 'nothing was recorded';
  expect(recorded?.message).toBe(`${had}; ${status.message}`);
  const tries = stack.sink.deliveries.filter(({ uid }) => uid === metadata.uid);
  expect(tries).toHaveLength(1);
  expect(tries[0]).toMatchObject({
    id: status.webhook?.id,
    body: isRecorded
      ? { status: 'completed', blobUrl: status.recording?.url, metadata: { reason, outcome } }
      : { status: 'failed', error: { type: reason, message: status.message }, metadata: { reason, outcome } },
  });
}

/** These attempts and no others, of which one was in the meeting. */
function expectAttempts({ status }: Meeting, room: Room, modes: readonly string[]): void {
  expect(status.attempts.map(({ mode }) => mode)).toEqual(modes);
  expect(room.arrivals).toEqual([1]);
}
