import * as right from './scenario.ts';

const { soon, soonAfterConsent, again, HOST_ENDS } = right;

export const GOOGLE_MEET = right.scenariosOf('google-meet', [
  {
    name: 'lets us in after a lobby, and the host ends it',
    visits: [{}],
    onStack: true,
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  {
    name: 'has its other layout, a name and devices off, a question about devices, is captured; the host removes us',
    visits: [
      {
        ...{ layout: 2, name: 'prefilled', microphone: 'off', camera: 'off', answer: 'straight' },
        ...{ doorDialogs: ['devices'], callDialogs: ['consent'] },
      },
    ],
    dialogs: { 'no-devices': 1, 'recording-consent': 1 },
    cues: [soonAfterConsent('remove')],
    ...right.REMOVED,
  },
  {
    name: 'takes us for signed in, is recorded by somebody else, gives news; everybody but a note-taker leaves',
    visits: [
      {
        ...{ name: 'absent', answer: 'straight', doorDialogs: ['consent'], callDialogs: ['consent', 'notice'] },
        ...{ others: ['Ada Lovelace', 'Grace Hopper', 'Otter.ai'], programs: ['Otter.ai'] },
      },
    ],
    form: 'account',
    dialogs: { 'recording-consent': 2, 'got-it': 1 },
    spec: { leave: { aloneSeconds: 3 } },
    cues: [soonAfterConsent('everybodyLeaves')],
    ...right.leftAlone(3),
  },
  {
    name: 'shows cookies and notices before and in the call; nobody is heard any more, and at last nobody speaks',
    visits: [{ doorDialogs: ['cookies', 'notice', 'signInHint'], callDialogs: ['cookies'], lobbyText: 1 }],
    dialogs: { cookies: 2, 'got-it': 2 },
    spec: { leave: { silenceSeconds: 4, silenceArmSeconds: 1 } },
    // For longer than the silence may last the page shows somebody speaking whom we do not hear.
    cues: [soon('loseSound'), soon('mute', 7)],
    ...right.silence(4),
  },
  {
    name: "draws the call's controls before the lobby's text, and we are denied",
    visits: [{ controlsFirst: true, answer: 'deny', lobbySeconds: 6 }],
    onStack: true,
    ...right.refused('LobbyDenied', 'ask the host to admit the recorder'),
  },
  {
    name: 'asks in the lobby whether we are still there, and says that we left as nobody wants us',
    visits: [{ layout: 2, answer: 'deny', lobbySeconds: 6 }],
    dialogs: { 'still-there': 1 },
    cues: [{ do: 'askStillThere', once: 'lobby', seconds: 1 }],
    ...right.refused('LobbyDenied'),
  },
  {
    name: 'has nobody who answers, and gives up',
    visits: [{ answer: 'expire', lobbyText: 3, lobbySeconds: 5 }],
    form: 'short',
    ...right.refused('LobbyTimeout', 'the host finds it under People'),
  },
  {
    name: 'has nobody who answers, until we give up',
    visits: [{ answer: 'nobody', layout: 2, lobbyText: 4 }],
    spec: { leave: { lobbySeconds: 20 } },
    ...right.refused('LobbyTimeout'),
  },
  {
    name: 'has nobody who answers, and we are told to stop',
    visits: [{ answer: 'nobody' }],
    onStack: true,
    cues: [{ do: 'stop', once: 'lobby', seconds: 1 }],
    ...right.CANCELLED,
  },
  { name: 'does not let automated guests in', visits: [{ answer: 'block' }], ...right.refused('BlockedByPlatform') },
  {
    name: 'sends guests to the sign-in',
    visits: [{ door: 'signIn' }],
    ...right.refused('SignInRequired', 'the organiser must allow guests'),
  },
  {
    name: 'wants guests to sign in, on its own page',
    visits: [{ door: 'signInHere' }],
    ...right.refused('SignInRequired', 'the organiser must allow guests'),
  },
  {
    name: 'signs us in by itself, over slow pages that ask for nothing, and the host ends it',
    visits: [{ door: 'signInSilently', name: 'absent', answer: 'straight' }],
    cues: [HOST_ENDS],
    ...right.HOST_ENDED,
  },
  { name: 'has no such meeting', visits: [{ door: 'notFound' }], ...right.refused('MeetingNotFound') },
  { name: 'has a code that has expired', visits: [{ door: 'expired' }], ...right.refused('MeetingNotFound') },
  { name: 'wants to know whether we are human', visits: [{ door: 'captcha' }], ...right.refused('CaptchaRequired') },
  {
    name: 'wants to know whether we are human, in the lobby',
    visits: [{ answer: 'captcha', lobbySeconds: 1 }],
    ...right.refused('CaptchaRequired'),
  },
  {
    name: 'hangs in the lobby, and denies us the second time in German',
    visits: [{ answer: 'nobody' }, { answer: 'deny', lobbySeconds: 1, language: 'de' }],
    spec: { leave: { lobbySeconds: 150 } },
    cues: [{ do: 'freeze', once: 'lobby', seconds: 1 }],
    ...right.refused('LobbyDenied'),
  },
  {
    name: 'has nobody else in it',
    visits: [{ answer: 'straight', others: [] }],
    spec: { leave: { noShowSeconds: 5 } },
    ...right.refused('NoShow'),
  },
  {
    name: 'draws the call before its lobby, hides its controls, asks whether we are still there, and goes on for too long',
    visits: [{ controlsFirst: true, lobbyText: 2, lobbySeconds: 6, controlsHide: true }],
    dialogs: { 'still-there': 1 },
    spec: { leave: { maxSeconds: 10 } },
    cues: [soon('askStillThere')],
    ...right.maxDuration(10),
  },
  {
    name: 'no longer says how many are there for a while, has guests who talk of its end, and we are told to stop',
    visits: [{ answer: 'straight', layout: 2, chat: ['Someone in the call denied your request to join'] }],
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
    visits: [{ answer: 'straight' }, { answer: 'straight', layout: 2 }],
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
    name: 'puts us back into the lobby, and lets us in again',
    visits: [{ lobbySeconds: 4 }],
    cues: [soon('backToLobby'), again('hostEnds')],
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
