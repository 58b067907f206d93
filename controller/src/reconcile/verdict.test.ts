import { REASON_ATTRIBUTION, REASONS } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { aWholeLook } from './a-meeting-with.ts';
import { outcomeOf, terminalPhase } from './verdict.ts';

/** The contract's table of reasons: whose doing, and the phase without a recording. */
const TABLE = [
  { reasons: ['HostEnded', 'LeftAlone', 'Silence', 'Removed'], by: 'Host', withNone: 'Failed', withAll: 'Complete' },
  { reasons: ['MaxDuration', 'StopRequested'], by: 'User', withNone: 'Cancelled', withAll: 'Complete' },
  { reasons: ['NoShow'], by: 'Host', withNone: 'Failed', withAll: 'None' },
  { reasons: ['LobbyTimeout', 'LobbyDenied'], by: 'Host', withNone: 'Failed', withAll: 'Partial' },
  { reasons: ['MeetingNotFound', 'WrongPasscode', 'Missed'], by: 'User', withNone: 'Failed', withAll: 'Partial' },
  {
    reasons: ['SignInRequired', 'CaptchaRequired', 'BlockedByPlatform'],
    by: 'Platform',
    withNone: 'Failed',
    withAll: 'Partial',
  },
  {
    reasons: ['UnknownPage', 'JoinFailed', 'RecordingFailed', 'InternalError'],
    by: 'MeetingBot',
    withNone: 'Failed',
    withAll: 'Partial',
  },
  {
    reasons: ['LaunchFailed', 'QuotaExceeded', 'RecorderLost', 'OutOfMemory', 'SpotInterrupted', 'UploadFailed'],
    by: 'Infrastructure',
    withNone: 'Failed',
    withAll: 'Partial',
  },
] as const;
const ROWS = TABLE.flatMap(({ reasons, ...row }) => reasons.map((reason) => ({ reason, ...row })));

describe('the table of reasons', () => {
  it('knows every reason', () => {
    expect(ROWS.map(({ reason }) => reason).sort()).toEqual([...REASONS].sort());
  });

  it.each(ROWS)('$reason is the doing of $by, $withNone with no recording, $withAll with one', (row) => {
    expect(REASON_ATTRIBUTION[row.reason]).toBe(row.by);
    expect(terminalPhase(row.reason, outcomeOf(row.reason, { kind: 'none' }))).toBe(row.withNone);
    expect(outcomeOf(row.reason, aWholeLook())).toBe(row.withAll);
    expect(terminalPhase(row.reason, row.withAll)).toBe(row.withAll === 'None' ? 'Failed' : 'Completed');
  });
});

describe('outcomeOf', () => {
  it('is Complete up to 10 s and 1 % missing', () => {
    expect(outcomeOf('HostEnded', aWholeLook({ missingSeconds: 6 }))).toBe('Complete');
  });

  it('is Partial where more than 1 % are missing', () => {
    expect(outcomeOf('HostEnded', aWholeLook({ missingSeconds: 7 }))).toBe('Partial');
  });

  it('is Partial where more than 10 s are missing, however long the meeting was', () => {
    const look = aWholeLook({ missingSeconds: 11 });
    if (look.kind === 'whole') look.recording.durationSeconds = 100_000;

    expect(outcomeOf('HostEnded', look)).toBe('Partial');
  });

  it('is Partial where the sound of more than 1 % is missing, as the manifest says too', () => {
    expect(outcomeOf('HostEnded', aWholeLook({ soundLostSeconds: 6 }))).toBe('Complete');
    expect(outcomeOf('HostEnded', aWholeLook({ soundLostSeconds: 7 }))).toBe('Partial');
    expect(outcomeOf('HostEnded', aWholeLook({ missingSeconds: 4, soundLostSeconds: 4 }))).toBe('Partial');
  });

  it('is None for an object that is not whole', () => {
    expect(outcomeOf('HostEnded', { kind: 'broken', attempt: 1, endReason: 'HostEnded', message: 'short' })).toBe(
      'None',
    );
    expect(outcomeOf('HostEnded', { kind: 'empty', attempt: 1, endReason: 'HostEnded' })).toBe('None');
  });
});
