import type { PlatformPages } from '@meetingbot/crds-schema';
import { contains, css, text, within } from './evidence.ts';

/** The waiting room draws it, too. */
const FOOTER = 'footer';
const WITHOUT_DEVICES = [
  ...['Continue without microphone and camera', 'Continue without microphone', 'Continue without camera'],
  'Continue without audio or video',
];
const MODAL = '.zm-modal-body-title,.zm-modal,[role="dialog"],[role="alertdialog"]';

/**
 * Zoom's web client, in the page or in a frame of it, English with a few German sentences. Sources: texts and selectors that
 * open recorders matched between 2025 and October 2026. `.meeting-app` is in the waiting room too; "Please wait" is said in
 * meetings too; the toolbar hides itself without a mouse; the end is a dialog over the call.
 */
export const ZOOM: PlatformPages = {
  platform: 'zoom',
  version: '2026-11-28',
  languages: ['en'],
  home: '^https://([a-z0-9-]+\\.)*(zoom\\.us|zoom\\.com|zoomgov\\.com)/',
  frames: ['iframe#webclient', 'iframe.pwa-webclient__iframe', 'iframe[src*="/wc/"]'],
  ignore: [
    ...[
      '[class*="chat-container"]',
      '[class*="chat-message"]',
      '[id^="chat-"]',
      '[class*="chat-item"]',
      '[aria-label="Chat Message List" i]',
    ],
    ...[
      '[class*="participants-item"]',
      '[class*="participants-section"]',
      '[class*="video-avatar__avatar"]',
      '[class*="avatar-name"]',
    ],
    ...[
      '[class*="closed-caption"]',
      '[class*="live-transcription"]',
      '#live-transcription-subtitle',
      ...['[class*="meeting-topic"]', '.meeting-info-icon__title', '.wr-topic'],
      '[role="complementary"]',
    ],
  ],
  states: {
    refused: [
      {
        reason: 'BlockedByPlatform',
        any: contains(
          "Automated bots aren't allowed",
          'must use Zoom RTMS',
          'We detected you may be a bot',
          'detected you may be a bot',
        ),
        advice:
          'Zoom keeps anonymous recorders out by its own judgement: let the host record to the cloud, or use an account of Zoom for the recorder',
      },
      {
        reason: 'SignInRequired',
        any: [
          { url: '^https://[a-z0-9.-]*zoom[a-z.]*/(webinar|meeting)/register/' },
          ...contains('meeting requires registration', 'webinar requires registration'),
        ],
        advice: 'register the recorder for it, and give the link of its own that comes by mail, which has a tk in it',
      },
      {
        reason: 'SignInRequired',
        any: [
          { url: '^https://[a-z0-9.-]*zoom[a-z.]*/(signin|login|saml|oauth)' },
          ...contains(
            ...[
              'The host requires authentication',
              'Sign in to join this meeting',
              'This meeting is for authorized attendees only',
            ],
            ...[
              'You need to sign in to join',
              'Only authenticated users can join',
              'This meeting requires authentication',
            ],
          ),
        ],
        advice:
          'the host must allow guests: meeting settings, "Require authentication to join" off; or invite the account of a signed-in recorder',
      },
      {
        reason: 'CaptchaRequired',
        any: [
          ...css(
            'iframe[title*="recaptcha challenge" i]',
            '#wc_captcha',
            'img[alt*="captcha" i]',
            'input[name="captcha" i]',
            ...['input[placeholder*="captcha" i]', '.component_smart_captcha', '.CaptchaContainer'],
          ),
          ...contains('Check captcha', 'the characters you see', "Verify you're human"),
        ],
      },
      {
        reason: 'WrongPasscode',
        any: contains(
          'Passcode wrong',
          'Incorrect passcode',
          'Wrong passcode',
          ...['Invalid meeting passcode', 'Incorrect password', 'Password is wrong'],
          'passcode is incorrect',
          'The passcode you entered',
        ),
      },
      {
        reason: 'LobbyDenied',
        any: contains(
          'The host has denied your request',
          'You have been denied',
          'host did not let you in',
          'You have been removed from the waiting room',
          'Unable to join this meeting because you were previously removed',
        ),
        advice: 'the host said no in the waiting room: ask the host to admit the recorder',
      },
      {
        reason: 'LobbyTimeout',
        any: contains(
          'Your waiting room request has expired',
          'has timed out while waiting',
          'waiting for the host has timed out',
        ),
      },
      {
        reason: 'MeetingNotFound',
        any: contains(
          ...[
            'This meeting link is invalid',
            'Invalid meeting ID',
            'This meeting ID is not valid',
            'The meeting has expired',
            'Meeting ID does not exist',
          ],
          'The meeting you are trying to join does not exist',
        ),
      },
      {
        reason: 'BlockedByPlatform',
        any: contains(
          'Joining from a browser is not allowed',
          'The host has disabled joining from a browser',
          'This meeting is locked',
          'The meeting has been locked',
          'You cannot join this meeting',
          'not authorized to join',
          ...['Meeting capacity has been reached', 'Not support start or join meeting from web'],
        ),
        advice: 'the host must allow to "join from your browser" and unlock the meeting',
      },
    ],
    // So open recorders of 2026 found it where the host had not begun, and where there was no such meeting.
    early: contains('This meeting link is invalid (3,001)'),
    // Of that page and of a meeting that does not exist, which says so.
    perhapsEarly: [{ title: 'Error - Zoom' }],
    lobby: [
      ...contains(
        ...[
          'the meeting host will let you in soon',
          'The host will let you in soon',
          'Please wait, the meeting host',
          'Waiting for the host to start',
        ],
        ...["We've let them know you're here", 'host to start the meeting', 'host to start this meeting'],
        ...['will start when the host joins', 'host to start this webinar', 'host to start the webinar'],
        ...['host has another meeting in progress', 'host is currently in another meeting'],
        // German.
        'der Host lässt Sie bald herein',
        'Es wird auf den Host gewartet',
      ),
      // The whole of a text: people in meetings are told things about the host, too.
      ...text('Waiting for the host', 'Host has joined'),
      ...css(
        '.waiting-room-container',
        '#waiting-room',
        '[class*="wr-content"]',
        '[class*="waiting-room"]:not(button)',
        // Put on hold.
        '.on-hold-main',
      ),
    ],
    overCall: {
      removed: within(
        MODAL,
        ...['You have been removed', "You've been removed", 'removed you from'],
        'joined this meeting on another platform',
      ),
      lost: within('#wc-leave', 'Network error', 'Meeting Disconnected'),
      ended: [
        ...within(
          MODAL,
          ...['The meeting has been ended', 'This meeting has been ended by your admin'],
          'This meeting has been ended by host',
          'Dieses Meeting wurde vom Host beendet',
          'This meeting has ended',
          'The host has ended this meeting',
        ),
        ...css('[aria-label="Meeting is end now" i]'),
      ],
    },
    inCall: [
      {
        name: 'leave',
        part: FOOTER,
        any: css(
          'button[aria-label="Leave" i]',
          '#wc-footer button.footer__leave-btn',
          'button.leave-btn',
          '[footer-section="right"] button[aria-label*="Leave" i]',
        ),
      },
      {
        name: 'tiles',
        any: css(
          '.single-main-container__video-frame',
          '.speaker-active-container__video-frame',
          '.gallery-video-container__video-frame',
          '[class*="video-avatar__avatar"]',
        ),
      },
      {
        name: 'participants',
        part: FOOTER,
        any: css(
          'button[aria-label*="manage participants list" i]',
          'button[aria-label*="participants list" i]',
          '.footer-button__participants-icon',
          'button[aria-label^="Participants" i]',
        ),
      },
      {
        name: 'devices',
        part: FOOTER,
        any: css(
          'button[aria-label*="mute my microphone" i]',
          '#wc-footer button[aria-label*="join audio" i]',
          '[aria-label^="More meeting control" i]',
        ),
      },
      {
        name: 'sharing',
        part: FOOTER,
        any: css(
          'button[aria-label="Share Screen" i]',
          'button[aria-label="Reactions" i]',
          ...['#wc-footer button[aria-label="Share" i]', '#wc-footer button[aria-label="React" i]'],
          'button[aria-label*="chat panel" i]',
        ),
      },
    ],
    removed: contains('You have been removed', "You've been removed from the meeting"),
    ended: [
      ...contains(
        'This meeting has been ended by host',
        'The meeting has been ended by host',
        'The host has ended this meeting',
        'Thank you for attending the meeting',
      ),
      ...text('This meeting has ended', 'The meeting has ended', 'You left the meeting', 'Meeting has ended'),
      // Where its client goes by itself after that.
      { url: '^https://[a-z0-9.-]*zoom[a-z.]*/(wc/(leave|home)|postattendee)([/?#]|$)' },
      { url: '^https://app\\.zoom\\.us(:[0-9]+)?/wc/?([?#]|$)' },
    ],
    prejoin: [
      ...css(
        '#input-for-name',
        '#inputname',
        'button.preview-join-button',
        '#joinBtn',
        '#input-for-pwd',
        '#inputpasscode',
        '#preview-audio-control-button',
      ),
      ...text('Join from your browser', 'Join from Your Browser', 'Launch Meeting', 'Download Now'),
    ],
    // It was seen to stay for more than 90 s, and then for good: only a new browser helps.
    connecting: [
      ...text('Joining Meeting'),
      ...contains('Joining Meeting Timeout', 'Fail to join the meeting', 'Failed to join the meeting'),
      // On the way to a room beside the meeting, or back.
      ...css('.loading-layer--bo-room'),
    ],
  },
  join: {
    // The launcher offers the browser only once the app was to be downloaded.
    open: [{ names: ['Join from your browser', 'Join from browser'] }, { names: ['Download Now'] }],
    name: ['#input-for-name', '#inputname', 'input[placeholder="Your Name" i]'],
    passcode: ['#input-for-pwd', '#inputpasscode', 'input[type="password"]', 'input[placeholder*="passcode" i]'],
    off: [
      [
        { css: '#preview-audio-control-button[aria-label^="Mute" i]' },
        // German.
        { css: '#preview-audio-control-button[aria-label^="Stumm" i]:not([aria-label*="aufheben" i])' },
      ],
      [
        { css: '#preview-video-control-button[aria-label^="Stop" i]' },
        { css: '#preview-video-control-button[aria-label="Video beenden" i]' },
      ],
    ],
    join: [{ css: 'button.preview-join-button' }, { css: '#joinBtn' }, { names: ['Join', 'Join Meeting'] }],
  },
  dialogs: [
    {
      name: 'cookies',
      when: 'always',
      seen: css('#onetrust-reject-all-handler', '#onetrust-accept-btn-handler'),
      click: [{ css: '#onetrust-reject-all-handler' }, { css: '#onetrust-accept-btn-handler' }],
    },
    { name: 'disclaimer', when: 'always', seen: css('#disclaimer_agree'), click: [{ css: '#disclaimer_agree' }] },
    { name: 'terms', when: 'joining', seen: css('#wc_agree1'), click: [{ css: '#wc_agree1' }] },
    {
      name: 'no-devices',
      when: 'always',
      seen: contains(...WITHOUT_DEVICES),
      click: [{ names: WITHOUT_DEVICES }],
    },
    {
      name: 'recording-consent',
      when: 'always',
      seen: within(
        MODAL,
        'being recorded',
        'is recording',
        'will be recorded',
        ...['AI Companion', 'Zoom AI', 'transcribed', 'transcript', 'live streamed', 'language interpretation'],
      ),
      click: [
        {
          css: '.zm-modal button,[role="dialog"] button,[role="alertdialog"] button',
          names: ['Got it', 'OK', 'Okay', 'Continue', 'Agree', 'I agree', 'Accept', 'I understand', 'Join'],
        },
      ],
    },
    {
      name: 'device-missing',
      when: 'always',
      seen: contains('Cannot detect your camera', 'Cannot detect your microphone'),
      click: [{ css: '.zm-modal button,[role="dialog"] button', names: ['OK', 'Close', 'Got it'] }],
    },
    {
      name: 'join-audio',
      when: 'inCall',
      seen: text('Join Audio by Computer'),
      click: [{ names: ['Join Audio by Computer'] }],
    },
    {
      // Whoever has not joined the sound hears nothing. With devices that are refused the button is called "audio" though it flows.
      name: 'no-audio',
      when: 'inCall',
      seen: css('button.join-audio-container__btn[aria-label="join audio" i]'),
      click: [{ css: 'button.join-audio-container__btn[aria-label="join audio" i]' }],
    },
    {
      name: 'unmute',
      when: 'inCall',
      seen: within(MODAL, 'would like you to unmute'),
      click: [{ css: '.zm-modal button,[role="dialog"] button', names: ['Stay Muted'] }],
    },
    {
      name: 'join-timeout',
      when: 'always',
      seen: css('[role="dialog"][aria-label^="Meeting connected timeout" i]'),
      click: [{ css: '[role="dialog"][aria-label^="Meeting connected timeout" i] button', names: ['Retry'] }],
    },
    {
      name: 'reconnect',
      when: 'always',
      seen: css('.dialog-reconnect-container'),
      click: [{ css: '.dialog-reconnect-container button', names: ['Retry'] }],
    },
    {
      // Over the picture for as long as it is not closed.
      name: 'device-bar',
      when: 'inCall',
      seen: within('.notification-message-wrap', 'access to your microphone and camera'),
      click: [{ css: '.notification-message-wrap__close' }],
    },
    { name: 'got-it', when: 'always', seen: text('Got it'), click: [{ names: ['Got it'] }] },
  ],
  people: {
    count: [
      { css: 'button[aria-label*="participants list" i]', number: '(\\d+)\\]?\\s*partic' },
      { css: '.footer-button__number-counter', number: '^(\\d+)$' },
      { css: '#wc-footer', number: '(\\d+)\\]?\\s*partic' },
    ],
    tile: '[class*="video-avatar__avatar"]',
    name: '[class*="avatar-name"] || [class*="avatar-footer"]',
    notNames: [],
    self: '[data-is-self="true"]',
    // It stays with the last one who spoke.
    speaking: '[class*="video-frame--active"] [class*="video-avatar__avatar"]',
  },
  leave: [
    [{ css: 'button[aria-label="Leave" i]' }, { css: 'button.footer__leave-btn' }, { css: 'button.leave-btn' }],
    [{ css: 'button.leave-meeting-options__btn--danger' }, { names: ['Leave Meeting'] }],
  ],
  chat: {
    open: [{ css: 'button[aria-label="open the chat panel" i]' }, { css: 'button[aria-label*="open the chat" i]' }],
    field: [
      '[class*="chat-rtf-box__editor"] [contenteditable="true"]',
      'textarea[class*="chat-box"]',
      'textarea[placeholder*="message" i]',
    ],
    close: [{ css: 'button[aria-label*="close the chat" i]' }],
  },
};
