import { type EndReason, EXIT_CODES } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import type { TaskObservation } from '../ports.ts';
import { ARN, aReport, aWholeLook } from './a-meeting-with.ts';
import { attemptEnd, type EndEvidence, failedLaunchEnd } from './attempt-end.ts';

const stopped = (how: Partial<TaskObservation> = {}): TaskObservation => ({ taskArn: ARN, state: 'Stopped', ...how });

const reasonOf = (evidence: Partial<EndEvidence>) =>
  attemptEnd({
    attempt: 1,
    task: stopped({ stopCode: 'EssentialContainerExited', exitCode: 0 }),
    report: undefined,
    look: { kind: 'none' },
    stopping: false,
    ...evidence,
  }).reason;

describe('attemptEnd', () => {
  it('believes the manifest before everything else', () => {
    const report = aReport({ phase: 'Done', result: { reason: 'InternalError', manifest: true } });

    expect(reasonOf({ look: aWholeLook({ endReason: 'LeftAlone' }), report, task: stopped({ exitCode: 43 }) })).toBe(
      'LeftAlone',
    );
  });

  it("tells a manifest's reason in the words of the report, which has advice and evidence", () => {
    const wordsFor = (endReason: EndReason) =>
      attemptEnd({
        ...{ attempt: 1, task: stopped({ exitCode: 40 }), stopping: false, look: aWholeLook({ endReason }) },
        report: aReport({ result: { reason: 'UnknownPage', message: 'seen: (evidence: s3://b/k)', manifest: true } }),
      }).message;

    expect(wordsFor('UnknownPage')).toBe('seen: (evidence: s3://b/k)');
    expect(wordsFor('HostEnded')).toBe('the manifest says HostEnded');
  });

  it('takes no manifest of an earlier attempt for its own', () => {
    expect(reasonOf({ attempt: 2, look: aWholeLook({ attempt: 1 }), task: stopped({ exitCode: 137 }) })).toBe(
      'RecorderLost',
    );
  });

  it("believes the recorder's last report where there is no manifest", () => {
    const report = aReport({ phase: 'Done', result: { reason: 'LobbyDenied', manifest: false } });

    expect(reasonOf({ report, task: stopped({ exitCode: 137 }) })).toBe('LobbyDenied');
  });

  it.each(Object.entries(EXIT_CODES).filter(([, code]) => code !== 0 && code !== 143))(
    'takes %s from its exit code',
    (reason, exitCode) => {
      expect(reasonOf({ task: stopped({ exitCode }) })).toBe(reason);
    },
  );

  it.each([
    ['OutOfMemory', { exitCode: 137, stopReason: 'OutOfMemoryError: Container killed due to memory usage' }],
    ['SpotInterrupted', { stopCode: 'SpotInterruption', exitCode: 137 }],
    ['SpotInterrupted', { stopCode: 'SpotInterruption', exitCode: 143 }],
    ['LaunchFailed', { stopCode: 'TaskFailedToStart', stopReason: 'CannotPullContainerError' }],
    ['RecorderLost', { stopCode: 'EssentialContainerExited', exitCode: 137 }],
    ['RecorderLost', { stopCode: 'EssentialContainerExited', exitCode: 139 }],
    ['RecorderLost', { stopCode: 'TerminationNotice', exitCode: 143 }],
    ['RecorderLost', { stopCode: 'InfrastructureHealth' }],
    ['RecorderLost', { stopCode: 'ServiceSchedulerInitiated', exitCode: 143 }],
    ['RecorderLost', { stopCode: 'UserInitiated', exitCode: 137 }],
    ['RecorderLost', { stopCode: 'SomethingNew', exitCode: 137 }],
    ['InternalError', { stopCode: 'EssentialContainerExited', exitCode: 0 }],
    ['InternalError', { stopCode: 'EssentialContainerExited', exitCode: 1 }],
  ] as const)('says %s where ECS says %o', (reason, how) => {
    expect(reasonOf({ task: stopped(how) })).toBe(reason);
  });

  it('calls a task that ECS no longer knows lost', () => {
    expect(reasonOf({ task: { taskArn: ARN, state: 'Missing' } })).toBe('RecorderLost');
  });

  it('says why ECS ended a recorder that was told to go and does not know why', () => {
    const look = aWholeLook({ endReason: 'Terminated' });

    expect(reasonOf({ look, task: stopped({ stopCode: 'SpotInterruption', exitCode: 143 }) })).toBe('SpotInterrupted');
    expect(reasonOf({ look, task: stopped({ stopCode: 'TerminationNotice', exitCode: 143 }) })).toBe('RecorderLost');
  });

  it('explains any signal by the stop that the user asked for', () => {
    expect(reasonOf({ stopping: true, look: aWholeLook({ endReason: 'Terminated' }) })).toBe('StopRequested');
    expect(reasonOf({ stopping: true, task: stopped({ stopCode: 'UserInitiated', exitCode: 137 }) })).toBe(
      'StopRequested',
    );
  });

  it('keeps the reason of a recorder that came to its end before the stop', () => {
    expect(reasonOf({ stopping: true, look: aWholeLook({ endReason: 'HostEnded' }) })).toBe('HostEnded');
  });
});

describe('failedLaunchEnd', () => {
  it('tells a quota from all other refusals', () => {
    const message = 'no';

    expect(failedLaunchEnd({ kind: 'rejected', why: 'quota', message }).reason).toBe('QuotaExceeded');
    expect(failedLaunchEnd({ kind: 'rejected', why: 'capacity', message }).reason).toBe('LaunchFailed');
    expect(failedLaunchEnd({ kind: 'rejected', why: 'configuration', message }).reason).toBe('LaunchFailed');
  });
});
