import { button, cases, dialog, hidden, icon } from './case.ts';

const footer = (people = 3): string =>
  `<footer id="wc-footer">${icon('unmute my microphone')}${icon('start my video')}
  ${icon(`open the manage participants list pane,${people} particpants`, 'class="footer-button__participants-icon"')}
  ${icon('open the chat panel')}${icon('Share Screen')}${icon('Reactions')}${icon('More meeting control ')}
  <button aria-label="Leave" class="footer__leave-btn">Leave</button></footer>`;
/** As footers of other meetings have it, of that and the way out alone. */
const fewControls = (controls: string): string =>
  `<footer id="wc-footer">${controls}<button aria-label="Leave" class="footer__leave-btn">Leave</button></footer>`;
/** With devices that are refused. */
const soundButton = (label: string): string => icon(label, 'class="join-audio-container__btn"');
const avatar = (name: string): string =>
  `<div class="video-avatar__avatar" style="width:200px;height:120px"><span class="video-avatar__avatar-name">${name}</span></div>`;
/** With a picture, the name stands at its foot. */
const namedBelow = (name: string): string =>
  `<div class="video-avatar__avatar" style="width:200px;height:120px"><div class="video-avatar__avatar-footer"><span>${name}</span></div></div>`;
/** With both, one within the other. */
const namedTwice = (name: string): string =>
  `<div class="video-avatar__avatar" style="width:200px;height:120px"><div class="video-avatar__avatar-footer"><span class="video-avatar__avatar-name">${name}</span></div></div>`;
const call = (
  more = '',
  people = avatar('Meeting Recorder') + avatar('Ada Lovelace') + avatar('Grace Hopper'),
): string =>
  `<div class="meeting-app"><div class="single-main-container__video-frame" style="width:300px;height:200px">${people}</div>${footer()}</div>${more}`;
const withSoundButton = (label: string, more = ''): string =>
  call(more).replace(icon('unmute my microphone'), soundButton(label));
/** Alone, by the tiles. */
const counted = (label: string): string => call('', avatar('Meeting Recorder')).replace(/open the manage [^"]*/, label);
/** Around a tile. */
const active = (people: string): string =>
  `<div class="gallery-video-container__video-frame gallery-video-container__video-frame--active">${people}</div>`;
const modal = (title: string, buttons = button('OK')): string =>
  `<div class="zm-modal" role="dialog" style="position:fixed;top:20px;left:20px;background:#fff"><div class="zm-modal-body-title">${title}</div>${buttons}</div>`;
const preview = (more = '', join = button('Join', 'class="preview-join-button"')): string =>
  `<div>Enter Meeting Info</div><button id="preview-audio-control-button" aria-label="Mute">m</button><button id="preview-video-control-button" aria-label="Stop Video">v</button><label>Your Name<input id="input-for-name" type="text"></label>${more}${join}`;
const waiting = (text: string): string =>
  `<div class="meeting-app"><div><div>${text}</div><div>Design review</div></div>${button('Leave')}</div>`;
const onTopic = (topic: string): string =>
  waiting('Please wait, the meeting host will let you in soon.').replace(
    '<div>Design review</div>',
    `<div class="wr-topic">${topic}</div>`,
  );
const timeout = `<div role="dialog" aria-label="Meeting connected timeout."><div>Joining Meeting Timeout or Browser restriction</div>
  ${button('Report Problem')}${button('Retry')}${button('Leave')}</div>`;
const smartCaptcha = `<div class="component_smart_captcha"><img alt=""><p>Type the characters you see</p><input placeholder="Enter captcha"></div>`;
/** What the client shows to nobody in particular. */
const clientHome = `<h1>Home</h1>${button('New Meeting')}<input type="text" placeholder="Meeting ID or Personal Link Name">${button('Join')}`;
const lone = (heading: string, more = ''): string => `<div><h4>${heading}</h4>${more}</div>`;
const chat = (words: string): string =>
  `<aside><div class="chat-container__chat-list" aria-label="Chat Message List"><div class="chat-message__text-box">${words}</div></div></aside>`;
const captions = (words: string): string =>
  `<div id="live-transcription-subtitle" class="live-transcription-subtitle__box"><span>${words}</span></div>`;
const framed = (html: string): string =>
  `<iframe id="webclient" style="width:600px;height:400px" srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;

export const ZOOM_CASES = cases([
  [
    'prejoin',
    'launcher',
    `<h1>Launch Meeting - Zoom</h1>${button('Launch Meeting')}<a href="#">Join from your browser</a>`,
  ],
  ['prejoin', 'launcher before the link', `<p>Click Open xdg-open on the dialog</p>${button('Download Now')}`],
  ['prejoin', 'launcher with capitals', '<a href="#">Join from Your Browser</a>'],
  ['prejoin', 'preview', preview()],
  ['prejoin', 'preview, button waits', preview('', button('Join', 'class="preview-join-button" disabled'))],
  [
    'prejoin',
    'preview with passcode',
    preview('<label>Meeting Passcode<input id="input-for-pwd" type="password"></label>'),
  ],
  ['prejoin', 'older form', '<input id="inputname" placeholder="Your Name"><button id="joinBtn">Join</button>'],
  [
    'prejoin',
    'older form with passcode',
    '<input id="inputname" placeholder="Your Name"><input id="inputpasscode"><button id="joinBtn">Join</button>',
  ],
  [
    'prejoin',
    'question about devices',
    preview(dialog(`<p>Do you want people to see you?</p>${button('Continue without microphone and camera')}`)),
  ],
  [
    'prejoin',
    'cookies over it',
    preview(
      '<div id="onetrust-banner-sdk"><p>We use cookies</p><button id="onetrust-accept-btn-handler">Accept Cookies</button></div>',
    ),
  ],
  ['prejoin', 'disclaimer over it', preview(modal('Terms', '<button id="disclaimer_agree">Agree</button>'))],
  ['prejoin', 'in a frame', framed(preview())],
  ['prejoin', 'in a frame of its home', framed(preview()), { url: 'https://app.zoom.us/wc/home' }],
  [
    'prejoin',
    'German, by its marks',
    '<label>Ihr Name<input id="input-for-name"></label><button class="preview-join-button">Beitreten</button>',
  ],
  ['prejoin', 'please wait on a button', preview('<span>Please wait</span>')],
  ['prejoin', 'another question about devices', preview(dialog(button('Continue without audio or video')))],
  ['prejoin', 'room for a captcha', preview('<div class="component_smart_captcha"></div>')],
  ['prejoin', 'says who protects it', preview('<small>Zoom is protected by reCAPTCHA and the Privacy Policy</small>')],

  ['lobby', 'soon', waiting('Please wait, the meeting host will let you in soon.')],
  ['lobby', 'host has to start', waiting('Waiting for the host to start the meeting')],
  ['lobby', 'host has to start, dots', waiting('Waiting for the host to start...')],
  ['lobby', 'host joined', waiting("Host has joined. We've let them know you're here.")],
  ['lobby', 'host joined, curly', waiting('Host has joined. We\u2019ve let them know you\u2019re here.')],
  ['lobby', 'host lets in', waiting('The host will let you in soon')],
  ['lobby', 'waits for the host, and not for what', waiting('Waiting for the host\u2026')],
  ['lobby', 'waits for the host, with the footer drawn', `${waiting('Waiting for the host')}${footer(0)}`],
  ['lobby', 'host joined, and no more', waiting('Host has joined')],
  ['lobby', 'host joined, in two lines', waiting("<h4>Host has joined</h4><p>We've let them know you're here</p>")],
  ['lobby', 'host has to start, in other words', waiting('Ask the host to start the meeting')],
  [
    'lobby',
    'with the footer drawn',
    `<div class="meeting-app"><div>Please wait, the meeting host will let you in soon.</div>${footer(0)}</div>`,
  ],
  ['lobby', 'with all of the call drawn', call('<div>Please wait, the meeting host will let you in soon.</div>')],
  ['lobby', 'in a frame', framed(waiting('Please wait, the meeting host will let you in soon.'))],
  ['lobby', 'starts when', waiting('The meeting will start when the host joins')],
  ['lobby', 'please wait for the host', waiting('Please wait for the host to start this meeting.')],
  [
    'lobby',
    'with a picture of the host',
    `${waiting('Please wait, the meeting host will let you in soon.')}<video></video>`,
  ],
  [
    'lobby',
    'German, with the footer drawn',
    `<div class="meeting-app"><div>Bitte warten Sie, der Host lässt Sie bald herein.</div>${footer(0)}</div>`,
    { language: 'de' },
  ],
  [
    'lobby',
    'with the form left hidden',
    waiting('Please wait, the meeting host will let you in soon.') + hidden(preview()),
  ],
  ['lobby', 'webinar that the host has to start', waiting('Please wait for the host to start this webinar')],
  ['lobby', 'host is elsewhere', waiting('The host has another meeting in progress')],
  ['lobby', 'put on hold', call('<div class="on-hold-main"><h4>You are on hold</h4></div>')],
  ['lobby', 'put on hold, in a frame', framed(call('<div class="on-hold-main"><h4>You are on hold</h4></div>'))],
  ['lobby', 'topic like a registration', onTopic('Kickoff (requires registration)')],
  ['lobby', 'topic like another refusal', onTopic('Meeting capacity has been reached')],

  ['refused:LobbyDenied', 'request denied', lone('The host has denied your request to join')],
  ['refused:LobbyDenied', 'removed from the waiting room', lone('You have been removed from the waiting room')],
  [
    'refused:LobbyDenied',
    'removed before',
    modal('Unable to join this meeting because you were previously removed by the host'),
  ],
  ['refused:LobbyTimeout', 'expired', lone('Your waiting room request has expired')],
  [
    'refused:WrongPasscode',
    'wrong',
    preview('<input id="input-for-pwd"><div class="error">Passcode wrong. Please try again.</div>'),
  ],
  ['refused:WrongPasscode', 'incorrect', preview('<input id="input-for-pwd"><div>Incorrect passcode</div>')],
  ['refused:WrongPasscode', 'in a frame', framed(preview('<input id="input-for-pwd"><div>Passcode wrong</div>'))],
  ['refused:WrongPasscode', 'invalid', preview('<input id="input-for-pwd"><div>Invalid meeting passcode</div>')],
  ['refused:WrongPasscode', 'password', preview('<input id="input-for-pwd"><div>Incorrect Password</div>')],
  ['refused:MeetingNotFound', 'invalid link', lone('This meeting link is invalid')],
  ['lobby', 'not begun yet', lone('This meeting link is invalid (3,001)')],
  ['lobby', 'not begun yet, by its title', lone('Oops'), { title: 'Error - Zoom' }],
  ['lobby', 'not begun yet, by both', lone('This meeting link is invalid (3,001)'), { title: 'Error - Zoom' }],
  ['refused:MeetingNotFound', 'invalid id', lone('Invalid meeting ID')],
  ['refused:MeetingNotFound', 'invalid id, under a title', lone('Invalid meeting ID'), { title: 'Error - Zoom' }],
  [
    'refused:BlockedByPlatform',
    'bots, under a title',
    lone("Automated bots aren't allowed"),
    { title: 'Error - Zoom' },
  ],
  ['refused:MeetingNotFound', 'not valid', lone('This meeting ID is not valid. Please check and try again.')],
  [
    'refused:SignInRequired',
    'authentication',
    modal('The host requires authentication on the commercial Zoom platform to join this meeting.'),
  ],
  [
    'refused:SignInRequired',
    'authorized attendees',
    lone('This meeting is for authorized attendees only', button('Sign in to Join')),
  ],
  [
    'refused:SignInRequired',
    'the sign-in page',
    '<h1>Sign In</h1><input type="email">',
    { url: 'https://zoom.us/signin?from=join' },
  ],
  ['refused:SignInRequired', 'registration', lone('This meeting requires registration')],
  [
    'refused:SignInRequired',
    'registration for a webinar, by its address',
    `<h1>Kickoff</h1><form><label>First Name<input type="text"></label><label>Email<input type="email"></label>${button('Register')}</form>`,
    { url: 'https://zoom.us/webinar/register/WN_abc' },
  ],
  ['refused:SignInRequired', 'authenticated users', modal('Only authenticated users can join')],
  ['refused:SignInRequired', 'authentication, in other words', lone('This meeting requires authentication')],
  [
    'refused:SignInRequired',
    'the sign-in page, by another address',
    '<h1>Sign In</h1><input type="email">',
    { url: 'https://zoom.us/login' },
  ],
  [
    'refused:CaptchaRequired',
    'asks for one',
    preview('<div>Check captcha</div><img alt="captcha"><input name="captcha">'),
  ],
  [
    'refused:CaptchaRequired',
    'challenge',
    `${preview()}<iframe title="recaptcha challenge expires in two minutes" width="300" height="400"></iframe>`,
  ],
  ['refused:CaptchaRequired', 'of its own', preview(smartCaptcha)],
  ['refused:CaptchaRequired', 'of its own, in a frame', framed(preview(smartCaptcha))],
  ['refused:CaptchaRequired', 'of its own, by its sentence', preview('<p>Type the characters you see</p>')],
  ['refused:CaptchaRequired', 'of its own, by its field', preview('<input placeholder="Enter captcha">')],
  ['refused:BlockedByPlatform', 'bots', lone("We detected you may be a bot. Automated bots aren't allowed to join.")],
  ['refused:BlockedByPlatform', 'bots, curly', lone('Automated bots aren\u2019t allowed')],
  ['refused:BlockedByPlatform', 'rtms', modal('Recording apps must use Zoom RTMS to access meeting content')],
  ['refused:BlockedByPlatform', 'locked', modal('This meeting is locked by the host')],
  ['refused:BlockedByPlatform', 'full', modal('Meeting capacity has been reached')],
  ['refused:BlockedByPlatform', 'no browsers', lone('The host has disabled joining from a browser')],

  ['inCall', 'two others', call()],
  ['inCall', 'one other', call('', avatar('Meeting Recorder') + avatar('Ada Lovelace'))],
  ['inCall', 'in a frame', framed(call())],
  ['inCall', 'chat open', call(chat('hello'))],
  ['inCall', 'somebody shares', call('<div class="sharee-container">Ada Lovelace is sharing</div>')],
  [
    'inCall',
    'recording notice',
    call(modal('This meeting is being recorded', button('Got it') + button('Leave Meeting'))),
  ],
  ['inCall', 'summary notice', call(modal('AI Companion is on', button('Got it')))],
  ['inCall', 'camera missing', call(modal('Cannot detect your camera'))],
  ['inCall', 'says please wait', call('<div>Please wait</div>')],
  ['inCall', 'says that it joins', call('<div>Joining Meeting...</div>')],
  ['inCall', 'says that the host came', call('<div>The host has joined the meeting</div>')],
  ['inCall', 'message like the wait for the host', call(chat('Waiting for the host'))],
  ['inCall', 'guest called like the wait for the host', call('', avatar('Host has joined'))],
  ['inCall', 'says waiting room', call('<div>Ada Lovelace entered the waiting room</div>')],
  ['inCall', 'join audio', call(button('Join Audio by Computer'))],
  ['inCall', 'sound not joined', withSoundButton('join audio')],
  ['inCall', 'sound not joined, asked how', withSoundButton('join audio', button('Join Audio by Computer'))],
  ['inCall', 'sound joined, devices refused', withSoundButton('audio')],
  [
    'inCall',
    'bar over the picture',
    call(
      '<div class="notification-message-wrap">Please enable access to your microphone and camera for the best experience.<i class="notification-message-wrap__close" role="button" aria-label="close">x</i></div>',
    ),
  ],
  [
    'inCall',
    'asked to speak',
    call(modal('The host would like you to unmute', button('Stay Muted') + button('Unmute'))),
  ],
  ['inCall', 'notice of a helper', call(modal('Zoom AI is on', button('Accept')))],
  ['inCall', 'notice of interpreters', call(modal('This meeting has language interpretation', button('Okay')))],
  ['inCall', 'one speaks', call('', avatar('Meeting Recorder') + active(avatar('Ada Lovelace'))), { participants: 3 }],
  [
    'inCall',
    'number of people on the label',
    counted('open the manage participants list pane,1 particpants'),
    { participants: 1 },
  ],
  [
    'inCall',
    'number of people on the label, in brackets',
    counted('open the participants list pane,[2] particpants'),
    { participants: 2 },
  ],
  [
    'inCall',
    'short labels',
    call()
      .replace('"Share Screen"', '"Share"')
      .replace('"Reactions"', '"React"')
      .replace(icon('More meeting control '), '<div aria-label="More meeting control ">More</div>'),
  ],
  [
    'inCall',
    'topic like a registration',
    call('<div class="meeting-info-icon__title">Kickoff (requires registration)</div>'),
  ],
  ['inCall', 'footer faded', call().replace('id="wc-footer"', 'id="wc-footer" style="opacity:0"')],
  [
    'inCall',
    'cookies at the bottom',
    call('<div id="onetrust-banner-sdk"><button id="onetrust-accept-btn-handler">Accept Cookies</button></div>'),
  ],
  ['inCall', 'message about a removal', call(chat('You have been removed from the meeting'))],
  ['inCall', 'message about the end', call(chat('This meeting has been ended by host'))],
  ['inCall', 'message like the lobby', call(chat('Please wait, the meeting host will let you in soon.'))],
  ['inCall', 'message like the wall', call(chat("Automated bots aren't allowed"))],
  ['inCall', 'message like a passcode', call(chat('Passcode wrong'))],
  ['inCall', 'asked whether to leave', call(`<div id="wc-leave">${button('Leave Meeting')}${button('Cancel')}</div>`)],
  ['inCall', 'message like another end', call(chat('The meeting has been ended'))],
  ['inCall', 'message like another end, in a chat that is a dialog', call(dialog(chat('The meeting has been ended')))],
  ['inCall', 'message like another lobby', call(chat('The host has another meeting in progress'))],
  ['inCall', 'message like a capacity', call(chat('Meeting capacity has been reached'))],
  ['inCall', 'message like a sign-in', call(chat('Only authenticated users can join'))],
  ['inCall', 'message like a registration', call(chat('The next one requires registration'))],
  ['inCall', 'message like a captcha', call(chat('Type the characters you see'))],
  ['inCall', 'captions like a password', call(captions('it says incorrect password'))],
  ['inCall', 'guest called like a network error', call('', avatar('Network error, please try again.'))],
  ['inCall', 'guest called like the lobby', call('', avatar('Waiting for the host to start'))],
  ['inCall', 'guest called like the end', call('', avatar('This meeting has ended'))],
  ['inCall', 'guest called like a removal', call('', avatar('You have been removed'))],
  ['inCall', 'captions like the lobby', call(captions('the host will let you in soon'))],
  ['inCall', 'captions like the end', call(captions('this meeting has ended'))],
  ['inCall', 'an unknown panel like the end', call('<section><p>The meeting has ended</p></section>')],
  ['inCall', 'topic like the end', call('<div class="meeting-topic">Meeting has ended</div>')],
  ['inCall', 'what is being written', call('<textarea>You have been removed</textarea>')],
  ['inCall', 'German', call(), { language: 'de' }],
  ['inCall', 'German, one other', call('', namedBelow('Ada Lovelace')), { language: 'de' }],
  ['inCall', 'lobby left hidden', call(hidden('<div>Please wait, the meeting host will let you in soon.</div>'))],

  ['ended', 'over the call', call(modal('This meeting has been ended by host'))],
  ['ended', 'over the call, in a frame', framed(call(modal('This meeting has been ended by host')))],
  [
    'ended',
    'over the call, by its label',
    call('<div aria-label="Meeting is end now" style="position:fixed;top:0">The end</div>'),
  ],
  ['ended', 'over the call, and nobody is said to have done it', call(modal('The meeting has been ended'))],
  ['ended', 'over the call, by an admin', call(modal('This meeting has been ended by your admin'))],
  ['ended', 'gone to its own page', lone('Leaving'), { url: 'https://app.zoom.us/wc/leave?x=1' }],
  ['ended', 'gone home', clientHome, { url: 'https://app.zoom.us/wc/home?ref_from=launch' }],
  ['ended', 'gone home, by the shortest address', clientHome, { url: 'https://app.zoom.us/wc' }],
  ['ended', 'asked how it was', lone('How was your webinar?'), { url: 'https://zoom.us/postattendee' }],
  ['ended', 'alone', lone('This meeting has been ended by host')],
  ['ended', 'thanks', lone('Thank you for attending the meeting')],
  ['ended', 'after the call', modal('This meeting has ended')],
  ['removed', 'over the call', call(modal('You have been removed from this meeting by the host'))],
  ['removed', 'by ourselves', call(modal('You have joined this meeting on another platform.'))],
  ['removed', 'alone', lone('You have been removed')],
  ['removed', 'in a frame', framed(call(modal('You have been removed by the host')))],

  [
    'lost',
    'over the call',
    call(
      '<div id="wc-leave"><div>Meeting Disconnected</div><p>Network error, please try again.</p></div>',
      active(avatar('Ada Lovelace')),
    ),
  ],

  ['unknown', 'blank', ''],
  ['connecting', 'joining', '<div class="meeting-app"><div>Joining Meeting...</div></div>'],
  [
    'connecting',
    'joining, with the way out drawn',
    '<div class="meeting-app"><div>Joining Meeting...</div><button aria-label="Leave" class="footer__leave-btn">Leave</button></div>',
  ],
  ['connecting', 'joining, in a frame', framed('<div class="meeting-app"><div>Joining Meeting\u2026</div></div>')],
  ['connecting', 'joining takes too long', timeout],
  ['connecting', 'joining takes too long, in a frame', framed(timeout)],
  ['connecting', 'joining fails', modal('Fail to join the meeting.')],
  [
    'connecting',
    'back from another room',
    '<div class="meeting-app"><div class="loading-layer--bo-room"><p>Returning to Main Session...</p></div></div>',
  ],
  ['controls', 'sound not joined, and no more', fewControls(soundButton('join audio'))],
  ['controls', 'short labels, and no more', fewControls(icon('Share') + icon('React'))],
  ['controls', 'more as no button', fewControls('<div aria-label="More meeting control ">More</div>')],
  ['controls', 'waiting room before its text, with a number of people', `<div class="meeting-app"></div>${footer(4)}`],
  [
    'controls',
    'waiting room before its text, with a number of people, in a frame',
    framed(`<div class="meeting-app"></div>${footer(4)}`),
  ],
  [
    'unknown',
    'German lobby in words of its own, with the footer drawn',
    `<div class="meeting-app"><div>Gleich geht es los</div>${footer(0)}</div>`,
    { language: 'de' },
  ],
  [
    'unknown',
    'German lobby in words of its own, with our own tile, which it does not mark',
    call('<div>Gleich geht es los</div>', avatar('Meeting Recorder')),
    { language: 'de' },
  ],
  [
    'unknown',
    'German lobby in words of its own, with our own tile, whose parts are named like tiles',
    call('<div>Gleich geht es los</div>', namedTwice('Meeting Recorder')),
    { language: 'de' },
  ],
  [
    'inCall',
    'German, people within something that is named like a tile',
    call('', `<div class="video-avatar__avatar-all">${avatar('Meeting Recorder')}${avatar('Ada Lovelace')}</div>`),
    { language: 'de' },
  ],
  [
    'inCall',
    'German, somebody else and we, who are marked, within something that is named like a tile',
    call(
      '',
      `<div class="video-avatar__avatar-all">${avatar('Ada Lovelace')}<div data-is-self="true">${avatar('Meeting Recorder').replace('<div ', '<div data-is-self="true" ')}</div></div>`,
    ),
    { language: 'de' },
  ],
  ['inCall', 'German, somebody else of our name', call('', avatar('Meeting Recorder').repeat(2)), { language: 'de' }],
  ['unknown', 'the app alone', '<div class="meeting-app"></div>'],
  ['unknown', 'leave alone', '<button aria-label="Leave">Leave</button>'],
  ['unknown', 'home', '<h1>One platform to connect</h1><a href="#">Sign Up Free</a>'],
  [
    'unknown',
    'an advertisement frame',
    '<iframe width="300" height="200" srcdoc="<h1>This meeting has ended</h1>"></iframe>',
  ],
  ['unknown', 'French end', lone('Cette réunion est terminée')],
  ['unknown', 'maintenance', lone('Zoom is under maintenance')],
]);
