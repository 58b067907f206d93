import { describe, expect, it } from 'vitest';
import { anEndedAttempt } from './a-meeting-with.ts';
import { failuresInARow, launchBackoff, retryClass, webhookBackoff } from './retry.ts';

describe('retryClass', () => {
  it.each([
    'HostEnded',
    'LeftAlone',
    'Silence',
    'Removed',
    'MaxDuration',
    'StopRequested',
    'NoShow',
    'LobbyTimeout',
    'LobbyDenied',
    'MeetingNotFound',
    'WrongPasscode',
    'Missed',
    'SignInRequired',
    'CaptchaRequired',
    'BlockedByPlatform',
  ] as const)('takes %s as the last word', (reason) => {
    expect(retryClass(reason)).toBe('final');
  });

  it.each([
    'UnknownPage',
    'JoinFailed',
    'RecordingFailed',
    'InternalError',
    'LaunchFailed',
    'QuotaExceeded',
    'RecorderLost',
    'OutOfMemory',
    'SpotInterrupted',
    'UploadFailed',
    'Terminated',
  ] as const)('tries again after %s', (reason) => {
    expect(retryClass(reason)).toBe('again');
  });
});

describe('launchBackoff', () => {
  it('replaces a lost recorder within a second', () => {
    expect(launchBackoff('RecorderLost', 1, 0)).toBe(500);
    expect(launchBackoff('RecorderLost', 1, 0.999)).toBeLessThanOrEqual(1_000);
  });

  it('waits longer where ECS has no room, and doubles with each failure', () => {
    expect(launchBackoff('LaunchFailed', 1, 1)).toBe(5_000);
    expect(launchBackoff('LaunchFailed', 3, 1)).toBe(20_000);
    expect(launchBackoff('QuotaExceeded', 2, 1)).toBe(30_000);
  });

  it('never waits longer than two minutes', () => {
    expect(launchBackoff('QuotaExceeded', 1_000, 1)).toBe(120_000);
  });
});

describe('failuresInARow', () => {
  it('counts the attempts at the end that failed', () => {
    const attempts = ['RecorderLost', 'OutOfMemory'].map((reason) => anEndedAttempt(reason));

    expect(failuresInARow(attempts)).toBe(2);
    expect(failuresInARow([anEndedAttempt('HostEnded'), ...attempts])).toBe(2);
    expect(failuresInARow([])).toBe(0);
  });
});

describe('webhookBackoff', () => {
  it('goes from seconds to hours and stays there', () => {
    expect(webhookBackoff(1, 0.5)).toBe(5_000);
    expect(webhookBackoff(3, 0.5)).toBe(120_000);
    expect(webhookBackoff(9, 0.5)).toBe(14_400_000);
    expect(webhookBackoff(500, 0.5)).toBe(14_400_000);
  });

  it('spreads the tries by a fifth to both sides', () => {
    expect(webhookBackoff(1, 0)).toBe(4_000);
    expect(webhookBackoff(1, 1)).toBe(6_000);
  });
});
