import { RESEND_ANNOTATION, type Reason, TASK_FINALIZER } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import type { RecordingLook } from '../../ports.ts';
import { ARN, aMeetingWith, anAttempt, anEndedAttempt, at, aWholeLook, CREATED } from '../a-meeting-with.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import * as to from './index.ts';

const NOW = CREATED + 60_000;
const policy = { ...DEFAULT_POLICY, webhookEnabled: true };
const notifying = aMeetingWith({
  status: {
    phase: 'Notifying',
    reason: 'HostEnded',
    outcome: 'Complete',
    webhook: { id: 'rec_1', attempts: 0, nextAttemptAt: at(0) },
  },
});

describe('an intent', () => {
  it('has the next number, a pinned task definition and the finalizer', () => {
    const before = aMeetingWith({ status: { attempts: [anEndedAttempt('RecorderLost', { number: 4 })] } });

    const after = to.begun(before, { mode: 'record', taskDefinition: 'recorder:7' }, NOW);

    expect(after.status.attempts.at(-1)).toEqual({
      ...{ number: 5, mode: 'record', taskDefinition: 'recorder:7', startTime: at(60_000) },
    });
    expect(after.metadata.finalizers).toEqual([TASK_FINALIZER]);
    expect(after.status.phase).toBe('Launching');
  });

  it('keeps finalizers of others and adds its own once', () => {
    const before = aMeetingWith({ metadata: { finalizers: ['example.com/archive', TASK_FINALIZER] } });

    expect(to.begun(before, { mode: 'record', taskDefinition: 'recorder:1' }, NOW).metadata.finalizers).toEqual([
      'example.com/archive',
      TASK_FINALIZER,
    ]);
  });

  it('forgets refusals beyond twenty, but no attempt that may have run', () => {
    const { taskArn: _, ...refused } = anEndedAttempt('LaunchFailed');
    const { taskArn: __, ...unseen } = anEndedAttempt('RecorderLost');
    const attempts = [unseen, anEndedAttempt('OutOfMemory'), ...Array.from({ length: 30 }, () => refused)];

    const after = to.begun(
      aMeetingWith({ status: { attempts } }),
      { mode: 'record', taskDefinition: 'recorder:1' },
      NOW,
    );

    expect(after.status.attempts).toHaveLength(23);
    expect(after.status.attempts.slice(0, 2)).toEqual([unseen, anEndedAttempt('OutOfMemory')]);
  });

  it('of a salvage leaves the phase as it is, and the words of the end', () => {
    const before = aMeetingWith({ status: { phase: 'Finalizing', reason: 'RecorderLost', message: 'killed' } });

    const after = to.begun(before, { mode: 'salvage', taskDefinition: 'recorder:1' }, NOW);

    expect(after.status).toMatchObject({ phase: 'Finalizing', message: 'killed' });
  });
});

describe('a refused launch', () => {
  it('ends its attempt and says in a condition why it waits', () => {
    const { taskArn: _, ...intent } = anAttempt();

    const after = to.rejected(
      aMeetingWith({ status: { phase: 'Launching', attempts: [intent] } }),
      { reason: 'QuotaExceeded', message: 'no more vCPUs' },
      NOW + 15_000,
      NOW,
    );

    expect(after.status).toMatchObject({ phase: 'Pending', failedLaunches: 1, retryAt: at(75_000) });
    expect(after.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Launched', status: 'False', reason: 'QuotaExceeded', message: 'no more vCPUs' }),
    );
  });

  it('of a salvage is no reason of the Meeting', () => {
    const { taskArn: _, ...intent } = anAttempt({ mode: 'salvage' });
    const before = aMeetingWith({
      status: { phase: 'Finalizing', reason: 'RecorderLost', message: 'killed', attempts: [intent] },
    });

    const after = to.rejected(before, { reason: 'QuotaExceeded', message: 'no more vCPUs' }, NOW, NOW);

    expect(after.status).toMatchObject({
      phase: 'Finalizing',
      message: 'killed',
      attempts: [{ message: 'no more vCPUs' }],
    });
  });

  it('is forgotten by the next that succeeds', () => {
    const before = aMeetingWith({ status: { failedLaunches: 3, attempts: [anAttempt()] } });

    expect(to.launched(before, ARN, NOW).status.failedLaunches).toBeUndefined();
  });
});

describe('the end of an attempt', () => {
  it('copies what ECS said, as ECS forgets it within the hour', () => {
    const task = {
      taskArn: ARN,
      state: 'Stopped',
      exitCode: 137,
      stopCode: 'SpotInterruption',
      startedAt: CREATED,
    } as const;

    const after = to.attemptEnded(
      aMeetingWith({ status: { phase: 'Recording', attempts: [anAttempt()] } }),
      { reason: 'SpotInterrupted', message: 'spot' },
      task,
      NOW + 500,
      NOW,
    );

    expect(after.status.attempts.at(-1)).toMatchObject({
      ...{ exitCode: 137, stopCode: 'SpotInterruption', reason: 'SpotInterrupted' },
      ...{ endTime: at(60_000), runningTime: at(0) },
    });
    expect(after.status).toMatchObject({ phase: 'Pending', retryAt: at(60_500) });
  });

  it('leaves a Meeting alone whose end is known', () => {
    const before = aMeetingWith({ status: { phase: 'Completed', reason: 'HostEnded', attempts: [anAttempt()] } });

    const after = to.attemptEnded(before, { reason: 'HostEnded', message: '' }, undefined, NOW, NOW);

    expect(after.status.phase).toBe('Completed');
    expect(after.status.retryAt).toBeUndefined();
  });
});

describe('settling', () => {
  const ending = aMeetingWith({ status: { phase: 'Finalizing', reason: 'HostEnded', attempts: [anAttempt()] } });

  it('puts the recording on record and opens the outbox in the same write', () => {
    const after = to.settled(ending, aWholeLook(), NOW, policy);

    expect(after.status).toMatchObject({
      phase: 'Notifying',
      outcome: 'Complete',
      recording: { sizeBytes: 1_000_000 },
    });
    expect(after.status.webhook).toEqual({ id: `rec_${ending.metadata.uid}`, attempts: 0, nextAttemptAt: at(60_000) });
  });

  it('ends at once where nobody is to be told', () => {
    expect(to.settled(ending, aWholeLook(), NOW, { ...policy, webhookEnabled: false }).status.phase).toBe('Completed');
    expect(to.settled(ending, { kind: 'none' }, NOW, policy).status.phase).toBe('Failed');
  });

  it('says of an end that is not as it should be what was seen, beside the seconds that there are', () => {
    const words =
      'let it in again (seen: a survey) (evidence: s3://recordings/meetings/default/uid/evidence/1-end.json)';
    const recorded = (reason: Reason, look: RecordingLook, message = words) =>
      to
        .settled(aMeetingWith({ status: { phase: 'Finalizing', reason, message } }), look, NOW, policy)
        .status.conditions.find(({ type }) => type === 'Recorded')?.message ?? '';

    expect(recorded('UnknownPage', aWholeLook())).toBe(`600.0 s recorded; ${words}`);
    expect(recorded('LobbyDenied', { kind: 'none' })).toBe(`nothing was recorded; ${words}`);
    expect(recorded('HostEnded', aWholeLook())).toBe('600.0 s recorded');
    const long = recorded('UnknownPage', aWholeLook(), `${'much was seen '.repeat(100)}${words}`);
    expect(long).toHaveLength(1024);
    expect(long.startsWith('600.0 s recorded; much was seen')).toBe(true);
    expect(long.endsWith(words)).toBe(true);
  });

  it('says that an upload failed only where no recording came of it', () => {
    const settled = (reason: Reason, look: RecordingLook) => {
      const attempts = [anAttempt({ reason: 'UploadFailed' }), anAttempt({ number: 2, mode: 'salvage' })];
      const { status } = to.settled(
        aMeetingWith({ status: { phase: 'Finalizing', reason, attempts } }),
        look,
        NOW,
        policy,
      );
      return [status.reason, status.attributedTo, status.outcome];
    };

    expect(settled('HostEnded', aWholeLook())).toEqual(['HostEnded', 'Host', 'Complete']);
    expect(settled('HostEnded', { kind: 'none' })).toEqual(['UploadFailed', 'Infrastructure', 'None']);
    expect(settled('StopRequested', { kind: 'none' })[0]).toBe('StopRequested');
    expect(settled('LobbyDenied', { kind: 'none' })[0]).toBe('LobbyDenied');
  });

  it('tells of failures where that is wanted', () => {
    const after = to.settled(ending, { kind: 'none' }, NOW, { ...policy, webhookFailures: true });

    expect(after.status.phase).toBe('Notifying');
  });
});

describe('a delivery', () => {
  const answered = (statusCode: number, retryAfterSeconds?: number) =>
    to.deliveryRecorded(
      notifying,
      { kind: 'answered', statusCode, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
      0.5,
      NOW,
      policy,
    ).status;

  it('is done with any 2xx', () => {
    expect(answered(200).webhook).toMatchObject({ attempts: 1, lastStatusCode: 200, deliveredAt: at(60_000) });
    expect(answered(204).webhook?.deliveredAt).toBeDefined();
  });

  it('is tried again after anything else, redirects included', () => {
    expect(answered(500).webhook).toMatchObject({ attempts: 1, nextAttemptAt: at(65_000) });
    expect(answered(302).webhook?.nextAttemptAt).toBeDefined();
    const silent = to.deliveryRecorded(notifying, { kind: 'unanswered', error: 'no answer' }, 0.5, NOW, policy);
    expect(silent.status.webhook).toMatchObject({ lastError: 'no answer', nextAttemptAt: at(65_000) });
  });

  it('waits as long as the receiver asks', () => {
    expect(answered(429, 600).webhook?.nextAttemptAt).toBe(at(660_000));
    expect(answered(503, 7200).webhook?.nextAttemptAt).toBe(at(60_000 + 7_200_000));
  });

  it('is tried a last time when 24 hours are over, whatever the receiver asks for', () => {
    const { firstAttemptAt, nextAttemptAt } = answered(503, 999_999).webhook ?? {};
    expect(firstAttemptAt).toBe(at(60_000));
    expect(nextAttemptAt).toBe(at(60_000 + policy.webhookWindow));
  });

  it('leaves on record how long the try took and what the receiver said', () => {
    const { status } = to.deliveryRecorded(
      notifying,
      { kind: 'answered', statusCode: 401, detail: 'it is by none of our secrets', milliseconds: 12.4 },
      0.5,
      NOW,
      policy,
    );
    expect(status.webhook).toMatchObject({
      lastStatusCode: 401,
      lastDurationMs: 12,
      lastError: 'answered 401: it is by none of our secrets',
    });
  });

  it('is given up after 410, and when 24 hours are over', () => {
    expect(answered(410).webhook).not.toHaveProperty('nextAttemptAt');
    const old = {
      ...notifying,
      status: { ...notifying.status, webhook: { id: 'rec_1', attempts: 9, firstAttemptAt: at(0) } },
    };
    const after = to.deliveryRecorded(
      old,
      { kind: 'unanswered', error: 'x' },
      0.5,
      CREATED + policy.webhookWindow,
      policy,
    );
    expect(after.status.webhook).not.toHaveProperty('nextAttemptAt');
    expect(after.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Notified', status: 'False', reason: 'DeliveryFailed' }),
    );
  });

  it('keeps its id over all tries and resends', () => {
    const again = to.resendBegun(
      aMeetingWith({
        metadata: { annotations: { [RESEND_ANNOTATION]: 'please' } },
        status: { ...notifying.status, phase: 'Completed' },
      }),
      NOW,
    );
    const first = to.settled(
      aMeetingWith({ status: { reason: 'HostEnded', attempts: [anAttempt()] } }),
      aWholeLook(),
      NOW,
      policy,
    );

    expect(again.status.webhook).toMatchObject({ id: first.status.webhook?.id, attempts: 0, resend: 'please' });
  });
});

describe('release', () => {
  it("takes our finalizer away and leaves others'", () => {
    const held = aMeetingWith({ metadata: { finalizers: [TASK_FINALIZER, 'example.com/archive'] } });

    const after = to.released(held, NOW);

    expect(to.heldByOthers(held)).toBe(true);
    expect(after.metadata).toMatchObject({ finalizers: ['example.com/archive'], deletionTimestamp: at(60_000) });
    expect(to.heldByOthers(aMeetingWith({ metadata: { finalizers: [TASK_FINALIZER] } }))).toBe(false);
  });
});

describe('the generation', () => {
  it('is noted as observed, and that only when it has changed', () => {
    const fresh = aMeetingWith({ metadata: { generation: 2 }, status: { observedGeneration: 1 } });
    const seen = to.observed(fresh);

    expect(seen.status.observedGeneration).toBe(2);
    expect(to.observed(seen)).toBe(seen);
  });
});
