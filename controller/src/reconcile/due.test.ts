import { RESEND_ANNOTATION } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { aMeetingWith, anAttempt, anEndedAttempt, at, type Change, CREATED } from './a-meeting-with.ts';
import { dueAtOf, OPEN_ATTEMPT_HORIZON } from './due.ts';
import { DEFAULT_POLICY } from './policy.ts';

const minute = 60_000;
const hour = 60 * minute;
const due = (change: Change, age = 0) => dueAtOf(aMeetingWith(change), CREATED + age, DEFAULT_POLICY);

describe('dueAtOf', () => {
  it('is now for what is to be launched, stopped, ended or told', () => {
    const { taskArn: _, ...intent } = anAttempt();

    expect(due({})).toBe(CREATED);
    expect(due({ status: { attempts: [intent] } })).toBe(CREATED);
    expect(due({ spec: { startAt: at(hour), stop: true } })).toBe(CREATED);
    expect(due({ status: { phase: 'Finalizing', reason: 'HostEnded' } })).toBe(CREATED);
  });

  it('is when the launch of a scheduled Meeting is due', () => {
    expect(due({ spec: { startAt: at(hour) } })).toBe(CREATED + hour - DEFAULT_POLICY.launchLead);
  });

  it('is when the next launch, or the next try of a webhook, is due', () => {
    const webhook = { id: 'rec_1', attempts: 1, nextAttemptAt: at(hour) };

    expect(due({ status: { attempts: [anEndedAttempt('LaunchFailed')], retryAt: at(minute) } })).toBe(CREATED + minute);
    expect(due({ status: { phase: 'Notifying', reason: 'HostEnded', webhook } })).toBe(CREATED + hour);
    expect(due({ status: { phase: 'Finalizing', reason: 'RecorderLost', retryAt: at(minute) } })).toBe(
      CREATED + minute,
    );
  });

  it('is after all of its time for a Meeting that is being recorded: its task is watched', () => {
    expect(due({ status: { phase: 'Recording', attempts: [anAttempt()] } })).toBe(CREATED + 16_500_000 + hour);
  });

  it('is within the horizon of open attempts also when startAt was put off afterwards', () => {
    const change: Change = {
      spec: { startAt: at(1_000 * hour) },
      status: { phase: 'Recording', attempts: [anAttempt()] },
    };

    expect(due(change)).toBeLessThanOrEqual(CREATED + OPEN_ATTEMPT_HORIZON);
  });

  it('is never for a finished Meeting that is kept for ever', () => {
    expect(
      due({ status: { phase: 'Completed', endTime: at(0), attempts: [anEndedAttempt('HostEnded')] } }),
    ).toBeUndefined();
  });

  it('is when retention is over, and now when deletion or a resend was asked for', () => {
    const status = { phase: 'Completed', endTime: at(0) } as const;

    expect(due({ status, spec: { retentionDays: 1 } })).toBe(CREATED + 24 * hour);
    expect(due({ status, metadata: { deletionTimestamp: at(0) } })).toBe(CREATED);
    expect(due({ status, metadata: { annotations: { [RESEND_ANNOTATION]: 'x' } } })).toBe(CREATED);
  });

  it('is never before now, so that a look at what has become due since the last one finds it', () => {
    expect(due({}, hour)).toBe(CREATED + hour);
  });
});
