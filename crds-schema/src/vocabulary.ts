/**
 * The closed lists of the contract: platforms, phases, conditions, outcomes and reasons.
 * A value that is not here exists nowhere in Meeting Bot.
 */

export const GROUP = 'meetingbot.dev';
export const VERSION = 'v1';
export const API_VERSION = `${GROUP}/${VERSION}` as const;
export const KIND = 'Meeting';
export const PLURAL = 'meetings';
export const SINGULAR = 'meeting';
export const SHORT_NAME = 'mtg';

/** Held on a Meeting while a task of it may be alive. */
export const TASK_FINALIZER = `${GROUP}/recorder-task` as const;
/** Set to any new value, it sends the webhook of a finished Meeting again. */
export const RESEND_ANNOTATION = `${GROUP}/resend-webhook` as const;

/** CEL rules of the CustomResourceDefinition: what our API refuses in code. */
export const IMMUTABLE_RULES = [
  { rule: 'self.url == oldSelf.url', message: 'url is immutable' },
  { rule: 'has(self.platform) == has(oldSelf.platform)', message: 'platform is immutable' },
  { rule: '!has(self.platform) || self.platform == oldSelf.platform', message: 'platform is immutable' },
] as const;

export const PLATFORMS = ['google-meet', 'microsoft-teams', 'zoom', 'jitsi', 'web'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** In the order of a Meeting's life; the last three are terminal. */
export const PHASES = [
  'Pending',
  'Scheduled',
  'Launching',
  'Joining',
  'Lobby',
  'Recording',
  'Finalizing',
  'Notifying',
  'Completed',
  'Failed',
  'Cancelled',
] as const;
export type Phase = (typeof PHASES)[number];

export const TERMINAL_PHASES = ['Completed', 'Failed', 'Cancelled'] as const satisfies readonly Phase[];
export type TerminalPhase = (typeof TERMINAL_PHASES)[number];

export function isTerminal(phase: Phase): phase is TerminalPhase {
  return (TERMINAL_PHASES as readonly Phase[]).includes(phase);
}

export const CONDITION_TYPES = ['Launched', 'Joined', 'Recorded', 'Uploaded', 'Notified'] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

export const OUTCOMES = ['Complete', 'Partial', 'None'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const ATTRIBUTIONS = ['Host', 'User', 'Platform', 'MeetingBot', 'Infrastructure'] as const;
export type Attribution = (typeof ATTRIBUTIONS)[number];

/** Every reason a Meeting can end with, and whose doing it is. */
export const REASON_ATTRIBUTION = {
  HostEnded: 'Host',
  LeftAlone: 'Host',
  Silence: 'Host',
  Removed: 'Host',
  MaxDuration: 'User',
  StopRequested: 'User',
  NoShow: 'Host',
  LobbyTimeout: 'Host',
  LobbyDenied: 'Host',
  MeetingNotFound: 'User',
  WrongPasscode: 'User',
  Missed: 'User',
  SignInRequired: 'Platform',
  CaptchaRequired: 'Platform',
  BlockedByPlatform: 'Platform',
  UnknownPage: 'MeetingBot',
  JoinFailed: 'MeetingBot',
  RecordingFailed: 'MeetingBot',
  InternalError: 'MeetingBot',
  LaunchFailed: 'Infrastructure',
  QuotaExceeded: 'Infrastructure',
  RecorderLost: 'Infrastructure',
  OutOfMemory: 'Infrastructure',
  SpotInterrupted: 'Infrastructure',
  UploadFailed: 'Infrastructure',
} as const satisfies Record<string, Attribution>;
export type Reason = keyof typeof REASON_ATTRIBUTION;
export const REASONS = Object.keys(REASON_ATTRIBUTION) as readonly Reason[];

/** Reasons that end a meeting as it should end: what was recorded until then is the whole of it. */
export const ORDERLY_REASONS = [
  'HostEnded',
  'LeftAlone',
  'Silence',
  'Removed',
  'MaxDuration',
  'StopRequested',
] as const satisfies readonly Reason[];

export function isOrderly(reason: Reason): boolean {
  return (ORDERLY_REASONS as readonly Reason[]).includes(reason);
}

/** Fails to compile when a switch has forgotten a case; throws when data lies about its type. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
