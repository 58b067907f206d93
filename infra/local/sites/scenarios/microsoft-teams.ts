import * as right from './scenario.ts';

const { soon, soonAfterConsent, again, HOST_ENDS } = right;
const PASSCODE = 'Xy7fakePasscode';

export const MICROSOFT_TEAMS = right.scenariosOf('microsoft-teams', [
  {
    name: 'calls the app, lets us in after a lobby, and the host ends it',
    visits: [{}],
    onStack: true,
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'has the light meeting, a name and devices off, a question about devices; the host removes us',
    visits: [
      { layout: 2, name: 'prefilled', microphone: 'off', camera: 'off', answer: 'straight', doorDialogs: ['devices'] },
    ],
    form: 'light',
    // What Teams refuses in a name keeps its button closed.
    spec: { displayName: 'Meeting Recorder (*)' },
    dialogs: { 'no-devices': 1 },
    cues: [soon('remove')],
    ...right.REMOVED,
  },
  {
    name: 'takes us for signed in, asks for the passcode, is recorded by somebody else, gives news; everybody but a note-taker leaves',
    visits: [
      {
        ...{ name: 'absent', passcode: PASSCODE, answer: 'straight' },
        ...{ doorDialogs: ['consent'], callDialogs: ['consent', 'notice'] },
        ...{ others: ['Ada Lovelace', 'Grace Hopper', 'Otter.ai'], programs: ['Otter.ai'] },
      },
    ],
    form: 'launcher',
    dialogs: { 'recording-consent': 2, tip: 1 },
    spec: { leave: { aloneSeconds: 3 } },
    cues: [soonAfterConsent('everybodyLeaves')],
    ...right.leftAlone(3),
  },
  {
    name: 'asks for the passcode after we have knocked, shows cookies and notices before and in the call; nobody is heard any more, and at last nobody speaks',
    visits: [
      { layout: 2, passcode: PASSCODE, doorDialogs: ['cookies', 'notice'], callDialogs: ['cookies'], lobbyText: 1 },
    ],
    form: 'invitation',
    dialogs: { cookies: 2, 'got-it': 1 },
    spec: { passcode: PASSCODE, leave: { silenceSeconds: 4, silenceArmSeconds: 1 } },
    // For longer than the silence may last the page shows somebody speaking whom we do not hear.
    cues: [soon('loseSound'), soon('mute', 7)],
    ...right.silence(4),
  },
  {
    name: "draws the call's controls before the lobby's text, and we are denied",
    visits: [{ controlsFirst: true, answer: 'deny', lobbySeconds: 6 }],
    onStack: true,
    form: 'invitation',
    ...right.refused('LobbyDenied', 'ask the organiser to admit the recorder'),
  },
  {
    name: 'declines our request in other words',
    visits: [{ layout: 2, answer: 'deny', lobbyText: 3 }],
    ...right.refused('LobbyDenied'),
  },
  {
    name: 'has nobody who answers, and gives up',
    visits: [{ answer: 'expire', lobbySeconds: 5 }],
    form: 'government',
    ...right.refused('LobbyTimeout', 'the organiser finds it in the lobby'),
  },
  {
    name: 'has nobody who answers, until we give up',
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
  {
    name: 'asks for another passcode than ours',
    visits: [{ layout: 2, passcode: 'another' }],
    form: 'bare',
    spec: { passcode: PASSCODE },
    // Teams does not say which of the two is wrong.
    ...right.refused('MeetingNotFound', 'check the link and the passcode'),
  },
  {
    name: 'asks for a passcode that we have not',
    visits: [{ layout: 2, passcode: PASSCODE }],
    form: 'bare',
    ...right.refused('WrongPasscode', 'neither url nor spec.passcode has one'),
  },
  {
    name: 'lets guests in only once the event has begun',
    visits: [{ door: 'blocked' }],
    ...right.refused('BlockedByPlatform', 'have the organiser start it'),
  },
  {
    name: 'does not let us connect',
    visits: [{ answer: 'block' }],
    spec: { leave: { lobbySeconds: 20 } },
    ...right.refused('JoinFailed', "we couldn't connect you"),
  },
  {
    name: 'sends guests to the sign-in',
    visits: [{ door: 'signIn' }],
    onStack: true,
    ...right.refused('SignInRequired', 'the organiser must allow guests'),
  },
  {
    name: 'wants guests to sign in, on its own page',
    visits: [{ door: 'signInHere' }],
    form: 'cloud',
    ...right.refused('SignInRequired'),
  },
  { name: 'has no such meeting', visits: [{ door: 'notFound' }], ...right.refused('MeetingNotFound') },
  {
    // By nothing but words, which we cannot read.
    name: 'has no such meeting, and says so in German',
    visits: [{ door: 'notFound', language: 'de' }],
    spec: { leave: { lobbySeconds: 30 } },
    ...right.refused('UnknownPage'),
  },
  {
    name: 'denies us in German',
    visits: [{ answer: 'deny', lobbySeconds: 1, language: 'de' }],
    spec: { leave: { lobbySeconds: 40 } },
    ...right.refused('UnknownPage'),
  },
  {
    name: 'wants to know whether we are human',
    visits: [{ answer: 'captcha', lobbySeconds: 1 }],
    ...right.refused('CaptchaRequired'),
  },
  {
    name: 'takes the passcode by its address, and has nobody else in it',
    visits: [{ answer: 'straight', layout: 2, passcode: PASSCODE, others: [] }],
    form: 'bare',
    spec: { passcode: PASSCODE, leave: { noShowSeconds: 5 } },
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
    visits: [{ answer: 'straight', layout: 2, chat: ['Meeting ended'] }],
    spec: { leave: { aloneSeconds: 2 } },
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
