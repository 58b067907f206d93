import { type Platform, REFUSAL_REASONS, type Reason, type RefusalReason } from '@meetingbot/crds-schema';

/** What the host can do about a refusal, wherever it is told. */
const GENERAL: Readonly<Record<RefusalReason, string>> = {
  LobbyDenied: 'somebody in the meeting said no: ask the host to admit the recorder',
  LobbyTimeout: 'nobody admitted the recorder: tell the host to look into the lobby when it knocks',
  MeetingNotFound: 'no meeting answers to this link: compare it with the one in the invitation',
  WrongPasscode: 'give the passcode of the invitation in spec.passcode, or the link that has it in it',
  SignInRequired: 'the host must allow guests without an account, or the recorder join signed in (spec.identity)',
  CaptchaRequired:
    'the page wants a person, which the recorder does not play: the host must not ask that of guests, or the recorder join signed in (spec.identity)',
  BlockedByPlatform:
    'the platform or an administrator keeps the recorder out: invite the account of a signed-in recorder (spec.identity) to the meeting',
  Missed: 'it was over before the recorder came: say in spec.startAt when it begins',
};

/** The same where a platform has a way of its own. */
const OF_PLATFORM: Readonly<Partial<Record<Platform, Partial<Record<RefusalReason, string>>>>> = {
  'google-meet': {
    LobbyTimeout:
      'nobody admitted the recorder: the host finds it under People, also under additional review, and Meet drops the request after about ten minutes',
    MeetingNotFound: 'Meet knows no such meeting code: compare it with the one in the invitation',
  },
  'microsoft-teams': {
    LobbyTimeout: 'nobody admitted the recorder: the organiser finds it in the lobby, also under suspected bots',
  },
  zoom: {
    LobbyTimeout: 'nobody admitted the recorder: the host finds it in the waiting room, under Participants',
    CaptchaRequired:
      'Zoom wants a person, which the recorder does not play: let the host record to the cloud, or the recorder join signed in (spec.identity)',
  },
  jitsi: {
    LobbyTimeout: 'nobody admitted the recorder: a moderator finds it in the lobby, under participants',
    SignInRequired: 'the server wants an account: let a moderator open the room, or send a link with a token',
    BlockedByPlatform: 'the server keeps the recorder out: ask whoever runs it to let it in',
  },
  web: {
    SignInRequired: 'the page wants an account: sign the recorder in (spec.identity), or open the page to guests',
    BlockedByPlatform: 'the page keeps the recorder out: ask whoever runs it to let it in',
  },
};

/** What the host can do where a meeting ended like this; undefined: it is nothing that a host could change. */
export function adviceFor(reason: Reason | 'Terminated', platform: Platform): string | undefined {
  return isRefusal(reason) ? (OF_PLATFORM[platform]?.[reason] ?? GENERAL[reason]) : undefined;
}

function isRefusal(reason: string): reason is RefusalReason {
  return (REFUSAL_REASONS as readonly string[]).includes(reason);
}
