import type { EndReason } from '@meetingbot/crds-schema';
import type { Chance } from './chance.ts';

/** What a recorder meets in its meeting, and what befalls its task. Times are milliseconds. */
export interface Fate {
  /** From RunTask to Running; undefined: it stays Starting for ever. */
  startMs: number | undefined;
  /** It ends before it runs. */
  failsToStart: boolean;
  joinMs: number;
  /** Time in the lobby; 0: there is none. */
  lobbyMs: number;
  /** How it would end by the rules of the meeting. */
  reason: EndReason;
  /** Where that happens. */
  endsIn: 'Joining' | 'Lobby' | 'Recording';
  recordMs: number;
  finalizeMs: number;
  mishap?: Mishap;
}

/** @property at - milliseconds after it runs */
export type Mishap = { at: number } & (
  | { kind: 'killed' | 'outOfMemory' | 'hostLost' | 'spot' | 'maintenance' | 'hangs' | 'exitsEarly' }
  | { kind: 'fails'; reason: EndReason }
  /** It comes to its end by the rules, but its upload does not, or its end is never reached. */
  | { kind: 'hangsAtEnd' | 'exitsWithoutManifest' | 'tellsByExitCodeOnly' | 'diesBetweenUploads' | 'uploadFails' }
);

const ENDS = {
  HostEnded: 8,
  LeftAlone: 2,
  Silence: 1,
  Removed: 1,
  MaxDuration: 1,
  NoShow: 1,
  LobbyDenied: 2,
  LobbyTimeout: 1,
  MeetingNotFound: 1,
  WrongPasscode: 1,
  SignInRequired: 1,
  CaptchaRequired: 1,
  BlockedByPlatform: 1,
  JoinFailed: 2,
} as const;

const IN_LOBBY = ['LobbyDenied', 'LobbyTimeout'];
const AT_THE_DOOR = [
  ...['MeetingNotFound', 'WrongPasscode', 'SignInRequired', 'CaptchaRequired'],
  ...['BlockedByPlatform', 'JoinFailed'],
];

/** @param sickness - of a mishap */
export function drawFate(chance: Chance, sickness: number): Fate {
  const second = (low: number, high: number) => chance.between(low * 1000, high * 1000);
  const reason = chance.weighted(ENDS);
  const endsIn = IN_LOBBY.includes(reason) ? 'Lobby' : AT_THE_DOOR.includes(reason) ? 'Joining' : 'Recording';
  const fate: Fate = {
    startMs: second(5, 40),
    failsToStart: false,
    joinMs: second(3, 15),
    lobbyMs: endsIn === 'Lobby' || chance.is(0.3) ? second(5, 60) : 0,
    reason,
    endsIn,
    recordMs: second(20, 240),
    finalizeMs: second(1, 4),
  };
  if (!chance.is(sickness)) return fate;
  const at = second(0, 200);
  const kind = chance.weighted({
    killed: 4,
    outOfMemory: 1,
    hostLost: 1,
    spot: 2,
    maintenance: 1,
    hangs: 2,
    exitsEarly: 1,
    fails: 2,
    hangsAtEnd: 1,
    exitsWithoutManifest: 1,
    tellsByExitCodeOnly: 1,
    diesBetweenUploads: 1,
    uploadFails: 1,
    stuck: 1,
    failsToStart: 1,
  });
  if (kind === 'stuck') return { ...fate, startMs: undefined };
  if (kind === 'failsToStart') return { ...fate, failsToStart: true };
  if (kind === 'fails') {
    const why = chance.pick(['UnknownPage', 'RecordingFailed', 'InternalError', 'UploadFailed']);
    return { ...fate, mishap: { at, kind, reason: why } };
  }
  return { ...fate, mishap: { at, kind } };
}
