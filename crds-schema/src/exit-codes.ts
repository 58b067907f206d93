import type { EndReason } from './recorder-report.ts';

/**
 * What a recorder's exit code says. An orderly end is 0 and the manifest says which;
 * codes above 128 are a shell's word for a signal (137 SIGKILL, 143 SIGTERM).
 */
export const EXIT_CODES = {
  HostEnded: 0,
  LeftAlone: 0,
  Silence: 0,
  Removed: 0,
  MaxDuration: 0,
  StopRequested: 0,
  NoShow: 10,
  LobbyTimeout: 11,
  LobbyDenied: 12,
  MeetingNotFound: 20,
  WrongPasscode: 21,
  Missed: 22,
  SignInRequired: 30,
  CaptchaRequired: 31,
  BlockedByPlatform: 32,
  UnknownPage: 40,
  JoinFailed: 41,
  RecordingFailed: 42,
  InternalError: 43,
  LaunchFailed: 44,
  QuotaExceeded: 45,
  RecorderLost: 46,
  OutOfMemory: 47,
  SpotInterrupted: 48,
  UploadFailed: 50,
  Terminated: 143,
} as const satisfies Record<EndReason, number>;

/** The recorder could not start: a setting is missing or wrong (sysexits' EX_CONFIG). */
export const EXIT_CONFIG = 78;

const byCode = new Map<number, EndReason>(
  Object.entries(EXIT_CODES)
    .filter(([, code]) => code !== 0)
    .map(([reason, code]) => [code, reason as EndReason]),
);

/** The reason an exit code stands for; undefined for 0 and for codes that are not ours. */
export function reasonOfExitCode(code: number): EndReason | undefined {
  return byCode.get(code);
}
