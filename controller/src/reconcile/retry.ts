import type { Attempt, EndReason, Reason } from '@meetingbot/crds-schema';

/** How an ended attempt is followed up. */
export type RetryClass = 'final' | 'again';

const RETRY: Record<EndReason, RetryClass> = {
  HostEnded: 'final',
  LeftAlone: 'final',
  Silence: 'final',
  Removed: 'final',
  MaxDuration: 'final',
  StopRequested: 'final',
  NoShow: 'final',
  LobbyTimeout: 'final',
  LobbyDenied: 'final',
  MeetingNotFound: 'final',
  WrongPasscode: 'final',
  Missed: 'final',
  SignInRequired: 'final',
  CaptchaRequired: 'final',
  BlockedByPlatform: 'final',
  UnknownPage: 'again',
  JoinFailed: 'again',
  RecordingFailed: 'again',
  InternalError: 'again',
  LaunchFailed: 'again',
  QuotaExceeded: 'again',
  RecorderLost: 'again',
  OutOfMemory: 'again',
  SpotInterrupted: 'again',
  UploadFailed: 'again',
  Terminated: 'again',
};

/** A host's or a platform's no is never asked twice; what broke on our side is tried again. */
export function retryClass(reason: EndReason): RetryClass {
  return RETRY[reason];
}

/** A recorder that was in the call is replaced at once; one that never got a task waits for capacity. */
const BASE_MS: Partial<Record<Reason, number>> = { LaunchFailed: 5_000, QuotaExceeded: 15_000 };
const DEFAULT_BASE_MS = 1_000;
const CAP_MS = 120_000;

/**
 * How long to wait before the next launch: doubles with each failure in a row, capped at two minutes,
 * and spread over its upper half so that a thousand Meetings don't come back together.
 * @param failures - how many attempts in a row have failed, from 1
 * @param random - in [0, 1)
 */
export function launchBackoff(reason: EndReason, failures: number, random: number): number {
  const base = (reason === 'Terminated' ? undefined : BASE_MS[reason]) ?? DEFAULT_BASE_MS;
  const full = Math.min(CAP_MS, base * 2 ** Math.min(failures - 1, 20));
  return Math.round(full * (0.5 + random / 2));
}

/** Attempts at the end of the list that ended without having been let in anywhere. */
export function failuresInARow(attempts: readonly Attempt[]): number {
  const lastGood = attempts.findLastIndex(
    ({ reason }) => reason !== undefined && RETRY[reason as EndReason] === 'final',
  );
  return attempts.length - 1 - lastGood;
}

/** Webhook tries, from the first: milliseconds to wait after the n-th has failed; the last repeats. */
const WEBHOOK_DELAYS_MS = [5, 30, 120, 300, 900, 1800, 3600, 7200, 14_400].map((seconds) => seconds * 1000);

/**
 * When the next try of a webhook is due, as a delay in milliseconds, ±20 %.
 * @param attempts - tries made, from 1
 * @param random - in [0, 1)
 */
export function webhookBackoff(attempts: number, random: number): number {
  const delay = WEBHOOK_DELAYS_MS[Math.min(attempts, WEBHOOK_DELAYS_MS.length) - 1] ?? 0;
  return Math.round(delay * (0.8 + random * 0.4));
}
