import * as right from './scenario.ts';

const { soon, soonAfterConsent, again, HOST_ENDS } = right;

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
    cues: [soon('remove')],
    ...right.REMOVED,
  },
  {
    name: 'takes us for signed in, is locked with our password, is recorded by somebody else; everybody leaves',
    visits: [{ name: 'absent', passcode: 'secret', answer: 'straight', callDialogs: ['consent', 'notice'] }],
    spec: { passcode: 'secret', leave: { aloneSeconds: 3 } },
    cues: [soonAfterConsent('everybodyLeaves')],
    ...right.leftAlone(3),
  },
  {
    name: 'shows cookies and notices before and in the call; nobody is heard any more',
    visits: [{ doorDialogs: ['cookies', 'notice'], callDialogs: ['cookies'], lobbyText: 1 }],
    spec: { leave: { silenceSeconds: 4, silenceArmSeconds: 1 } },
    cues: [soon('mute')],
    ...right.silence(4),
  },
  {
    name: "draws the call's controls before the lobby's text, and we are denied",
    visits: [{ controlsFirst: true, answer: 'deny', lobbySeconds: 6 }],
    onStack: true,
    ...right.refused('LobbyDenied'),
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
    name: 'is locked with a password that we do not have',
    visits: [{ passcode: 'secret' }],
    ...right.refused('WrongPasscode'),
  },
  {
    name: 'sends guests to the sign-in',
    visits: [{ door: 'signIn' }],
    ...right.refused('SignInRequired'),
  },
  { name: 'lets none in without a token', visits: [{ door: 'signInHere' }], ...right.refused('SignInRequired') },
  { name: 'is full', visits: [{ answer: 'block' }], ...right.refused('BlockedByPlatform') },
  { name: 'has no such room', visits: [{ door: 'notFound' }], ...right.refused('MeetingNotFound') },
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
    name: 'no longer says how many are there for a while, and has guests who talk of its end',
    visits: [{ answer: 'straight', chat: ['The meeting has been terminated'] }],
    spec: { leave: { aloneSeconds: 2 } },
    cues: [soon('hideCount', 2), soon('talkOfTheEnd', 2), soon('showCount', 3), soon('hostEnds', 2)],
    ...right.HOST_ENDED,
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
    name: 'speaks German all the same, and we are told to stop',
    visits: [{ language: 'de' }],
    onStack: true,
    cues: [soon('stop')],
    ...right.STOPPED,
  },
  {
    name: 'shows a page that nobody knows',
    visits: [{ door: 'unknown' }],
    spec: { leave: { lobbySeconds: 20 } },
    ...right.refused('UnknownPage'),
  },
]);
