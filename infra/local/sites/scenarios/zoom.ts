import * as right from './scenario.ts';

const { soon, soonAfterConsent, again, HOST_ENDS } = right;
/** As in the URL's `pwd`. */
const PASSCODE = 'fakePasscode.1';

export const ZOOM = right.scenariosOf('zoom', [
  {
    name: 'lets us in after a waiting room, and the host ends it',
    visits: [{}],
    onStack: true,
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    // By the host's own link, and so by the launcher.
    form: 'named',
    name: 'calls the app, offers the browser late, has its client in a frame, asks about cookies and devices; the host removes us',
    visits: [
      {
        ...{ layout: 2, name: 'prefilled', microphone: 'off', camera: 'off', answer: 'straight' },
        doorDialogs: ['cookies', 'devices'],
      },
    ],
    dialogs: { cookies: 2, 'no-devices': 2, 'device-bar': 1 },
    cues: [soon('remove')],
    ...right.REMOVED,
  },
  {
    name: 'wants its terms agreed to, is recorded by somebody else, has its sound joined apart; everybody but a note-taker leaves',
    visits: [
      {
        ...{ answer: 'straight', doorDialogs: ['consent'], callDialogs: ['consent'], soundApart: true },
        ...{ others: ['Ada Lovelace', 'Grace Hopper', 'Otter.ai'], programs: ['Otter.ai'] },
      },
    ],
    form: 'webinar',
    dialogs: { terms: 1, 'recording-consent': 1, 'no-audio': 1, 'join-audio': 1 },
    spec: { leave: { aloneSeconds: 3 } },
    cues: [soonAfterConsent('everybodyLeaves')],
    ...right.leftAlone(3),
  },
  {
    name: 'has a disclaimer, finds no camera, asks about cookies in the call; nobody is heard any more, and at last nobody speaks',
    visits: [{ doorDialogs: ['notice'], callDialogs: ['notice', 'cookies'], lobbyText: 2 }],
    form: 'app',
    dialogs: { disclaimer: 1, cookies: 1, 'device-missing': 1 },
    spec: { leave: { silenceSeconds: 4, silenceArmSeconds: 1 } },
    // For longer than the silence may last the page shows somebody speaking whom we do not hear.
    cues: [soon('loseSound'), soon('mute', 7)],
    ...right.silence(4),
  },
  {
    name: 'asks for the passcode, takes it, and goes home when the host ends it',
    visits: [{ passcode: PASSCODE, layout: 2, answer: 'straight' }],
    form: 'fragment',
    dialogs: { 'device-bar': 1 },
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'asks for another passcode than ours',
    visits: [{ passcode: 'another' }],
    spec: { leave: { lobbySeconds: 30 } },
    ...right.refused('WrongPasscode'),
  },
  {
    name: "draws the call's controls before the waiting room's text, and we are denied",
    visits: [{ controlsFirst: true, answer: 'deny', lobbySeconds: 6 }],
    onStack: true,
    ...right.refused('LobbyDenied', 'ask the host to admit the recorder'),
  },
  {
    name: 'has nobody who answers, and gives up',
    visits: [{ answer: 'expire', lobbySeconds: 5 }],
    form: 'government',
    ...right.refused('LobbyTimeout'),
  },
  {
    name: 'has a host who does not come, until we give up',
    visits: [{ answer: 'nobody', layout: 2, lobbyText: 1 }],
    spec: { leave: { lobbySeconds: 25 } },
    ...right.refused('LobbyTimeout'),
  },
  {
    name: 'has nobody who answers, and we are told to stop',
    visits: [{ answer: 'nobody' }],
    cues: [{ do: 'stop', once: 'lobby', seconds: 1 }],
    ...right.CANCELLED,
  },
  { name: 'does not let automated guests in', visits: [{ answer: 'block' }], ...right.refused('BlockedByPlatform') },
  {
    name: 'wants RTMS of automated guests',
    visits: [{ answer: 'block', layout: 2 }],
    form: 'host',
    ...right.refused('BlockedByPlatform'),
  },
  {
    name: 'wants guests to sign in',
    visits: [{ door: 'signInHere' }],
    form: 'client',
    ...right.refused('SignInRequired', 'the host must allow guests'),
  },
  {
    name: 'sends guests to the sign-in',
    visits: [{ door: 'signIn' }],
    ...right.refused('SignInRequired', 'the host must allow guests'),
  },
  {
    name: 'has not begun when we come, and the host ends it',
    visits: [{ door: 'early' }, { answer: 'straight' }],
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'has no such meeting',
    visits: [{ door: 'notFound' }],
    spec: { leave: { lobbySeconds: 20 } },
    ...right.refused('MeetingNotFound'),
  },
  {
    // Its title alone says no more than that of a meeting which nobody has begun: it is looked at again.
    name: 'has no such meeting, and says so in German',
    visits: [{ door: 'notFound', language: 'de' }],
    spec: { leave: { lobbySeconds: 8 } },
    ...right.refused('LobbyTimeout'),
  },
  { name: 'wants to know whether we are human', visits: [{ answer: 'captcha' }], ...right.refused('CaptchaRequired') },
  {
    name: 'wants the characters of a picture',
    visits: [{ answer: 'captcha', layout: 2 }],
    ...right.refused('CaptchaRequired'),
  },
  {
    name: 'has nobody else in it',
    visits: [{ answer: 'straight', others: [] }],
    spec: { leave: { noShowSeconds: 5 } },
    ...right.refused('NoShow'),
  },
  {
    name: 'draws the call before its lobby, hides its controls, and goes on for too long',
    visits: [{ controlsFirst: true, lobbyText: 2, lobbySeconds: 6, controlsHide: true }],
    spec: { leave: { maxSeconds: 10 } },
    ...right.maxDuration(10),
  },
  {
    name: 'no longer says how many are there for a while, has guests who talk of its end, and we are told to stop',
    visits: [{ answer: 'straight', layout: 2, chat: ['You have been removed'] }],
    spec: { leave: { aloneSeconds: 2 } },
    dialogs: { 'device-bar': 1 },
    cues: [soon('hideCount'), soon('talkOfTheEnd'), soon('showCount', 4), soon('stop')],
    ...right.STOPPED,
  },
  {
    name: 'hangs, and lets us in again',
    visits: [{ answer: 'straight' }, { lobbySeconds: 1 }],
    cues: [soon('freeze'), again('hostEnds')],
    ...right.HOST_ENDED_MENDED,
  },
  {
    name: 'crashes, and lets us in again',
    visits: [{ answer: 'straight' }],
    onStack: true,
    cues: [soon('crash'), again('hostEnds')],
    ...right.HOST_ENDED_MENDED,
  },
  {
    name: 'goes to another page, and lets us in again',
    visits: [{ answer: 'straight' }],
    cues: [soon('goAway'), again('hostEnds')],
    ...right.HOST_ENDED_MENDED,
  },
  {
    name: 'speaks German all the same, and the host ends it',
    visits: [{ language: 'de' }],
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'shows a page that nobody knows',
    visits: [{ door: 'unknown' }],
    spec: { leave: { lobbySeconds: 20 } },
    ...right.refused('UnknownPage'),
  },
]);
