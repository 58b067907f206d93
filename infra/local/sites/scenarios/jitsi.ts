import * as right from './scenario.ts';

const { soon, soonAfterConsent, again, HOST_ENDS } = right;
const PASSWORD = 'Fake-Password 7';

export const JITSI = right.scenariosOf('jitsi', [
  {
    name: 'lets us in after a lobby, and the host ends it',
    visits: [{}],
    onStack: true,
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'has a name and devices off, devices it cannot reach; the host removes us',
    visits: [
      { layout: 2, name: 'prefilled', microphone: 'off', camera: 'off', answer: 'straight', doorDialogs: ['devices'] },
    ],
    form: 'tenant',
    dialogs: { 'no-devices': 1 },
    cues: [soon('remove')],
    ...right.REMOVED,
  },
  {
    name: 'takes us for signed in, is locked with our password, is recorded by somebody else; everybody but a note-taker leaves',
    visits: [
      {
        ...{ name: 'absent', passcode: PASSWORD, answer: 'straight' },
        ...{ doorDialogs: ['consent'], callDialogs: ['consent', 'notice'] },
        ...{ others: ['Ada Lovelace', 'Grace Hopper', 'Otter.ai'], programs: ['Otter.ai'] },
      },
    ],
    dialogs: { 'recording-consent': 2 },
    spec: { passcode: PASSWORD, leave: { aloneSeconds: 3 } },
    cues: [soonAfterConsent('everybodyLeaves')],
    ...right.leftAlone(3),
  },
  {
    name: 'shows cookies and notices before and in the call; nobody is heard any more, and at last nobody speaks',
    visits: [{ doorDialogs: ['cookies', 'notice'], callDialogs: ['cookies'], lobbyText: 1 }],
    form: 'settings',
    dialogs: { cookies: 2, 'join-anyway': 1 },
    spec: { leave: { silenceSeconds: 4, silenceArmSeconds: 1 } },
    // For longer than the silence may last the page shows somebody speaking whom we do not hear.
    cues: [soon('loseSound'), soon('mute', 7)],
    ...right.silence(4),
  },
  {
    name: "draws the call's controls before the lobby's text, and we are denied",
    visits: [{ controlsFirst: true, answer: 'deny', lobbySeconds: 6 }],
    onStack: true,
    ...right.refused('LobbyDenied', 'ask for the recorder to be admitted'),
  },
  {
    name: 'has no moderator, until we give up',
    visits: [{ answer: 'nobody', lobbyText: 1 }],
    spec: { leave: { lobbySeconds: 20 } },
    ...right.refused('LobbyTimeout'),
  },
  {
    name: 'has nobody who answers, and we are told to stop',
    visits: [{ answer: 'nobody', layout: 2 }],
    cues: [{ do: 'stop', once: 'lobby', seconds: 1 }],
    ...right.CANCELLED,
  },
  {
    name: 'has nobody who answers in its lobby, which our password opens; the host ends it',
    visits: [{ answer: 'nobody', layout: 2, passcode: PASSWORD }],
    spec: { passcode: PASSWORD },
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'is locked with a password that we do not have',
    visits: [{ passcode: PASSWORD }],
    ...right.refused('WrongPasscode'),
  },
  {
    name: 'sends guests to the sign-in',
    visits: [{ door: 'signIn' }],
    ...right.refused('SignInRequired', 'let a moderator open the room'),
  },
  { name: 'lets none in without a token', visits: [{ door: 'signInHere' }], ...right.refused('SignInRequired') },
  { name: 'is full', visits: [{ answer: 'block' }], ...right.refused('BlockedByPlatform') },
  { name: 'wants to know whether we are human', visits: [{ answer: 'captcha' }], ...right.refused('CaptchaRequired') },
  { name: 'has no such room', visits: [{ door: 'notFound' }], ...right.refused('MeetingNotFound') },
  {
    // And by the status of its answer.
    name: 'has no such room, and says so in German',
    visits: [{ door: 'notFound', language: 'de' }],
    spec: { leave: { lobbySeconds: 30 } },
    ...right.refused('MeetingNotFound'),
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
    visits: [{ answer: 'straight', chat: ['The meeting has been terminated'] }],
    onStack: true,
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
