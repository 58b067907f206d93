import { button, cases, dialog, hidden, icon } from './case.ts';

const toolbar = (more = ''): string =>
  `<div role="region" aria-label="Call controls">${icon('Turn on microphone', 'data-is-muted="true"')}${icon('Turn on camera')}
  ${icon('Turn on captions')}${icon('Raise hand')}${icon('Send a reaction')}${icon('Share screen')}${icon('More options')}
  ${icon('Leave call', 'jsname="CQylAd"')}${icon('Meeting details')}${icon('People')}${icon('Chat with everyone')}${more}</div>`;
const tile = (id: string, name: string, more = ''): string =>
  `<div data-participant-id="spaces/x/devices/${id}" aria-label="${name}" ${more} style="width:200px;height:120px"><video></video><div>${name}</div></div>`;
const me = `<div data-participant-id="spaces/x/devices/1" aria-label="Meeting Recorder" style="width:200px;height:120px"><span data-self-name="Meeting Recorder">Meeting Recorder</span></div>`;
/** As the tiles have it: no label, and the name in the second of two parts. */
const untranslated = (id: string, name: string, more = ''): string =>
  `<div data-participant-id="spaces/x/devices/${id}" style="width:200px;height:120px"><i class="notranslate">frame_person</i><span class="notranslate cR8Azd"></span><span class="notranslate">${name}</span>${more}</div>`;
const sign = (name: string): string => `<div jsname="QgSmzd" class="${name}"></div>`;
const avatars = (count: number): string =>
  `<div data-avatar-count="${count}" style="width:40px;height:20px"><img alt=""></div>`;
const phantom =
  '<div data-participant-id="visual_effects" aria-label="Backgrounds and effects" style="width:200px;height:120px"></div>';
const call = (more = '', people = tile('2', 'Ada Lovelace') + tile('3', 'Grace Hopper')): string =>
  `<div>${me}${people}</div>${toolbar()}${more}`;
const name = '<input type="text" jsname="YPqjbf" aria-label="Your name" placeholder="Your name">';
const devices = icon('Turn off microphone') + icon('Turn off camera');
const greenRoom = (join: string, more = ''): string =>
  `<h1>abc-defg-hij</h1><div>Ready to join?</div>${devices}${more}${join}`;
const lobby = (text: string): string => `<div>${phantom}</div>${toolbar()}<div><div>${text}</div></div>`;
const lone = (heading: string, more = ''): string => `<h1>${heading}</h1>${more}${button('Return to home screen')}`;
const chat = (words: string): string =>
  `<aside aria-label="Chat"><div aria-live="polite"><div data-message-id="m1"><div>Ada Lovelace</div><div data-message-text="x">${words}</div></div></div></aside>`;
const captions = (words: string): string =>
  `<div role="region" aria-label="Captions"><div><span>Grace Hopper</span><div>${words}</div></div></div>`;

export const GOOGLE_MEET_CASES = cases([
  ['prejoin', 'guest with an empty name', greenRoom(button('Ask to join'), name)],
  ['prejoin', 'guest whose button waits for the name', greenRoom(button('Ask to join', 'disabled'), name)],
  ['prejoin', 'a call that anybody may enter', greenRoom(button('Join now'), name)],
  ['prejoin', 'signed in, no name', greenRoom(button('Join now') + button('Present'))],
  ['prejoin', 'signed in, in the call elsewhere', greenRoom(button('Switch here') + button('Join here too'))],
  [
    'prejoin',
    'signed in, in the call elsewhere, with other ways kept back',
    greenRoom(button('Switch here') + button('Other ways to join')),
  ],
  [
    'prejoin',
    'without devices, which hides the words on the button',
    `<h1>abc-defg-hij</h1>${button('Ask to join', 'aria-label="Ask to join without microphone &amp; camera"')}`,
  ],
  [
    'prejoin',
    'without a camera, in a call that anybody may enter',
    `<h1>abc-defg-hij</h1>${button('Join now', 'aria-label="Join now without camera"')}`,
  ],
  [
    'prejoin',
    'guest who may sign in',
    `<header><a href="https://accounts.google.com/ServiceLogin">Sign in</a></header>${greenRoom(button('Ask to join'), name)}${dialog(
      `<h2>Sign in with your Google account</h2><p>Instead of waiting to be let in, sign in with the Google account your host invited</p>${button('Got it')}`,
    )}`,
  ],
  ['prejoin', 'asks anyway', greenRoom(button('Ask to join anyway'), name)],
  ['prejoin', 'joins anyway', greenRoom(button('Join anyway'), `${name}<div>Your meeting is almost full</div>`)],
  [
    'prejoin',
    'with devices off already',
    `<div>What's your name?</div>${name}${icon('Turn on microphone')}${icon('Turn on camera')}${button('Ask to join')}`,
  ],
  [
    'prejoin',
    'question about devices',
    dialog(
      `<h2>Do you want people to see and hear you in the meeting?</h2>${button('Use microphone and camera')}${button('Continue without microphone and camera')}`,
    ) + greenRoom(button('Ask to join'), name),
  ],
  [
    'prejoin',
    'question about an account',
    dialog(`<p>Sign in for the full experience</p>${button('Use without an account')}`) +
      greenRoom(button('Ask to join'), name),
  ],
  ['prejoin', 'getting ready', `<div>Getting ready...</div><div>You'll be able to join in just a moment</div>`],
  ['prejoin', 'who is there already', greenRoom(button('Join now'), '<div>Ada Lovelace is in this call</div>')],
  [
    'prejoin',
    'German, by its field',
    `<div>Bereit zur Teilnahme?</div><input jsname="YPqjbf" type="text" aria-label="Dein Name">${button('Teilnahme anfragen')}`,
  ],
  [
    'prejoin',
    'French, by its field',
    `<div>Prêt à participer ?</div><input jsname="YPqjbf" type="text" aria-label="Votre nom">${button('Demander à participer')}`,
  ],
  [
    'prejoin',
    'cookies over it',
    dialog(`<h2>Before you continue</h2>${button('Reject all')}${button('Accept all')}`) +
      greenRoom(button('Ask to join'), name),
  ],

  ['lobby', 'knocked', lobby('Asking to be let in...')],
  ['lobby', 'knocked, named as a request', lobby('Your request to join')],
  ['lobby', 'knocked, ellipsis', lobby('Asking to be let in\u2026')],
  ['lobby', 'knocked, longer words', lobby("You'll join the call when someone lets you in")],
  ['lobby', 'knocked, curly apostrophe', lobby('You\u2019ll join the call when someone lets you in')],
  ['lobby', 'host has to bring us in', lobby('Please wait until a meeting host brings you into the call')],
  ['lobby', 'host has to admit us', lobby('Please wait until a meeting host admits you to the call')],
  ['lobby', 'waits for the host', lobby('Waiting for the host to join')],
  ['lobby', 'waits for the host to let us in', lobby('Waiting for the host to let you in')],
  ['lobby', 'with the way home offered', lobby('Asking to be let in...') + button('Return to home screen')],
  ['lobby', 'without controls', '<div>Asking to join</div><div role="progressbar"></div>'],
  ['lobby', 'with somebody already drawn', `${call()}<div>Asking to be let in...</div>`],
  [
    'lobby',
    'with audio already there',
    `${lobby('Asking to be let in...')}<audio></audio><audio></audio><audio></audio>`,
  ],
  ['lobby', 'with the name field left behind', `${lobby('Asking to be let in...')}${hidden(name)}`],
  ['lobby', 'in a status', `${toolbar()}<div role="status">You'll join the call when someone lets you in</div>`],
  ['lobby', 'German', lobby('Teilnahme wird erbeten …'), { language: 'de' }],
  ['lobby', 'broken by markup', `${toolbar()}<p>Please wait until a <b>meeting host</b> brings you into the call</p>`],
  [
    'lobby',
    'asked whether we are still there',
    lobby('Asking to be let in...') +
      dialog(`<h2>Are you still there?</h2>${button('Leave now')}${button('Keep waiting')}`),
  ],
  ['lobby', 'nobody has begun it', lone("You can't create a meeting yourself")],

  ['refused:LobbyDenied', 'somebody said no', lone('Someone in the call denied your request to join')],
  ['refused:LobbyDenied', 'not allowed', lone("You weren't allowed to join this call")],
  [
    'refused:LobbyDenied',
    'with asking again offered',
    lone('Someone in the call denied your request to join', button('Ask to join again')),
  ],
  ['refused:LobbyDenied', 'over the controls', `${toolbar()}<h1>Someone in the call denied your request to join</h1>`],
  ['refused:LobbyDenied', 'cannot join the call, and nothing else', lone("You can't join this call")],
  ['refused:LobbyDenied', 'not allowed, and not what', lone("You're not allowed to join")],
  ['refused:LobbyDenied', 'not allowed, and not what, curly', lone('You\u2019re not allowed to join.')],
  ['refused:LobbyDenied', 'not allowed, said of now', lone("You're not allowed to join this meeting")],
  [
    'refused:BlockedByPlatform',
    'not allowed, on a page that says that Meet does not want us',
    lone("You can't join this video call", "<p>You're not allowed to join this meeting</p>"),
  ],
  ['refused:LobbyDenied', 'may ask again, in other words', lone('Not this time', button('Ask to join again'))],
  [
    'refused:LobbyDenied',
    'cannot join the call, since somebody said no',
    lone("You can't join this call", '<p>Someone in the call denied your request to join</p>'),
  ],
  [
    'refused:LobbyTimeout',
    'cannot join the call, since nobody answered; may ask again',
    lone(
      "You can't join this call",
      `<p>No one responded to your request to join the call</p>${button('Ask to join again')}`,
    ),
  ],
  ['refused:LobbyTimeout', 'nobody answered', lone('No one responded to your request to join the call')],
  [
    'refused:LobbyTimeout',
    'cannot join the call, since nobody has answered; may ask again',
    lone(
      "You can't join this call",
      `<p>No one has responded to your request to join the call</p>${button('Ask to join again')}`,
    ),
  ],
  [
    'refused:LobbyTimeout',
    'nobody answered, with help',
    lone('No one responded to your request to join the call', '<a href="#">Learn more</a>'),
  ],
  [
    'refused:BlockedByPlatform',
    'cannot join',
    lone("You can't join this video call", '<p>Returning to home screen</p>'),
  ],
  ['refused:BlockedByPlatform', 'cannot join, curly', lone('You can\u2019t join this video call')],
  [
    'refused:BlockedByPlatform',
    'sent to the product page',
    `<h1>Secure video conferencing for everyone</h1>${button('Sign in')}`,
    { url: 'https://workspace.google.com/products/meet/' },
  ],
  ['refused:BlockedByPlatform', 'problem connecting', lone('There is a problem connecting to this video call')],
  ['refused:BlockedByPlatform', 'full', lone('This meeting is full. Try again later.')],
  [
    'refused:BlockedByPlatform',
    'full, with a number',
    lone("You can't join this call", '<p>This call has reached the maximum of 100 participants. Try again later.</p>'),
  ],
  [
    'refused:BlockedByPlatform',
    "another organisation's",
    lone("You can't join this call", "<p>This video call is restricted to an organization you don't belong to.</p>"),
  ],
  [
    'refused:BlockedByPlatform',
    'not allowed, since an app listens',
    lone(
      "You're not allowed to join this call",
      "<p>You're not allowed to join this call. An app is collecting audio and/or video from the call.</p>",
    ),
  ],
  [
    'refused:MeetingNotFound',
    'check the code',
    lone('Check your meeting code', '<p>Make sure you have the correct meeting code in the URL</p>'),
  ],
  ['refused:MeetingNotFound', 'invalid name', lone('Invalid video call name')],
  ['refused:MeetingNotFound', 'expired', lone('Your meeting code has expired')],
  ['refused:MeetingNotFound', 'does not work', lone("The meeting code you entered doesn't work")],
  [
    'refused:MeetingNotFound',
    'French, by its mark',
    `<div data-startup-code="217"></div><h1>Vérifiez votre code de réunion</h1>${button("Revenir à l'écran d'accueil")}`,
    { language: 'fr' },
  ],
  [
    'refused:SignInRequired',
    'the sign-in of Google',
    '<h1>Sign in</h1><div>Use your Google Account</div><input type="email">',
    { url: 'https://accounts.google.com/v3/signin/identifier?continue=x' },
  ],
  [
    'refused:SignInRequired',
    'the sign-in in German',
    '<h1>Anmelden</h1><div>Weiter zu Meet</div><input type="email">',
    { url: 'https://accounts.google.com/signin' },
  ],
  ['refused:SignInRequired', 'asked on the page', '<h1>Sign in</h1><p>Use your Google Account to join this call</p>'],
  ['refused:SignInRequired', 'credentials changed', lone('Your sign-in credentials might have changed')],
  [
    'refused:CaptchaRequired',
    'challenge',
    '<div>Verify you\'re not a robot</div><iframe title="recaptcha challenge expires in two minutes" width="300" height="400"></iframe>',
  ],
  [
    'refused:CaptchaRequired',
    'challenge over the way in',
    `${greenRoom(button('Ask to join'), name)}<iframe title="recaptcha challenge expires in two minutes" width="300" height="400"></iframe>`,
  ],

  ['inCall', 'two others', call()],
  ['inCall', 'one other', call('', tile('2', 'Ada Lovelace'))],
  ['inCall', 'alone', call("<div>You're the only one here</div>", '')],
  ['inCall', 'captions on', call(captions('shall we begin')).replace('Turn on captions', 'Turn off captions')],
  ['inCall', 'chat open', call(chat('hello everybody'))],
  [
    'inCall',
    'people open',
    call(
      '<aside aria-label="Side panel"><h2>People</h2><div role="list"><div role="listitem">Ada Lovelace</div></div></aside>',
    ),
  ],
  ['inCall', 'somebody presents', call('<div>Ada Lovelace is presenting</div>')],
  ['inCall', 'who may join', call('<div>People outside your organization are not allowed to join</div>')],
  ['inCall', 'greeted, before the tiles', `${toolbar()}<div>You have joined the call</div>`],
  ['inCall', 'a badge of people', call('<div data-avatar-count="3">3</div>')],
  ['inCall', 'a badge of people, without a figure on it', call(avatars(5)), { participants: 5 }],
  [
    'inCall',
    'a badge of people, behind one of people from outside',
    call(avatars(2) + avatars(5)),
    { participants: 5 },
  ],
  [
    'inCall',
    'a note-taker, whose name stands behind an icon',
    call('', untranslated('2', 'Ada Lovelace') + untranslated('3', 'Otter.ai')),
    { participants: 2 },
  ],
  [
    'inCall',
    'somebody speaks',
    call(avatars(2), untranslated('2', 'Ada Lovelace', sign('Oaajhc'))),
    { participants: 2 },
  ],
  [
    'inCall',
    'nobody speaks, and who is there has gone by its number',
    call(avatars(1), untranslated('2', 'Ada Lovelace', sign('gjg47c'))),
    { participants: 1 },
  ],
  [
    'inCall',
    'notice of a recording',
    call(dialog(`<p>This meeting is being recorded</p>${button('Join now')}${button('Leave')}`)),
  ],
  [
    'inCall',
    'notice of a recording, and of notes',
    call(
      dialog(
        `<p>This video call is being recorded and transcribed. Gemini is taking notes.</p>${button('Leave')}${button('Join now', 'data-mdc-dialog-action="ok"')}`,
        'role="dialog" aria-modal="true"',
      ),
    ),
  ],
  [
    'inCall',
    'notice of a capture',
    call(
      dialog(
        `<p>This meeting is being captured</p>${button('Join', 'data-mdc-dialog-action="ok"')}`,
        'role="alertdialog"',
      ),
    ),
  ],
  ['inCall', 'notes are taken, for as long as it lasts', call('<header><div>Gemini is taking notes</div></header>')],
  [
    'inCall',
    'asked whether we are still there',
    call(dialog(`<h2>Are you still there?</h2>${button('Leave now')}${button('Stay in the call')}`)),
  ],
  [
    'inCall',
    'an error of starting it, over the call',
    call("<div>Couldn't start the video call because of an error</div>"),
  ],
  [
    'inCall',
    'note-taker asks for consent',
    call(
      dialog(`<p>Your call audio and video will be shared with Notes Inc</p>${button('Leave')}${button('Join now')}`),
    ),
  ],
  ['inCall', 'news', call(dialog(`<p>Try the new layout</p>${button('Got it')}`))],
  ['inCall', 'microphone missing', call(dialog(`<p>Microphone not found</p>${icon('Close')}`))],
  [
    'inCall',
    'someone knocks',
    call(dialog(`<p>Someone wants to join this call</p>${button('Admit')}${button('Deny entry')}`)),
  ],
  ['inCall', 'toolbar faded', call().replace('role="region"', 'role="region" style="opacity:0"')],
  [
    'inCall',
    'invisible captcha frame',
    `${call()}<iframe title="reCAPTCHA" style="visibility:hidden" width="256" height="60"></iframe>`,
  ],
  ['inCall', 'message about a removal', call(chat("You've been removed from the meeting"))],
  ['inCall', 'message about the end', call(chat('The meeting has ended'))],
  ['inCall', 'message like the lobby', call(chat('Asking to be let in...'))],
  ['inCall', 'message like a denial', call(chat('Someone in the call denied your request to join'))],
  ['inCall', 'message like a block', call(chat("You can't join this video call"))],
  ['inCall', 'message of home', call(chat('Return to home screen'))],
  ['inCall', 'guest called like the lobby', call('', tile('2', 'Waiting for the host to join'))],
  ['inCall', 'guest called like the end', call('', tile('2', 'Meeting ended'))],
  ['inCall', 'guest called like a removal', call('', tile('2', "You've been removed from the meeting"))],
  ['inCall', 'captions like the lobby', call(captions('please wait until a meeting host brings you into the call'))],
  ['inCall', 'captions like the end', call(captions('the call ended'))],
  ['inCall', 'an unknown panel like the end', call('<section><p>Meeting ended</p></section>')],
  ['inCall', 'topic like the end', call('<div data-meeting-title="Call ended">Call ended</div>')],
  ['inCall', 'what is being written', call('<textarea aria-label="Send a message">You left the meeting</textarea>')],
  ['inCall', 'German', call(), { language: 'de' }],
  ['inCall', 'German, one other', call('', tile('2', 'Ada Lovelace')), { language: 'de' }],
  ['inCall', 'texts of the lobby left hidden', call(hidden('<div>Asking to be let in...</div>'))],

  ['left', 'we left', lone('You left the meeting', button('Rejoin'))],
  ['left', 'we left, in other words', lone("You've left the meeting", button('Rejoin'))],
  ['ended', 'call ended', lone('The call ended')],
  ['ended', 'meeting ended', lone('Meeting ended')],
  ['ended', 'for everyone', lone('The meeting has ended for everyone')],
  ['ended', 'for everyone, by the host', '<h1 jsname="r4nke">Your host ended the meeting for everyone</h1>'],
  ['ended', 'everyone left', lone('The call ended because everyone left')],
  ['ended', 'put out for want of an answer', lone('Are you still there?')],
  [
    'refused:MeetingNotFound',
    'by its code, with what stands on each page like it',
    `<div data-startup-code="217"><h1 jsname="r4nke">Vérifiez le code</h1><div data-call-ended="true">${button("Revenir à l'écran d'accueil")}</div></div>`,
    { language: 'fr' },
  ],
  [
    'unknown',
    'an end in another language, or a refusal',
    `<h1 jsname="r4nke">C'est terminé</h1><div data-call-ended="true">${button("Revenir à l'écran d'accueil")}</div>`,
    { language: 'fr' },
  ],
  [
    'controls',
    'alone, with buttons that are none',
    `<div role="region">${['Turn on captions', 'Leave call'].map((label) => `<div role="button" tabindex="0" aria-label="${label}">x</div>`).join('')}</div><div role="button" aria-label="Meeting details">i</div>`,
  ],
  ['left', 'with the stars', lone('You left the meeting', '<div>How was the audio and video?</div>')],
  ['removed', 'removed', lone("You've been removed from the meeting")],
  ['removed', 'removed, curly', lone('You\u2019ve been removed from the meeting')],
  ['removed', 'removed, and no word of a meeting', lone("You've been removed")],
  ['removed', 'removed, said of then', lone('You were removed from the meeting')],
  ['removed', 'may not come again', lone("You can't rejoin this meeting")],
  [
    'removed',
    'removed, with the controls hidden',
    `${hidden(toolbar())}${lone("You've been removed from the meeting")}`,
  ],

  ['unknown', 'blank', ''],
  ['unknown', 'loading', '<div role="progressbar"></div>'],
  [
    'connecting',
    'French, an error by its mark',
    '<div data-startup-code="105"></div><h1>Un problème est survenu</h1>',
    { language: 'fr' },
  ],
  ['connecting', 'an error of starting it', lone("Couldn't start the video call because of an error")],
  [
    'unknown',
    'home of Meet, at the address of a meeting',
    '<h1>Video calls and meetings for everyone</h1><input type="text" placeholder="Enter a code or link">',
  ],
  ...['', 'landing', 'landing?hs=197&authuser=0', 'home'].map(
    (path) =>
      [
        'givenUp',
        `home of Meet, /${path}`,
        `<h1>Video calls and meetings for everyone</h1>${button('New meeting')}<input type="text" jsname="YPqjbf" placeholder="Enter a code or link">`,
        { url: `https://meet.google.com/${path}` },
      ] as const,
  ),
  ['givenUp', 'way home alone', button('Return to home screen')],
  ['unknown', 'lobby that is being drawn', icon('Leave call') + button('Return to home screen')],
  ['prejoin', 'guest who may go home', greenRoom(button('Ask to join'), name + button('Return to home screen'))],
  ['controls', 'lobby before its text', lobby('')],
  [
    'controls',
    'lobby before its text, with a number of people',
    `<div>${phantom}</div>${toolbar('<div data-avatar-count="5">5</div>')}`,
    { participants: 5 },
  ],
  [
    'controls',
    'lobby before its text, with a number of people on their button',
    `<div>${phantom}</div>${toolbar().replace('"People"', '"People - 5 joined"')}`,
    { participants: 5 },
  ],
  ['unknown', 'controls alone', icon('Leave call')],
  ['unknown', 'the phantom alone', phantom],
  ['unknown', 'a page of something else', '<h1>We will be right back</h1><p>Maintenance</p>'],
  [
    'unknown',
    'German lobby in words of its own, with the controls drawn',
    lobby('Gleich geht es los'),
    { language: 'de' },
  ],
  [
    'unknown',
    'German lobby in words of its own, with its phantom in German',
    lobby('Gleich geht es los').replace('Backgrounds and effects', 'Hintergründe und Effekte'),
    { language: 'de' },
  ],
  ['unknown', 'German, nobody else there', call('', ''), { language: 'de' }],
  [
    'unknown',
    'German lobby in words of its own, with our own tile, which it does not mark, beside its phantom',
    `<div>${tile('1', 'Meeting Recorder')}${phantom}</div>${toolbar()}<div>Gleich geht es los</div>`,
    { language: 'de' },
  ],
  [
    'inCall',
    'German, somebody else of our name',
    `<div>${tile('1', 'Meeting Recorder')}${tile('2', 'Meeting Recorder')}</div>${toolbar()}`,
    { language: 'de' },
  ],
  ['unknown', 'German end', '<h1>Du hast das Meeting verlassen</h1><button>Zurück zum Startbildschirm</button>'],
]);
