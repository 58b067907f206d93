import { button, cases, dialog, hidden, icon } from './case.ts';

const toolbox =
  icon('Unmute microphone') +
  icon('Start camera') +
  icon('Share your screen') +
  icon('Open chat') +
  icon('Raise your hand') +
  icon('Open participants panel. 3 participants') +
  icon('More actions') +
  icon('Leave the meeting', 'class="hangup-button"');
const remote = (name: string): string =>
  `<span id="participant_a1b2" class="videocontainer" style="display:inline-block;width:160px;height:90px"><span class="displayname">${name}</span></span>`;
const stage = (people: string): string =>
  `<div id="largeVideoContainer" style="width:300px;height:200px"><video id="largeVideo" style="width:300px;height:200px"></video></div>
  <div id="filmstripLocalVideo"><span id="localVideoContainer" style="display:inline-block;width:160px;height:90px"><span id="localDisplayName" class="displayname">Meeting Recorder (me)</span></span></div><div id="remoteVideos">${people}</div>`;
const call = (more = '', people = remote('Ada Lovelace') + remote('Grace Hopper')): string =>
  `${stage(people)}<div class="subject"><span class="conference-timer">02:10</span></div><div id="new-toolbox">${toolbox}</div>${more}`;
const preJoin = (more = ''): string =>
  `<div data-testid="prejoin.screen"><h1>Design review</h1><input id="premeeting-name-input" placeholder="Enter your name">${more}
  <div data-testid="prejoin.joinMeeting" role="button">Join meeting</div>${icon('Mute microphone')}${icon('Stop camera')}</div>`;
const lobby = (text: string, more = ''): string =>
  `<div class="lobby-screen" style="padding:9px"><div class="lobby-screen-content"><p>${text}</p>${more}</div></div>`;
const plain = (text: string): string => `<div><span>${text}</span>${button('Hang up')}</div>`;
const lone = (heading: string, more = ''): string => `<h1>${heading}</h1>${more}`;
const chat = (words: string): string =>
  `<div id="sideToolbarContainer"><div id="chat-conversation-container"><div class="chatmessage"><div class="usermessage">${words}</div></div></div></div>`;
const captions = (words: string): string => `<div class="transcription-subtitles"><p><span>${words}</span></p></div>`;

export const JITSI_CASES = cases([
  ['prejoin', 'guest', preJoin()],
  ['prejoin', 'guest, by its words', `<input placeholder="Enter your name"><div role="button">Join meeting</div>`],
  ['prejoin', 'offers the app', `<h1>Join this meeting on your phone</h1>${button('Continue on web')}`],
  ['prejoin', 'offers the app on a desk', `<h1>Launching your meeting in the app</h1>${button('Launch in web')}`],
  ['prejoin', 'with devices missing', preJoin('<div>No microphone found</div>')],
  ['prejoin', 'unsafe name', preJoin('<div>Room name is unsafe. Unwanted participants may join.</div>')],
  [
    'prejoin',
    'German, by its marks',
    '<input id="premeeting-name-input" placeholder="Geben Sie Ihren Namen ein"><div data-testid="prejoin.joinMeeting" role="button">Konferenz beitreten</div>',
  ],
  [
    'prejoin',
    'lobby asks for a name',
    `<input data-testid="lobby.nameField"><button data-testid="lobby.knockButton">Ask to join</button>`,
  ],
  [
    'prejoin',
    'asks for a password',
    `<div role="dialog"><h2>Password required</h2><input id="required-password-input" name="lockKey">${button('Join', 'id="modal-dialog-ok-button"')}</div>`,
  ],
  [
    'prejoin',
    'asks for a password again and does not say that ours was wrong',
    dialog(
      `<h2>Password required</h2><input type="password" name="lockKey" placeholder="Password">${button('Cancel')}${button('Join', 'id="modal-dialog-ok-button"')}`,
    ),
  ],
  [
    'prejoin',
    'asks for a password, with the way in behind it',
    preJoin() +
      dialog(`<input id="required-password-input" name="lockKey">${button('Join', 'id="modal-dialog-ok-button"')}`),
  ],
  [
    'prejoin',
    'a name that is not safe, and a box to be ticked',
    `<div class="premeeting-screen">${preJoin('<label><input type="checkbox">I understand the risks, I want to join the meeting</label>')}</div>`,
  ],
  [
    'prejoin',
    'lobby with a password',
    '<input data-testid="lobby.password"><button data-testid="lobby.passwordJoinButton">Join</button>',
  ],
  ['prejoin', 'cookies over it', preJoin(dialog(`<p>This site uses cookies</p>${button('Accept')}`))],
  ['prejoin', 'recording consent before', preJoin('<div>Devices are off</div>')],

  ['lobby', 'asking', lobby('Asking to join meeting...')],
  ['lobby', 'request sent', lobby('Your request to join has been sent')],
  ['lobby', 'a moderator', plain('You will join the call when a moderator accepts')],
  ['lobby', 'the host', plain('Waiting for the host ...')],
  ['lobby', 'authenticated user', plain('Waiting for an authenticated user')],
  ['lobby', 'not begun', plain('The conference has not yet started')],
  ['lobby', 'moderator to come', plain('Waiting for a moderator')],
  [
    'lobby',
    'host dialog',
    dialog(
      `<p>Waiting for the host ...</p><p>The conference has not yet started because no moderators have yet arrived.</p>${button('Log-in')}`,
    ),
  ],
  [
    'lobby',
    'a moderator writes to us, with the way in behind it',
    preJoin() + lobby('Ada has started a lobby chat with you.'),
  ],
  [
    'lobby',
    'those who may watch',
    `<div id="visitors-waiting-queue">You'll join the meeting as soon as it is live!</div>`,
  ],
  [
    'lobby',
    'nobody has begun it',
    lone("This meeting hasn't started yet.", 'A participant needs to start the meeting. Please try again in a bit.'),
  ],
  ['lobby', 'over the whole call', call(lobby('Asking to join meeting...'))],
  ['lobby', 'over the toolbox', `<div>${toolbox}</div>${lobby('Asking to join meeting...')}`],
  ['lobby', 'dialog over the call', call(dialog('<p>Waiting for the host ...</p>'))],
  [
    'lobby',
    'German, over the toolbox',
    `<div>${toolbox}</div>${stage('')}${dialog('<p>Warten auf den Organisator ...</p>')}`,
    { language: 'de' },
  ],
  ['lobby', 'German, by its mark', lobby('Bitte um Beitritt zur Konferenz')],
  ['lobby', 'with a password offered', lobby('Asking to join meeting...', button('Enter password'))],
  ['lobby', 'with the way in left hidden', lobby('Asking to join meeting...') + hidden(preJoin())],

  ['refused:LobbyDenied', 'rejected', lone('Your joining request has been rejected.')],
  ['refused:LobbyDenied', 'rejected by name', dialog('<p>Your joining request has been rejected by a moderator.</p>')],
  ['refused:LobbyDenied', 'rejected over the call', call(dialog('<p>Your joining request has been rejected.</p>'))],
  ['refused:WrongPasscode', 'incorrect', dialog('<input id="required-password-input"><p>Incorrect password</p>')],
  [
    'refused:WrongPasscode',
    'is incorrect',
    dialog('<input data-testid="lobby.password"><p>The password is incorrect</p>'),
  ],
  [
    'refused:SignInRequired',
    'authentication',
    dialog(`<h2>Authentication required</h2><p>Please login</p>${button('Login')}`),
  ],
  ['refused:SignInRequired', 'authenticated', lone('You need to be authenticated to join this meeting')],
  [
    'refused:SignInRequired',
    'requires it, over the way in',
    `${preJoin()}<div>This call requires authentication. Please login in order to proceed.</div>`,
  ],
  [
    'refused:BlockedByPlatform',
    'a lobby that lets nobody watch',
    dialog(
      "<h2>Sorry, you're not allowed to join this call.</h2><p>You cannot join while there is a lobby enabled for the meeting.</p>",
    ),
  ],
  ['refused:BlockedByPlatform', 'an old page of errors', lone('Sorry! You are not allowed to be here :(')],
  ['refused:SignInRequired', 'the login page', '<h1>Sign in</h1>', { url: 'https://meet.jit.si/static/oauth.html' }],
  [
    'refused:SignInRequired',
    'the login page of a server',
    '<h1>Anmelden</h1>',
    { url: 'https://meet.example.org/login/?room=DesignReview' },
  ],
  [
    'refused:SignInRequired',
    'another host for logins',
    '<h1>Anmelden</h1>',
    { url: 'https://auth.jitsi.net/login?x=y' },
  ],
  ['refused:CaptchaRequired', 'human', `<p>Verify you are human</p><iframe src="about:blank" title="x"></iframe>`],
  [
    'refused:CaptchaRequired',
    'challenge',
    `${preJoin()}<iframe title="recaptcha challenge expires in two minutes" width="300" height="400"></iframe>`,
  ],
  ['refused:MeetingNotFound', 'no room', lone('This room does not exist')],
  ['refused:MeetingNotFound', 'not found', lone('Conference not found')],
  ['refused:BlockedByPlatform', 'not allowed', dialog('<p>You are not allowed to join this call</p>')],
  ['refused:BlockedByPlatform', 'banned', lone('You have been banned')],
  ['refused:BlockedByPlatform', 'full', lone('The meeting is full')],

  ['inCall', 'two others', call()],
  ['inCall', 'one other', call('', remote('Ada Lovelace'))],
  ['inCall', 'alone', call('', '')],
  ['inCall', 'chat open', call(chat('hello'))],
  [
    'inCall',
    'messages that nobody has read',
    call().replace('>Open chat<', '><span class="badge-round"><span>1</span></span><'),
    { participants: 3 },
  ],
  ['inCall', 'many people', call().replace('3 participants', '12 participants'), { participants: 12 }],
  [
    'inCall',
    'a shared screen and a board beside somebody',
    call('', remote('Ada Lovelace') + remote("Ada Lovelace's screen") + remote('Whiteboard')),
  ],
  [
    'inCall',
    'recording consent in its own words',
    call(
      dialog(
        `<p>This meeting is being recorded.</p>${button('I understand, keep me muted for now', 'id="modal-dialog-ok-button"')}${button('I understand, please unmute me')}`,
      ),
    ),
  ],
  [
    'inCall',
    'participants open',
    call('<div class="participants_pane"><div data-testid="participant-1">Ada Lovelace</div></div>'),
  ],
  ['inCall', 'toolbox out of sight', call().replace('id="new-toolbox"', 'id="new-toolbox" style="opacity:0"')],
  ['inCall', 'toolbox gone', `${stage(remote('Ada Lovelace'))}<span class="conference-timer">00:10</span>`],
  ['inCall', 'recording consent', call(dialog(`<p>This meeting is being recorded.</p>${button('I understand')}`))],
  ['inCall', 'notification of a guest', call('<div role="alert">Bob left the meeting</div>')],
  ['inCall', 'notification of a knock', call('<div role="alert">Bob wants to join this meeting</div>')],
  ['inCall', 'password can be set', call(dialog('<h2>Security options</h2><p>Add a password to your meeting</p>'))],
  ['inCall', 'German', call().replace('Leave the meeting', 'Konferenz verlassen'), { language: 'de' }],
  ['inCall', 'German, one other', call('', remote('Ada Lovelace')), { language: 'de' }],
  ...['authors-weekly', 'LoginRedesign', 'AuthTeam', 'login-page-review'].map(
    (room) => ['inCall', `in room ${room}`, call(), { url: `https://meet.jit.si/${room}` }] as const,
  ),
  [
    'inCall',
    'notification of a guest who was kicked out',
    call('<div role="alert">Ada was kicked out of the meeting by Bob</div>'),
  ],
  ['inCall', 'notification of a guest who was kicked', call('<div role="alert">Ada was kicked by Bob</div>')],
  [
    'inCall',
    'an unknown panel like a destroyed one',
    call('<section><p>The conference has been destroyed</p></section>'),
  ],
  ['inCall', 'message about a destroyed one', call(chat('The conference has been destroyed'))],
  ['inCall', 'message about being kicked', call(chat('You have been kicked out of the meeting'))],
  ['inCall', 'message about the end', call(chat('The meeting has been ended'))],
  ['inCall', 'message like the lobby', call(chat('Asking to join meeting...'))],
  ['inCall', 'message like the host', call(chat('Waiting for the host ...'))],
  ['inCall', 'message like a rejection', call(chat('Your joining request has been rejected'))],
  ['inCall', 'guest called like the lobby', call('', remote('Waiting for the host'))],
  ['inCall', 'guest called like the end', call('', remote('Meeting ended'))],
  ['inCall', 'guest called like a ban', call('', remote('You have been banned'))],
  ['inCall', 'captions like the lobby', call(captions('waiting for a moderator'))],
  ['inCall', 'captions like the end', call(captions('the meeting has ended'))],
  ['inCall', 'an unknown panel like the end', call('<section><p>The meeting has ended</p></section>')],
  [
    'inCall',
    'subject like the end',
    call().replace('<div class="subject">', '<div class="subject"><span class="subject-text">Meeting ended</span>'),
  ],
  [
    'inCall',
    'what is being written',
    call('<textarea id="usermsg">You have been kicked out of the meeting</textarea>'),
  ],
  ['inCall', 'lobby left hidden', call(hidden(lobby('Asking to join meeting...')))],

  ['removed', 'kicked', dialog('<p>You have been kicked out of the meeting by Ada Lovelace</p>')],
  ['removed', 'kicked over the call', call(dialog('<p>You have been kicked out of the meeting by Ada Lovelace</p>'))],
  ['removed', 'kicked, in older words', call(dialog('<p>Ouch! You have been kicked out of the meet!</p>'))],
  [
    'removed',
    'kicked by somebody, over the call',
    call(dialog('<h2>Ouch! Ada Lovelace kicked you out of the meeting</h2>')),
  ],
  [
    'removed',
    'kicked by nobody known, over the call',
    call(
      '<div data-testid="dialog.leaveReason"><div role="dialog"><h2>Ouch! You were kicked out of the meeting</h2></div></div>',
    ),
  ],
  ['removed', 'removed', lone('You were removed from the meeting')],
  ['ended', 'terminated', dialog('<p>The conference has been terminated</p>')],
  ['ended', 'destroyed', lone('The conference has been destroyed')],
  ['ended', 'destroyed, over the call', call(dialog('<p>The conference has been destroyed</p>'))],
  ['ended', 'ended', lone('The meeting has been ended')],
  [
    'ended',
    'for all, over the call',
    call('<div data-testid="dialog.leaveReason"><div role="dialog"><p>Das war es</p></div></div>'),
    { language: 'de' },
  ],
  ['ended', 'terminated, over the call', call(dialog('<p>The meeting has been terminated</p>'))],
  ['ended', 'the lobby is closed', call(dialog('<p>The lobby room has been closed.</p>'))],
  [
    'ended',
    'thanks, over the call',
    call('<div data-testid="dialog.thankYou">Thank you for using Our Meetings!</div>'),
  ],
  ['lost', 'slept', call(dialog('<p>Your video call was interrupted because this computer went to sleep.</p>'))],
  ['ended', 'thanks', lone('Thank you for using Jitsi Meet!'), { url: 'https://meet.jit.si/static/close3.html' }],
  ['ended', 'for everyone', lone('Ada Lovelace has ended the meeting for everyone')],
  ['ended', 'by its address', lone('Danke'), { url: 'https://meet.jit.si/static/close2.html' }],

  ['unknown', 'blank', ''],
  ['unknown', 'loading', '<div class="loading">Loading...</div>'],
  ['unknown', 'welcome', '<h1>Jitsi Meet</h1><input placeholder="Enter a meeting name"><button>Start meeting</button>'],
  ['unknown', 'hang-up alone', icon('Leave the meeting', 'class="hangup-button"')],
  ['connecting', 'connecting', '<div><p>Connecting you to your meeting\u2026</p></div>'],
  ['connecting', 'connecting, in older words', '<div>Connecting</div>'],
  ['inCall', 'says that it connects', call('<div>Connecting</div>')],
  [
    'controls',
    'toolbox alone, with a number of people',
    `<div>${toolbox.replace('3 participants', '5 participants')}</div>`,
    { participants: 5 },
  ],
  ['unknown', 'reconnecting', dialog('<p>You have been disconnected. Reconnecting in 5 sec</p>')],
  [
    'unknown',
    'German lobby in words of its own, over the call',
    call('<p>Gleich geht es los</p>', ''),
    { language: 'de' },
  ],
  [
    'unknown',
    'German lobby in words of its own, with our own tile, which it does not mark',
    `<div id="remoteVideos">${remote('Meeting Recorder')}</div><div id="new-toolbox">${toolbox}</div><p>Gleich geht es los</p>`,
    { language: 'de' },
  ],
  ['inCall', 'German, somebody else of our name', call('', remote('Meeting Recorder')), { language: 'de' }],
  ['unknown', 'old browser', lone('It looks like you are using a browser we do not support')],
  ['ended', 'German', lone('Die Konferenz wurde beendet')],
  ['unknown', 'French end', lone('La conférence est terminée')],
]);
