/** Something that covers the page until it is answered. */
export type Dialog =
  /** May the page use camera and microphone? */
  | 'devices'
  /** A notice with one button. */
  | 'notice'
  /** A guest may sign in, and need not. */
  | 'signInHint'
  /** Cookies: a banner, or where the site has it so a wall. */
  | 'cookies'
  /** The call is recorded, transcribed or summed up by somebody: no sound and no picture before one agrees. */
  | 'consent';

/** What stands at the meeting's address. */
export type Door =
  | 'open'
  | 'signIn'
  /** The same on the page itself, without a redirect. */
  | 'signInHere'
  /** A sign-in that knows the browser and leads back by itself, from page to page, in some seconds. */
  | 'signInSilently'
  | 'notFound'
  | 'expired'
  /** Nobody has begun the meeting, and the page does not look again by itself. */
  | 'early'
  /** The meeting was over before we came. */
  | 'ended'
  | 'blocked'
  | 'captcha'
  /** A page that nobody has seen before. */
  | 'unknown';

/** What becomes of our asking to be let in. */
export type Answer =
  /** There is no lobby. */
  | 'straight'
  | 'admit'
  | 'deny'
  /** Nobody answers, and the platform gives up. */
  | 'expire'
  /** Nobody answers, for ever. */
  | 'nobody'
  | 'block'
  /** A challenge for people only. */
  | 'captcha';

/** How one visit to a meeting goes; what is left out goes the plainest way. */
export interface Script {
  /** `browser`: as the browser asks for; `de`: German whatever it asks for. */
  readonly language: 'browser' | 'de';
  readonly door: Door;
  /** With a sign-in at the door: the account that it lets through, as its cookie says. */
  readonly account: string | undefined;
  /** Where the platform has several looks of the way in. */
  readonly layout: 1 | 2;
  readonly name: 'empty' | 'prefilled' | 'absent';
  readonly microphone: 'on' | 'off';
  readonly camera: 'on' | 'off';
  /** On the way in, one after the other. */
  readonly doorDialogs: readonly Dialog[];
  /** The right passcode, where one is asked for. */
  readonly passcode: string | undefined;
  readonly answer: Answer;
  /** How long the lobby takes, in seconds. */
  readonly lobbySeconds: number;
  /** Which of the lobby's texts. */
  readonly lobbyText: number;
  /** The call's controls are drawn before the lobby's text. */
  readonly controlsFirst: boolean;
  /** Who else is in the call. */
  readonly others: readonly string[];
  /** Who of them is no person, and stays when everybody leaves. */
  readonly programs: readonly string[];
  readonly callDialogs: readonly Dialog[];
  /** The controls go out of sight while the mouse rests. */
  readonly controlsHide: boolean;
  /** Said in the chat as the call begins. */
  readonly chat: readonly string[];
  /** Guests may write into the chat. */
  readonly guestsMayWrite: boolean;
  /** The button that joins has marks and a name that nobody has seen before. */
  readonly joinRenamed: boolean;
  /** Zoom: the others are seen, and not heard before one joins the sound, too. */
  readonly soundApart: boolean;
}

export const PLAIN: Script = {
  ...{
    language: 'browser',
    door: 'open',
    account: undefined,
    layout: 1,
    name: 'empty',
    microphone: 'on',
    camera: 'on',
    doorDialogs: [],
  },
  ...{ passcode: undefined, answer: 'admit', lobbySeconds: 2, lobbyText: 0, controlsFirst: false },
  ...{ others: ['Ada Lovelace', 'Grace Hopper'], programs: [], callDialogs: [], controlsHide: false, chat: [] },
  ...{ guestsMayWrite: true, joinRenamed: false, soundApart: false },
};

/** Something that happens in the call. */
export type Act =
  | 'everybodyLeaves'
  | 'hostEnds'
  | 'remove'
  /** Nobody is heard any more. */
  | 'mute'
  /** The others' sound does not come any more, and the page goes on showing who speaks. */
  | 'loseSound'
  /** The page does not answer any more. */
  | 'freeze'
  /** The page goes to another one. */
  | 'goAway'
  /** The page says no longer how many are there. */
  | 'hideCount'
  | 'showCount'
  /** A message and a new guest whose words look like an end of the call. */
  | 'talkOfTheEnd'
  /** A {@link Dialog} `consent` in the middle. */
  | 'askConsent'
  /** Is anybody still there? Asked in the call, or in the lobby. */
  | 'askStillThere'
  /** Put back into the lobby, for the script's `lobbySeconds`. */
  | 'backToLobby';
