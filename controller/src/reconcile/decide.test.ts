import { RECORDER_FINISH_MS, RECORDER_SALVAGE_MS, RESEND_ANNOTATION, TASK_FINALIZER } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import type { TaskObservation } from '../ports.ts';
import {
  ARN,
  aMeetingWith,
  anAttempt,
  anEndedAttempt,
  aReport,
  at,
  aWholeLook,
  type Change,
  CREATED,
} from './a-meeting-with.ts';
import { decide } from './decide.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import type { Observed } from './steps.ts';

const minute = 60_000;
const hour = 60 * minute;
const policy: Policy = { ...DEFAULT_POLICY, webhookEnabled: true };

/** The step for a Meeting in this state, so long after its creation. */
const step = (change: Change, seen: Partial<Observed> = {}, age = minute) =>
  decide(aMeetingWith(change), { delivering: false, ...seen }, CREATED + age, policy);

const running: TaskObservation = { taskArn: ARN, state: 'Running', createdAt: CREATED, startedAt: CREATED + 30_000 };
const stopped: TaskObservation = { taskArn: ARN, state: 'Stopped', exitCode: 137 };
const open = (change: Parameters<typeof anAttempt>[0] = {}): Change => ({
  status: { phase: 'Recording', attempts: [anAttempt(change)] },
});

describe('a Meeting without a recorder', () => {
  it('asks for a place when its time has come', () => {
    expect(step({})).toMatchObject({ do: 'observe', what: 'slot' });
  });

  it('begins an attempt when a place is free', () => {
    expect(step({}, { slot: { kind: 'free' } })).toMatchObject({ do: 'begin', mode: 'record' });
  });

  it('shows its place in the queue, once', () => {
    const slot = { kind: 'taken', position: 3 } as const;

    expect(step({}, { slot })).toMatchObject({ do: 'queue', position: 3 });
    expect(step({ status: { queuePosition: 3 } }, { slot })).toMatchObject({ do: 'wait' });
  });

  it('is scheduled while startAt is further ahead than the launch lead', () => {
    const spec = { startAt: at(hour) };

    expect(step({ spec })).toMatchObject({ do: 'schedule' });
    expect(step({ spec, status: { phase: 'Scheduled' } })).toMatchObject({
      do: 'wait',
      until: CREATED + hour - policy.launchLead,
    });
    expect(step({ spec, status: { phase: 'Scheduled' } }, {}, hour - policy.launchLead)).toMatchObject({
      do: 'observe',
      what: 'slot',
    });
  });

  it('was missed when startAt is past by more than the grace', () => {
    expect(step({ spec: { startAt: at(-hour) } }, {}, minute)).toMatchObject({ do: 'conclude', reason: 'Missed' });
    expect(step({ spec: { startAt: at(-hour) } }, {}, 0)).toMatchObject({ do: 'observe', what: 'slot' });
  });

  it('was missed when it waited in the queue until nobody can still be in the meeting', () => {
    expect(step({}, { slot: { kind: 'free' } }, 5 * hour)).toMatchObject({ do: 'conclude', reason: 'Missed' });
  });

  it('waits until the next launch is due', () => {
    const status = {
      attempts: [anEndedAttempt('LaunchFailed', { taskArn: undefined as never })],
      retryAt: at(2 * minute),
    };

    expect(step({ status })).toMatchObject({ do: 'wait', until: CREATED + 2 * minute });
  });

  it('ends at once when it is stopped or deleted', () => {
    const deleted = { metadata: { deletionTimestamp: at(0), finalizers: [TASK_FINALIZER] } };

    expect(step({ spec: { stop: true } })).toMatchObject({ do: 'conclude', reason: 'StopRequested' });
    expect(step(deleted)).toMatchObject({ do: 'conclude', reason: 'StopRequested' });
  });

  it('is never sent to a host again who said no', () => {
    const status = { attempts: [anEndedAttempt('LobbyDenied')] };

    expect(step({ status }, { slot: { kind: 'free' } })).toMatchObject({ do: 'conclude', reason: 'LobbyDenied' });
  });

  it('gets another recorder for a lost one, until all attempts are used up', () => {
    const lost = (count: number) => ({
      status: { attempts: Array.from({ length: count }, (_, n) => anEndedAttempt('RecorderLost', { number: n + 1 })) },
    });

    expect(step(lost(2), { slot: { kind: 'free' } })).toMatchObject({ do: 'begin', mode: 'record' });
    expect(step(lost(3), { slot: { kind: 'free' } })).toMatchObject({ do: 'conclude', reason: 'RecorderLost' });
  });

  it('does not count launches that ECS refused against its attempts', () => {
    const { taskArn: _, ...refused } = anEndedAttempt('QuotaExceeded');

    expect(step({ status: { attempts: [refused, refused, refused] } }, { slot: { kind: 'free' } })).toMatchObject({
      do: 'begin',
    });
  });

  it('counts an attempt whose task nobody remembered, as it may have run', () => {
    const { taskArn: _, ...lost } = anEndedAttempt('RecorderLost');

    expect(step({ status: { attempts: [lost, lost, lost] } }, { slot: { kind: 'free' } })).toMatchObject({
      do: 'conclude',
    });
  });
});

describe('an attempt whose task is not known', () => {
  const { taskArn: _, ...intent } = anAttempt();
  const intended = (change: Change = {}): Change => ({ ...change, status: { attempts: [intent], ...change.status } });

  it('is launched with its token again', () => {
    expect(step(intended())).toMatchObject({ do: 'launch' });
  });

  it('is launched no more when the token may have been forgotten', () => {
    expect(step(intended(), {}, policy.intentTrust)).toMatchObject({ do: 'observe', what: 'adoption' });
  });

  it('is adopted when a live task carries its name', () => {
    expect(step(intended(), { adoption: running }, policy.intentTrust)).toMatchObject({ do: 'adopt', taskArn: ARN });
  });

  it('is looked for until ECS must know it', () => {
    const until = CREATED + policy.intentTrust + policy.visibilityLag;

    expect(step(intended(), { adoption: null }, policy.intentTrust)).toMatchObject({ do: 'wait', until });
    expect(step(intended(), { adoption: null }, until - CREATED)).toMatchObject({ do: 'observe', what: 'look' });
  });

  it('ends by the word of a recorder that came and went unseen', () => {
    const look = aWholeLook({ endReason: 'LobbyDenied' });
    const late = policy.intentTrust + policy.visibilityLag;

    expect(step(intended(), { adoption: null, look }, late)).toMatchObject({
      do: 'endAttempt',
      end: { reason: 'LobbyDenied' },
    });
    expect(step(intended(), { adoption: null, look: { kind: 'none' } }, late)).toMatchObject({
      do: 'endAttempt',
      end: { reason: 'RecorderLost' },
    });
  });

  it('is not launched after a stop, but looked for from then on', () => {
    const noted = { ...intent, stopRequestedTime: at(minute) };
    const stopping = (attempts: (typeof intent)[]) => ({ spec: { stop: true }, status: { attempts } });

    expect(step(stopping([intent]))).toMatchObject({ do: 'noteStop' });
    expect(step(stopping([noted]))).toMatchObject({ do: 'observe', what: 'adoption' });
    expect(step(stopping([noted]), { adoption: null })).toMatchObject({
      do: 'wait',
      until: CREATED + minute + policy.stopLookup,
    });
    expect(
      step(stopping([noted]), { adoption: null, look: { kind: 'none' } }, minute + policy.stopLookup),
    ).toMatchObject({ do: 'endAttempt', end: { reason: 'StopRequested' } });
  });
});

describe('an attempt with a task', () => {
  it('is looked at first', () => {
    expect(step(open())).toMatchObject({ do: 'observe', what: 'task' });
  });

  it('is left alone while it works', () => {
    expect(step(open(), { task: running })).toMatchObject({ do: 'wait' });
  });

  it('ends when ECS says so, by the manifest', () => {
    expect(step(open(), { task: stopped })).toMatchObject({ do: 'observe', what: 'look' });
    expect(step(open(), { task: stopped, look: aWholeLook() })).toMatchObject({
      do: 'endAttempt',
      end: { reason: 'HostEnded' },
    });
  });

  it('is not lost because ECS does not know it for a moment, however old it is', () => {
    const task: TaskObservation = { taskArn: ARN, state: 'Missing' };

    expect(step(open(), { task, missingFor: 0 }, hour)).toMatchObject({
      do: 'wait',
      until: CREATED + hour + policy.visibilityLag,
    });
    expect(step(open(), { task, missingFor: policy.visibilityLag }, hour)).toMatchObject({
      do: 'observe',
      what: 'look',
    });
  });

  it('is not lost while its recorder speaks', () => {
    const task: TaskObservation = { taskArn: ARN, state: 'Missing' };

    expect(
      step(open(), { task, missingFor: policy.visibilityLag, heartbeatAt: CREATED + hour - 1_000 }, hour),
    ).toMatchObject({ do: 'wait' });
  });

  it('is stopped when it was silent for longer than any lobby, by the newest word that anybody heard', () => {
    const silent = policy.silenceLimit + 900_000;
    const heartbeatAt = CREATED + minute;

    expect(step(open(), { task: running, heartbeatAt }, minute + silent - 1)).toMatchObject({ do: 'wait' });
    expect(step(open(), { task: running, heartbeatAt }, minute + silent)).toMatchObject({ do: 'stopTask' });
    const elsewhere: Change = {
      status: { phase: 'Recording', attempts: [anAttempt()], lastHeartbeatAt: at(2 * minute) },
    };
    expect(step(elsewhere, { task: running, heartbeatAt }, minute + silent)).toMatchObject({ do: 'wait' });
  });

  it('is not stopped for a silence that this process did not hear begin', () => {
    expect(step(open(), { task: running }, 2 * hour)).toMatchObject({ do: 'wait' });
  });

  it('is stopped when it does not start, counted from its task and not from its intent', () => {
    const starting: TaskObservation = { taskArn: ARN, state: 'Starting', createdAt: CREATED + 10 * minute };

    expect(step(open(), { task: starting }, 10 * minute + policy.startDeadline - 1)).toMatchObject({ do: 'wait' });
    expect(step(open(), { task: starting }, 10 * minute + policy.startDeadline)).toMatchObject({ do: 'stopTask' });
  });

  it('is stopped when it runs longer than it may, and than finishing takes', () => {
    const may = (900 + 1200 + 14_400) * 1000;

    expect(step(open(), { task: running }, may + policy.finalizeGrace - 1)).toMatchObject({ do: 'wait' });
    expect(step(open(), { task: running }, may + policy.finalizeGrace)).toMatchObject({ do: 'stopTask' });
  });

  it('is stopped when it said that it finishes and does not', () => {
    const finishing: Change = {
      status: {
        phase: 'Finalizing',
        attempts: [anAttempt()],
        recorder: aReport({ phase: 'Finalizing', at: at(minute) }),
      },
    };

    expect(step(finishing, { task: running }, minute + policy.finalizeGrace - 1)).toMatchObject({ do: 'wait' });
    expect(step(finishing, { task: running }, minute + policy.finalizeGrace)).toMatchObject({ do: 'stopTask' });
  });

  it.each([
    ['the user wants it out', { stop: true }, { stopRequestedTime: at(minute) }],
    ['nobody wants it out', {}, {}],
    ['it reached its maximum', { leave: { ...aMeetingWith().spec.leave, maxSeconds: 60 } }, {}],
  ])('is left the half hour that S3 may be away at its end while it speaks, where %s', (_, spec, attempt) => {
    const finishing: Change = {
      spec,
      status: {
        phase: 'Finalizing',
        joinedAt: at(0),
        attempts: [anAttempt(attempt)],
        recorder: aReport({ phase: 'Finalizing', at: at(minute) }),
      },
    };
    const age = minute + RECORDER_FINISH_MS + minute;

    expect(step(finishing, { task: running, heartbeatAt: CREATED + age - 10_000 }, age)).toMatchObject({ do: 'wait' });
  });

  it.each([
    ['the user wants it out', { stop: true }, { stopRequestedTime: at(minute) }],
    ['nobody wants it out', {}, {}],
  ])('is stopped when it falls silent while it finishes, whatever its lobby time, where %s', (_, spec, attempt) => {
    const silent: Change = {
      spec: { leave: { ...aMeetingWith().spec.leave, lobbySeconds: 86_400 }, ...spec },
      status: {
        phase: 'Finalizing',
        attempts: [anAttempt(attempt)],
        recorder: aReport({ phase: 'Finalizing', at: at(minute) }),
      },
    };
    const seen = { task: running, heartbeatAt: CREATED + 2 * minute };

    expect(step(silent, seen, 2 * minute + policy.silenceLimit - 1)).toMatchObject({ do: 'wait' });
    expect(step(silent, seen, 2 * minute + policy.silenceLimit)).toMatchObject({ do: 'stopTask' });
  });

  it('is stopped when it said Done and is not gone', () => {
    const done: Change = {
      status: {
        phase: 'Finalizing',
        attempts: [anAttempt()],
        recorder: aReport({ phase: 'Done', at: at(minute), result: { reason: 'UploadFailed', manifest: false } }),
      },
    };

    expect(step(done, { task: running }, minute + policy.exitGrace - 1)).toMatchObject({ do: 'wait' });
    expect(step(done, { task: running }, minute + policy.exitGrace)).toMatchObject({ do: 'stopTask' });
  });

  it('ends the Meeting by its last word, without waiting for ECS', () => {
    const done: Change = {
      status: {
        phase: 'Finalizing',
        attempts: [anAttempt()],
        recorder: aReport({ phase: 'Done', result: { reason: 'LeftAlone', manifest: true } }),
      },
    };

    expect(step(done)).toMatchObject({ do: 'conclude', reason: 'LeftAlone' });
  });

  it.each([
    ['HostEnded', { do: 'conclude', reason: 'HostEnded' }],
    ['Terminated', { do: 'observe', what: 'task' }],
    ['UnknownPage', { do: 'observe', what: 'task' }],
    [undefined, { do: 'observe', what: 'task' }],
  ] as const)('sends nobody to a meeting that was over when its upload failed: %s', (endedWith, wanted) => {
    const result = {
      reason: 'UploadFailed',
      manifest: false,
      ...(endedWith === undefined ? {} : { endedWith }),
    } as const;
    const failed: Change = {
      status: { phase: 'Finalizing', attempts: [anAttempt()], recorder: aReport({ phase: 'Done', result }) },
    };

    expect(step(failed)).toMatchObject(wanted);
  });

  it('waits for ECS when the last word is no end of the Meeting', () => {
    const failed: Change = {
      status: {
        phase: 'Finalizing',
        attempts: [anAttempt()],
        recorder: aReport({ phase: 'Done', result: { reason: 'Terminated', manifest: true } }),
      },
    };

    expect(step(failed)).toMatchObject({ do: 'observe', what: 'task' });
  });
});

describe('a stop while a recorder works', () => {
  const stopping = (
    attempt: Parameters<typeof anAttempt>[0],
    phase: 'Recording' | 'Finalizing' = 'Recording',
  ): Change => ({
    spec: { stop: true },
    status: { phase: 'Recording', attempts: [anAttempt(attempt)], recorder: aReport({ phase }) },
  });

  it('is noted, then left to the recorder for a while, then enforced', () => {
    const noted = { stopRequestedTime: at(minute) };

    expect(step(stopping({}), { task: running })).toMatchObject({ do: 'noteStop' });
    expect(step(stopping(noted), { task: running })).toMatchObject({ do: 'wait' });
    expect(step(stopping(noted), { task: running }, minute + policy.stopGrace)).toMatchObject({ do: 'stopTask' });
  });

  it('gives a recorder that is finishing the time it needs', () => {
    const noted = { stopRequestedTime: at(minute) };

    expect(step(stopping(noted, 'Finalizing'), { task: running }, minute + policy.stopGrace)).toMatchObject({
      do: 'wait',
    });
    expect(step(stopping(noted, 'Finalizing'), { task: running }, minute + policy.finalizeGrace)).toMatchObject({
      do: 'stopTask',
    });
  });

  it('ends a task at once that has not begun', () => {
    const change: Change = { spec: { stop: true }, status: { attempts: [anAttempt({ stopRequestedTime: at(0) })] } };

    expect(step(change, { task: { taskArn: ARN, state: 'Starting' } })).toMatchObject({ do: 'stopTask' });
  });

  it('calls StopTask again when the first had no effect', () => {
    const sent = { stopRequestedTime: at(0), stopTaskTime: at(minute) };

    expect(step(stopping(sent), { task: running }, minute + 149_000)).toMatchObject({ do: 'wait' });
    expect(step(stopping(sent), { task: running }, minute + 150_000)).toMatchObject({ do: 'stopTask' });
  });
});

describe('a Meeting whose reason is known', () => {
  const ending = (attempts = [anEndedAttempt('HostEnded')], reason = 'HostEnded' as const): Change => ({
    status: { phase: 'Finalizing', reason, attempts },
  });
  const lost: Change = {
    status: { phase: 'Finalizing', reason: 'RecorderLost', attempts: [anEndedAttempt('RecorderLost')] },
  };

  it('is settled by a manifest of its last attempt', () => {
    expect(step(ending())).toMatchObject({ do: 'observe', what: 'look' });
    expect(step(ending(), { look: aWholeLook() })).toMatchObject({ do: 'settle' });
  });

  it('has what a lost recorder left assembled', () => {
    expect(step(lost, { look: { kind: 'none' } })).toMatchObject({ do: 'observe', what: 'leftovers' });
    expect(step(lost, { look: { kind: 'none' }, leftovers: true })).toMatchObject({ do: 'begin', mode: 'salvage' });
    expect(step(lost, { look: { kind: 'none' }, leftovers: false })).toMatchObject({ do: 'settle' });
  });

  it('tries twice to assemble it, not counting launches that ECS refused', () => {
    const salvage = anEndedAttempt('RecorderLost', { mode: 'salvage' });
    const { taskArn: _, ...refused } = anEndedAttempt('LaunchFailed', { mode: 'salvage' });
    const after = (...attempts: (typeof salvage | typeof refused)[]): Change => ({
      status: { phase: 'Finalizing', reason: 'RecorderLost', attempts: [anEndedAttempt('RecorderLost'), ...attempts] },
    });
    const seen = { look: { kind: 'none' }, leftovers: true } as const;

    expect(step(after(salvage, refused, refused), seen)).toMatchObject({ do: 'begin', mode: 'salvage' });
    expect(step(after(salvage, salvage), seen)).toMatchObject({ do: 'settle' });
  });

  it('waits with assembling while ECS has no room, but not for ever', () => {
    const seen = { look: { kind: 'none' }, leftovers: true } as const;
    const waiting: Change = { status: { ...lost.status, retryAt: at(2 * minute) } };

    expect(step(waiting, seen)).toMatchObject({ do: 'wait', until: CREATED + 2 * minute });
    expect(step(lost, seen, minute + policy.salvageWindow)).toMatchObject({ do: 'settle' });
  });

  it('does not assemble what is to be deleted', () => {
    const change: Change = {
      ...lost,
      spec: { deletionPolicy: 'Delete' },
      metadata: { deletionTimestamp: at(0), finalizers: [TASK_FINALIZER] },
    };

    expect(step(change, { look: { kind: 'none' } })).toMatchObject({ do: 'settle' });
  });

  it('leaves a salvage longer than it gives itself to read the whole meeting, whenever that was', () => {
    const salvaging: Change = {
      status: {
        phase: 'Finalizing',
        reason: 'RecorderLost',
        attempts: [anAttempt({ mode: 'salvage', startTime: at(24 * hour) })],
      },
    };
    const task = { ...running, createdAt: CREATED + 24 * hour, startedAt: CREATED + 24 * hour };

    expect(step(salvaging, { task }, 24 * hour + RECORDER_SALVAGE_MS + minute)).toMatchObject({ do: 'wait' });
    expect(step(salvaging, { task }, 24 * hour + policy.salvageGrace)).toMatchObject({ do: 'stopTask' });
  });
});

describe('a webhook', () => {
  const notifying = (webhook: object, change: Change = {}): Change => ({
    ...change,
    status: {
      phase: 'Notifying',
      reason: 'HostEnded',
      outcome: 'Complete',
      webhook: { id: 'rec_1', attempts: 0, ...webhook },
      attempts: [anEndedAttempt('HostEnded')],
    },
  });

  it('is sent when a try is due, and not before', () => {
    expect(step(notifying({ nextAttemptAt: at(0) }))).toMatchObject({ do: 'deliver' });
    expect(step(notifying({ nextAttemptAt: at(hour) }))).toMatchObject({ do: 'wait', until: CREATED + hour });
  });

  it('has one try under way at a time, and each answer is recorded', () => {
    expect(step(notifying({ nextAttemptAt: at(0) }), { delivering: true })).toMatchObject({ do: 'wait' });
    expect(
      step(notifying({ nextAttemptAt: at(0) }), { delivery: { kind: 'answered', statusCode: 200 } }),
    ).toMatchObject({ do: 'recordDelivery' });
  });

  it('is sent again at once when that is asked for while it is tried, but not beside the try under way', () => {
    const asked = { metadata: { annotations: { [RESEND_ANNOTATION]: 'now' } } };

    expect(step(notifying({ nextAttemptAt: at(hour) }, asked))).toMatchObject({ do: 'resend' });
    expect(step(notifying({ nextAttemptAt: at(hour) }, asked), { delivering: true })).toMatchObject({ do: 'wait' });
    expect(step(notifying({ nextAttemptAt: at(hour), resend: 'now' }, asked))).toMatchObject({ do: 'wait' });
  });

  it('ends the Meeting when it was taken, or no further try is to be made', () => {
    expect(step(notifying({ deliveredAt: at(0) }))).toMatchObject({ do: 'finish', notified: 'delivered' });
    expect(step(notifying({}))).toMatchObject({ do: 'finish', notified: 'gaveUp' });
  });

  it('holds up a deletion that keeps the recording for a while only', () => {
    const deleted = { metadata: { deletionTimestamp: at(0), finalizers: [TASK_FINALIZER] } };

    expect(step(notifying({ nextAttemptAt: at(0) }, deleted))).toMatchObject({ do: 'deliver' });
    expect(step(notifying({ nextAttemptAt: at(0) }, deleted), {}, policy.deleteWebhookGrace + 1)).toMatchObject({
      do: 'finish',
      notified: 'gaveUp',
    });
  });

  it('is not sent for a recording that is deleted with its Meeting', () => {
    const deleted: Change = {
      spec: { deletionPolicy: 'Delete' },
      metadata: { deletionTimestamp: at(0), finalizers: [TASK_FINALIZER] },
    };

    expect(step(notifying({ nextAttemptAt: at(0) }, deleted))).toMatchObject({ do: 'finish' });
  });
});

describe('a finished Meeting', () => {
  const finished = (change: Change = {}): Change => ({
    ...change,
    status: {
      phase: 'Completed',
      reason: 'HostEnded',
      outcome: 'Complete',
      endTime: at(hour),
      attempts: [anEndedAttempt('HostEnded')],
      ...change.status,
    },
  });

  it('is left alone', () => {
    expect(step(finished())).toEqual({ do: 'wait', until: undefined, why: 'it is over' });
  });

  it('sees its task off before anything else', () => {
    const change = finished({ status: { attempts: [anAttempt()] }, metadata: { deletionTimestamp: at(0) } });

    expect(step(change)).toMatchObject({ do: 'observe', what: 'task' });
  });

  it('goes when it is deleted, with its recording or without', () => {
    const metadata = { deletionTimestamp: at(0), finalizers: [TASK_FINALIZER] };

    expect(step(finished({ metadata }))).toMatchObject({ do: 'remove', recordingToo: false });
    expect(step(finished({ metadata, spec: { deletionPolicy: 'Delete' } }))).toMatchObject({
      do: 'remove',
      recordingToo: true,
    });
  });

  it("waits for others' finalizers when it has given up its own", () => {
    const metadata = { deletionTimestamp: at(0), finalizers: ['example.com/archive'] };

    expect(step(finished({ metadata }))).toMatchObject({ do: 'wait', until: undefined });
  });

  it('sends its webhook again once for each new value of the annotation', () => {
    const metadata = { annotations: { [RESEND_ANNOTATION]: 'please' } };
    const webhook = { id: 'rec_1', attempts: 1, resend: 'please' };

    expect(step(finished({ metadata }))).toMatchObject({ do: 'resend' });
    expect(step(finished({ metadata, status: { webhook } }))).toMatchObject({ do: 'wait' });
  });

  it("goes by the settings' retention where it names none of its own", () => {
    const days = { ...policy, retentionDays: 2 };
    const decided = (change: Change, age: number) =>
      decide(aMeetingWith(change), { delivering: false }, CREATED + age, days);

    expect(decided(finished({}), 49 * hour)).toMatchObject({ do: 'remove', recordingToo: true });
    expect(decided(finished({ spec: { retentionDays: 30 } }), 49 * hour)).toMatchObject({ do: 'wait' });
  });

  it('goes with its recording when its retention is over', () => {
    const change = finished({ spec: { retentionDays: 2 } });

    expect(step(change)).toMatchObject({ do: 'wait', until: CREATED + 49 * hour });
    expect(step(change, {}, 49 * hour)).toMatchObject({ do: 'remove', recordingToo: true });
  });
});
