import { button, cases, dialog, hidden, icon } from './case.ts';

const controls =
  icon('Leave (Ctrl+Shift+H)', 'id="hangup-button" data-tid="hangup-main-btn"') +
  icon('Raise your hand', 'id="raisehands-button"') +
  icon('People', 'id="roster-button" data-tid="roster-button"') +
  icon('Chat', 'id="chat-button"') +
  icon('More', 'id="callingButtons-showMoreBtn"') +
  icon('View', 'id="view-mode-button"') +
  icon('Mute', 'id="microphone-button"');
const tile = (name: string): string =>
  `<div data-stream-type="Video" data-tid="${name}" style="width:200px;height:120px"><span>${name}</span></div>`;
const signedIn = (address: string, label: string): string =>
  `<div data-cid="calling-participant-stream" data-stream-type="Video" data-tid="${address}" aria-label="${label}" style="width:200px;height:120px"></div>`;
const tagged = (name: string, label: string): string =>
  `<div data-stream-type="Video" data-tid="${name}" aria-label="${label}" style="width:200px;height:120px"><span data-tid="participant-info-nametag">${name}</span></div>`;
const call = (more = '', people = tile('Ada Lovelace') + tile('Grace Hopper')): string =>
  `<div role="toolbar">${controls}</div><div>${people}</div>${more}`;
const badged = (id: string, number: number): string =>
  call().replace(
    new RegExp(`(id="${id}".*?)</button>`),
    `$1<span data-tid="toolbar-item-badge">${number}</span></button>`,
  );
const name = '<input data-tid="prejoin-display-name-input" placeholder="Type your name">';
const preJoin = (more = '', join = button('Join now', 'data-tid="prejoin-join-button"')): string =>
  `${name}<input type="checkbox" role="switch" data-tid="toggle-video"><input type="checkbox" role="switch" data-tid="toggle-mute">${join}${button('Cancel', 'data-tid="prejoin-cancel-button"')}${more}`;
const lobby = (text: string): string => `<div><h2>${text}</h2></div>${icon('Leave', 'id="hangup-button"')}`;
/** What guests are shown once they have knocked, for one of several reasons. */
const retry = (heading: string, more = '', description = ''): string =>
  `<main data-tid="calling-retry-screen"><h1 id="calling-retry-screen-title">${heading}</h1><h2 id="calling-retry-screen-description">${description}</h2>${more}${button('Dismiss', 'data-tid="calling-retry-cancelbutton"')}</main>`;
const rejoin = button('Rejoin', 'data-tid="calling-retry-rejoinbutton"');
const NO_MATCH = "We couldn't find a meeting matching this ID and passcode";
const lone = (heading: string, more = ''): string => `<main><h1>${heading}</h1>${more}</main>`;
const chat = (words: string): string =>
  `<div data-tid="message-pane-list"><div data-tid="chat-pane-message"><p>${words}</p></div></div>`;
const captions = (words: string): string =>
  `<div data-tid="closed-caption-renderer-wrapper"><span data-tid="author">Ada</span><span data-tid="closed-caption-text">${words}</span></div>`;
const toast = (words: string): string => `<div role="alert" style="position:fixed;bottom:0">${words}</div>`;

export const MICROSOFT_TEAMS_CASES = cases([
  [
    'prejoin',
    'launcher',
    `<h1>How do you want to join your Teams meeting?</h1>${button('Continue on this browser', 'data-tid="joinOnWeb"')}${button('Join on the Teams app')}`,
  ],
  ['prejoin', 'launcher by its words', `<h1>Join your Teams meeting</h1>${button('Continue on this browser')}`],
  [
    'prejoin',
    'launcher, newer',
    `<h1>Experience the best of Teams meetings</h1>${icon('Join meeting from this browser')}`,
  ],
  ['prejoin', 'launcher, another wording', button('Join on this browser')],
  ['prejoin', 'guest', preJoin()],
  ['prejoin', 'guest, button waits', preJoin('', button('Join now', 'data-tid="prejoin-join-button" disabled'))],
  ['prejoin', 'light meeting', `<input placeholder="Type your name">${button('Join now')}`],
  [
    'prejoin',
    'devices refused',
    preJoin(dialog(`<p>Are you sure you don't want audio or video?</p>${button('Continue without audio or video')}`)),
  ],
  [
    'prejoin',
    'signed in, no name',
    `${button('Join now', 'data-tid="prejoin-join-button"')}<div data-tid="toggle-mute"></div>`,
  ],
  [
    'prejoin',
    'asks for a passcode',
    preJoin('<input data-tid="prejoin-passcode-input" placeholder="Type a meeting passcode">'),
  ],
  [
    'prejoin',
    'German, by its marks',
    `<input data-tid="prejoin-display-name-input" placeholder="Namen eingeben">${button('Jetzt teilnehmen', 'data-tid="prejoin-join-button"')}`,
  ],
  [
    'prejoin',
    'French, by its marks',
    `<input data-tid="prejoin-display-name-input" placeholder="Tapez votre nom">${button('Rejoindre maintenant', 'data-tid="prejoin-join-button"')}`,
  ],
  [
    'prejoin',
    'cookies over it',
    preJoin(dialog(`<p>We use optional cookies</p>${button('Accept')}${button('Reject')}`)),
  ],

  ['lobby', 'soon', lobby('Someone will let you in soon')],
  ['lobby', 'shortly', lobby('Someone will let you in shortly')],
  ['lobby', 'when it starts', lobby('Someone will let you in when the meeting starts')],
  ['lobby', 'named', lobby("You're in the lobby")],
  ['lobby', 'hello', lobby('Hi, Meeting Recorder! Someone will let you in shortly')],
  ['lobby', 'should', lobby('Someone in the meeting should let you in soon')],
  ['lobby', 'with all controls drawn', `<div>${controls}</div><h2>Someone will let you in shortly</h2>`],
  ['lobby', 'with controls and tiles drawn', `${call()}<h2>Someone will let you in soon</h2>`],
  ['lobby', 'with devices and chat', `${lobby('Someone will let you in shortly')}${icon('Chat', 'id="chat-button"')}`],
  ['lobby', 'curly', lobby('You\u2019re in the lobby')],
  ['lobby', 'with the way in left hidden', `${lobby('Someone will let you in shortly')}${hidden(preJoin())}`],
  ['lobby', 'waits for the start', lobby('Waiting for the meeting to start')],
  [
    'lobby',
    'German, with all controls drawn',
    `<div>${controls}</div><h2>Jemand lässt Sie in Kürze herein</h2>`,
    { language: 'de' },
  ],
  ['lobby', 'have let them know', lobby("We've let people in the meeting know you're waiting")],
  [
    'lobby',
    'will let them know, with all controls drawn',
    `<div>${controls}</div><h2>When the meeting starts, we'll let people know you're waiting.</h2>`,
  ],
  ['lobby', 'to be admitted', lobby('Waiting to be admitted')],
  ['lobby', 'by its mark', '<div data-tid="lobby-waiting-screen"><p>Gleich geht es los</p></div>', { language: 'de' }],

  ['refused:LobbyDenied', 'denied', lone('Sorry, but you were denied access to the meeting.')],
  ['refused:LobbyDenied', 'declined', lone('Your request to join was declined')],
  [
    'refused:LobbyDenied',
    'denied, with a button',
    lone('Sorry, but you were denied access to the meeting.', button('Dismiss')),
  ],
  [
    'refused:LobbyDenied',
    'denied over controls',
    `<div>${controls}</div><h1>Sorry, but you were denied access to the meeting.</h1>`,
  ],
  [
    'refused:LobbyDenied',
    'German',
    retry('Leider wurde Ihnen der Zugriff auf die Besprechung verweigert.'),
    { language: 'de' },
  ],
  [
    'refused:LobbyDenied',
    'denied, and may try again',
    retry('Sorry, but you were denied access to the meeting.', rejoin),
  ],
  ['refused:LobbyTimeout', 'nobody', lone('No one let you in', button('Rejoin'))],
  ['refused:LobbyTimeout', 'we could not', lone("Sorry, we couldn't get you in")],
  ['refused:SignInRequired', 'verify', lone('We need to verify your info before you can join')],
  ['refused:SignInRequired', 'or the web', lone('To join, sign in or use Teams on the web')],
  ['refused:SignInRequired', 'signed in', lone('You need to be signed in to Teams to access this meeting')],
  ['refused:SignInRequired', 'or the organizer', lone('Sign in to Teams to join, or contact the meeting organizer')],
  [
    'refused:SignInRequired',
    'by policy',
    retry('Due to org policy, you need to sign in or use Teams on the web to join this meeting.'),
  ],
  [
    'refused:SignInRequired',
    'an account',
    retry('To join this Teams meeting, you need to be signed in to an account.'),
  ],
  [
    'refused:SignInRequired',
    'signed out',
    retry('To join this meeting, sign in again or select another account.', rejoin),
  ],
  [
    'refused:SignInRequired',
    'no account of work or school',
    retry("If you're not signed in to a Teams (work or school) account, sign in and try joining again."),
  ],
  ['refused:SignInRequired', 'the login page of old', '<h1>Sign in</h1>', { url: 'https://login.windows.net/common' }],
  ['refused:SignInRequired', 'the login form', '<form><h1>Sign in</h1><input name="loginfmt" type="email"></form>'],
  [
    'refused:SignInRequired',
    'the login page',
    '<h1>Anmelden</h1>',
    { url: 'https://login.microsoftonline.com/common/oauth2/authorize' },
  ],
  [
    'refused:SignInRequired',
    'the login page of people',
    '<h1>Sign in</h1>',
    { url: 'https://login.live.com/oauth20_authorize.srf' },
  ],
  [
    'refused:SignInRequired',
    'verify, over the way in',
    preJoin(dialog('<p>We need to verify your info before you can join</p>')),
  ],
  [
    'refused:BlockedByPlatform',
    'event not begun',
    lone('External participants are not permitted to join before the event begins'),
  ],
  ['prejoin', 'not connected', retry("Sorry, we couldn't connect you", rejoin)],
  [
    'prejoin',
    'a name that it does not take',
    preJoin("<p>Your name can only include letters, numbers, spaces, and these symbols: - ' . _ @</p>"),
  ],
  ['refused:CaptchaRequired', 'real person', lone("Verify you're a real person", '<img alt="captcha"><input>')],
  [
    'refused:CaptchaRequired',
    'real person, over the way in',
    preJoin(dialog("<h2>Verify you're a real person</h2><input>")),
  ],
  [
    'refused:CaptchaRequired',
    'in another language, over the way in',
    preJoin(
      dialog('<p id="captcha-dialog-instructions">Geben Sie die Zeichen ein</p><input data-tid="HIP-Captcha-Input">'),
    ),
    { language: 'de' },
  ],
  ['refused:MeetingNotFound', 'no match', retry('Check the meeting', '', NO_MATCH)],
  [
    'prejoin',
    'no match, and the passcode can still be given',
    retry(
      'Check the meeting',
      `<input data-tid="meeting-code-input" value="123"><input data-tid="meeting-passcode-input">${button('Rejoin', 'data-tid="calling-retry-rejoinbutton" disabled')}`,
      NO_MATCH,
    ),
  ],
  [
    'refused:MeetingNotFound',
    'no match for the passcode in the address, in another language',
    retry(
      'Hoppla',
      `<input data-tid="meeting-passcode-input" value="abc">${button('Erneut', 'data-tid="calling-retry-rejoinbutton" disabled')}`,
    ),
    { language: 'de' },
  ],
  [
    'prejoin',
    'no match, and the passcode was typed',
    retry(
      'Check the meeting',
      `<input data-tid="meeting-passcode-input" value="abc">${button('Rejoin', 'data-tid="calling-retry-rejoinbutton"')}`,
      NO_MATCH,
    ),
  ],
  ['refused:MeetingNotFound', 'bad link', lone('Looks like the meeting URL is incorrect')],
  ['refused:MeetingNotFound', 'not found', lone("We couldn't find that meeting")],
  [
    'refused:WrongPasscode',
    'wrong',
    preJoin('<input data-tid="prejoin-passcode-input"><p>That passcode is incorrect. Try again.</p>'),
  ],

  ['inCall', 'two others', call()],
  ['inCall', 'one other', call('', tile('Ada Lovelace'))],
  ['inCall', 'alone', call('<h2>Waiting for others to join</h2>', '')],
  [
    'inCall',
    'roster open',
    call('<div role="tree" data-tid="roster-list"><div data-tid="participantsInCall">Ada</div></div>'),
  ],
  ['inCall', 'chat open', call(chat('hello'))],
  ['inCall', 'somebody shares', call('<div data-stream-type="ScreenSharing" style="width:100px;height:90px"></div>')],
  [
    'inCall',
    'recording begins',
    call(dialog(`<p>Recording and transcription have started. Your consent is needed.</p>${button('OK')}`)),
  ],
  ['inCall', 'tip', call(dialog(`<p>Turn on live captions</p>${icon('Close')}`))],
  ['inCall', 'toast of a guest', call(toast('Ada Lovelace left the meeting'))],
  ['inCall', 'toast like a removal of another', call(toast('Grace Hopper has been removed from the meeting'))],
  ['inCall', 'somebody is in the lobby', call(toast('Bob is waiting in the lobby'))],
  [
    'inCall',
    'German',
    call('<div>Aufzeichnung wurde gestartet</div>').replace('Leave (', 'Verlassen ('),
    { language: 'de' },
  ],
  ['inCall', 'German, one other', call('', tile('Ada Lovelace')), { language: 'de' }],
  ['inCall', 'a badge of people', badged('roster-button', 7), { participants: 7 }],
  ['inCall', 'a badge of unread messages', badged('chat-button', 1), { participants: 3 }],
  [
    'inCall',
    'a badge of people, and one of the lobby before it',
    badged('roster-button', 7).replace(
      '<span data-tid="toolbar-item-badge">',
      '<span data-tid="roster-button-badge">2</span><span data-tid="toolbar-item-badge">',
    ),
    { participants: 7 },
  ],
  [
    'inCall',
    'guests with a mark behind their names, one of them ourselves',
    call('', tile('Meeting Recorder (Guest)') + tile('Ada Lovelace (Unverified)')),
    { participants: 2 },
  ],
  [
    'inCall',
    'people who are signed in',
    call(
      '',
      signedIn('ada@example.com', 'Ada Lovelace, video is on, Context menu is available') +
        signedIn('recorder@example.com', 'Meeting Recorder, muted'),
    ),
    { participants: 2 },
  ],
  [
    'inCall',
    'somebody who is signed in, and shown by the address alone',
    call('', tile('Meeting Recorder') + signedIn('ada@example.com', '')),
    { participants: 2 },
  ],
  ['inCall', 'a name with an @ in it', call('', tile('Meeting Recorder') + tile('Ada @ Acme')), { participants: 2 }],
  [
    'inCall',
    'names on tags',
    call(
      '',
      tagged('Ada Lovelace', 'Ada Lovelace External unfamiliar, video is on') +
        tagged('Meeting Recorder', 'Meeting Recorder, muted'),
    ),
    { participants: 2 },
  ],
  [
    'inCall',
    'our own picture',
    call('', tile('Ada Lovelace') + tile('Somebody').replace('<span>', '<span data-tid="myself-video"></span><span>')),
    { participants: 2 },
  ],
  ['inCall', 'a subject like the end', call('<div data-tid="meeting-header-title"><p>Call ended</p></div>')],
  ['inCall', 'message about a removal', call(chat("You've been removed from this meeting"))],
  ['inCall', 'message about the end', call(chat('Meeting ended'))],
  ['inCall', 'message like the lobby', call(chat('Someone will let you in shortly'))],
  ['inCall', 'message like a denial', call(chat('Sorry, but you were denied access to the meeting.'))],
  ['inCall', 'message like a block', call(chat("Sorry, we couldn't connect you"))],
  ['inCall', 'guest called like the lobby', call('', tile('Someone will let you in soon'))],
  ['inCall', 'guest called like the end', call('', tile('Call ended'))],
  ['inCall', 'guest called like the captcha', call('', tile("Verify you're a real person"))],
  ['inCall', 'captions like the lobby', call(captions("You're in the lobby"))],
  ['inCall', 'captions like the end', call(captions('The meeting has ended'))],
  ['inCall', 'an unknown panel like the end', call('<section><p>Call ended</p></section>')],
  ['inCall', 'an alert like a removal', call(toast("You've been removed from this meeting"))],
  ['inCall', 'what is being written', call('<div contenteditable="true">You are in the lobby. Meeting ended</div>')],
  ['inCall', 'lobby left hidden', call(hidden('<h2>Someone will let you in soon</h2>'))],
  ['inCall', 'controls faded', call().replace('role="toolbar"', 'role="toolbar" style="opacity:0"')],

  ['removed', 'removed', lone("You've been removed from this meeting", button('Rejoin'))],
  ['removed', 'removed, curly', lone('You\u2019ve been removed from this meeting')],
  ['removed', 'removed, and no word of a meeting', lone("You've been removed", button('Rejoin'))],
  ['removed', 'as what can be tried again', retry('Removed from the meeting', rejoin)],
  ['removed', 'were removed', lone('You were removed from the meeting')],
  ['removed', 'by somebody', lone('Someone removed you from the meeting')],
  ['ended', 'meeting', lone('Meeting ended')],
  ['ended', 'call', lone('Call ended')],
  ['ended', 'for all', lone('The meeting has ended', button('Dismiss'))],
  [
    'ended',
    'for guests',
    `<main><h1 data-tid="anon-meeting-end-screen-header">Enjoy your call? Join Teams today for free</h1>${button('Rejoin', 'data-tid="anon-meeting-end-screen-rejoin-button"')}</main>`,
  ],
  [
    'ended',
    'for guests, in another language',
    `<main><h1 data-tid="anon-meeting-end-screen-header">Hat es Ihnen gefallen?</h1></main>`,
    { language: 'de' },
  ],
  ['ended', 'by mistake', lone('Did you leave by mistake?', button('Rejoin'))],
  ['ended', 'rating', lone('The meeting has ended', '<p>How was the call quality?</p>')],
  [
    'ended',
    'by its mark',
    `<div>Die Besprechung ist beendet</div>${button('Erneut beitreten', 'data-tid="calling-rejoin-button"')}`,
  ],

  ['unknown', 'blank', ''],
  ['unknown', 'loading', '<div role="progressbar">Loading Microsoft Teams</div>'],
  ['unknown', 'hang-up alone', icon('Leave', 'id="hangup-button"')],
  ['connecting', 'its splash', '<div id="loading-screen"><img alt="" width="90" height="90"></div>'],
  ['unknown', 'what can be tried again, and who knows why', retry('Something went wrong')],
  ['unknown', 'home', '<h1>Microsoft Teams</h1><nav>Activity Chat Calendar</nav>'],
  ['unknown', 'retired', lone('Internet Explorer is not supported')],
  ['unknown', 'an alert alone', toast('Something happened')],
  [
    'unknown',
    'failed in words of its own, and offers to try again',
    lone(
      'Das hat nicht geklappt',
      button('Erneut versuchen', 'data-tid="calling-retry-rejoinbutton"') +
        button('Abbrechen', 'data-tid="calling-retry-cancelbutton"'),
    ),
    { language: 'de' },
  ],
  ['connecting', 'connecting', lone('Connecting...')],
  ['connecting', 'connecting, curly', lone('Connecting\u2026')],
  ['connecting', 'hang on', lone('Hang on\u2026')],
  [
    'connecting',
    'connecting, with the way out drawn',
    `${lone('Connecting...')}${icon('Leave', 'id="hangup-button"')}`,
  ],
  ['prejoin', 'connecting, with the form still there', preJoin('<div>Connecting...</div>')],
  ['inCall', 'says that it connects', call(toast('Connecting...'))],
  ['inCall', 'message to hang on', call(chat('Hang on'))],
  ['controls', 'lobby before its text', `<div>${controls}</div>`],
  [
    'controls',
    'lobby before its text, with a number of people',
    `<div>${controls.replace('"People"', '"People (5)"')}</div>`,
    { participants: 5 },
  ],
  [
    'unknown',
    'French lobby, with the controls drawn',
    `<div>${controls}</div><h2>Quelqu\u2019un va vous faire entrer</h2>`,
    { language: 'fr' },
  ],
  ['inCall', 'French', call(), { language: 'fr' }],
  [
    'unknown',
    'German lobby in words of its own, with the controls drawn',
    `<div>${controls}</div><h2>Gleich geht es los</h2>`,
    { language: 'de' },
  ],
  ['unknown', 'German, nobody else there', call('', ''), { language: 'de' }],
  [
    'unknown',
    'German lobby in words of its own, with our own tile, which it does not mark',
    call('<h2>Gleich geht es los</h2>', tile('Meeting Recorder')),
    { language: 'de' },
  ],
  ['inCall', 'German, somebody else of our name', call('', tile('Meeting Recorder').repeat(2)), { language: 'de' }],
  ['unknown', 'German lobby in words of its own', lone('Jemand lässt Sie gleich herein')],
]);
