import type { PlatformPages } from '@meetingbot/crds-schema';
import { contains, css, text, within } from './evidence.ts';

/** The lobby draws it, too. */
const TOOLBAR = 'toolbar';
const RETRY = '[data-tid="calling-retry-screen"],#calling-retry-screen-title,#calling-retry-screen-description';
const NAME_FIELD = '[data-tid="prejoin-display-name-input"]';
const RETRY_PASSCODE = '[data-tid="meeting-passcode-input"]';
const DENIED_ADVICE = 'somebody in the meeting said no: ask the organiser to admit the recorder';
const SIGN_IN_ADVICE =
  'the organiser must allow guests: meeting options, "Who can bypass the lobby", and anonymous join in the Teams admin center; or invite the account of a signed-in recorder';

/**
 * Microsoft Teams in a browser (work, school, personal, government), guest view. Sources: texts and selectors that open
 * recorders matched between May 2025 and October 2026. `data-tid` is the same in all languages; the texts are English, and a
 * few German. One screen that offers to try again (RETRY) stands for a removal, a denial, a passcode, a link that leads
 * nowhere and a lost connection: its words say which. Toasts have the role alert and say all sorts of things: no sign hangs
 * on that role alone.
 */
export const MICROSOFT_TEAMS: PlatformPages = {
  platform: 'microsoft-teams',
  version: '2026-11-28',
  languages: ['en'],
  home: '^https://([a-z0-9-]+\\.)*teams\\.(microsoft\\.com|live\\.com|cloud\\.microsoft|microsoft\\.us)/',
  frames: [
    'iframe[data-tid="app-host-iframe"]',
    'iframe#embedded-page-container',
    'iframe[data-tid="hosted-content-iframe"]',
  ],
  ignore: [
    ...[
      '[data-tid*="chat" i]:not(button)',
      '[data-tid*="message" i]:not(button)',
      '[data-tid*="caption" i]:not(button)',
    ],
    ...[
      '[data-tid="participantsInCall"]',
      '[data-tid*="roster"]:not(button)',
      '[data-tid*="participant" i]:not(button)',
    ],
    ...['[data-stream-type]', '[data-tid*="display-name"]', '[data-tid="call-title"]', '[data-tid="meeting-title"]'],
    '[data-tid="meeting-header-title"]',
    ...['[role="tree"]', '[role="complementary"]'],
  ],
  states: {
    refused: [
      {
        reason: 'SignInRequired',
        any: [
          { url: '^https://login\\.(partner\\.)?(microsoftonline|live|microsoft|windows)\\.' },
          ...css('input[name="loginfmt"]'),
          ...contains(
            ...['We need to verify your info before you can join', 'To join, sign in or use Teams on the web'],
            ...['You need to be signed in to Teams to access this meeting', 'Sign in to Teams to join'],
            ...['Only people with an account in this organization', 'you need to sign in to join this meeting'],
            ...['you need to sign in or use Teams on the web', 'you need to be signed in to an account'],
            ...[
              'sign in again or select another account',
              "If you're not signed in to a Teams (work or school) account",
            ],
          ),
        ],
        advice: SIGN_IN_ADVICE,
      },
      {
        reason: 'BlockedByPlatform',
        any: contains('External participants are not permitted to join before the event begins'),
        advice: 'the event lets guests in only once it has begun: have the organiser start it, or invite the recorder',
      },
      {
        reason: 'CaptchaRequired',
        any: [
          ...css('[data-tid="HIP-Captcha-Input"]', '[data-tid="HIP-Captcha-Image"]', '#captcha-dialog-instructions'),
          ...contains(
            "Verify you're a real person",
            'Verify you are a real person',
            "Let's make sure you're a real person",
          ),
        ],
        advice:
          'the organisation asks guests for a captcha: turn that off for the meeting, or invite a signed-in recorder',
      },
      {
        reason: 'LobbyDenied',
        any: [
          ...contains(
            ...[
              'but you were denied access to the meeting',
              'Sorry, but you were denied',
              'Your request to join was declined',
            ],
            'denied you access to the meeting',
          ),
          // German.
          ...within(RETRY, 'verweigert', 'abgelehnt'),
        ],
        advice: DENIED_ADVICE,
      },
      {
        reason: 'LobbyTimeout',
        any: contains(
          'No one let you in',
          'Nobody let you in',
          'no one responded to your request',
          "Sorry, we couldn't get you in",
          'your request to join timed out',
        ),
        advice:
          'nobody admitted the recorder in the time that Teams allows: the organiser finds it in the lobby, under suspected bots',
      },
      {
        reason: 'WrongPasscode',
        any: contains(
          'passcode is incorrect',
          'incorrect passcode',
          "passcode doesn't match",
          'passcode you entered is',
        ),
      },
      {
        reason: 'MeetingNotFound',
        any: contains(
          ...[
            'Looks like the meeting URL is incorrect',
            "We couldn't find that meeting",
            "We couldn't find this meeting",
            'This meeting link is invalid',
          ],
          ...["meeting doesn't exist", 'meeting ID is incorrect', 'meeting has expired'],
        ),
      },
      {
        // Where its field is empty the passcode can still be given there; filled from the address, the button stays closed.
        reason: 'MeetingNotFound',
        any: [
          {
            css: `body:not(:has(${RETRY_PASSCODE})) :is(h1,h2,p)`,
            contains: "We couldn't find a meeting matching this ID and passcode",
          },
          {
            css: `body:has([data-tid="calling-retry-rejoinbutton"]:disabled) ${RETRY_PASSCODE}[value]:not([value=""])`,
          },
        ],
        advice:
          'check the link and the passcode: Teams does not say which of them is wrong, or whether the meeting is over',
      },
      {
        reason: 'BlockedByPlatform',
        any: contains(
          ...[
            'Your organization has blocked',
            "You're not allowed to join this meeting",
            'Bots are not allowed',
            'this meeting is locked',
          ],
          ...['Anonymous users are not allowed', 'detected as a bot'],
        ),
        advice:
          'the policy of the organisation keeps recorders out (ExternalBotAccessMode): its administrator can allow them',
      },
    ],
    lobby: [
      ...contains(
        'Someone will let you in',
        // German.
        'Jemand lässt Sie in Kürze herein',
        'Jemand lässt Sie bald herein',
        'hereingelassen',
        'Sie befinden sich im Wartebereich',
        "You're in the lobby",
        'Someone in the meeting should let you in soon',
        "we've let people in the meeting know",
      ),
      ...css('[data-tid="lobby-screen"]', '[data-tid="calling-lobby-screen"]', '[data-tid="lobby-waiting-screen"]'),
      ...contains(
        ...['Waiting for the meeting to start', 'The meeting will start when', 'Waiting for others to let you in'],
        ...["let people know you're waiting", 'Waiting for someone to let you in', 'Waiting to be admitted'],
        'Your request to join has been sent',
      ),
    ],
    overCall: { removed: [], ended: [] },
    inCall: [
      {
        name: 'hangup',
        part: TOOLBAR,
        any: css('#hangup-button', 'button[data-tid="hangup-main-btn"]', '[data-inp="hangup-button"]'),
      },
      { name: 'roster', part: TOOLBAR, any: css('[data-tid="roster-button"]', '#roster-button') },
      {
        name: 'hand',
        part: TOOLBAR,
        any: css('#raisehands-button', '[data-tid="raisehands-button"]', '#reaction-menu-button'),
      },
      {
        name: 'more',
        part: TOOLBAR,
        any: css(
          '#callingButtons-showMoreBtn',
          '[data-tid="callingButtons-showMoreBtn"]',
          '#view-mode-button',
          '#custom-view-button',
        ),
      },
      {
        name: 'tiles',
        any: css('[data-stream-type]', '[data-tid="participantsInCall"]', '[data-tid="calling-participant-stream"]'),
      },
      { name: 'clock', any: css('#call-duration-custom', '[data-tid="call-duration"]') },
      { name: 'alone', any: text('Waiting for others to join') },
    ],
    removed: [
      ...contains(
        'Sie wurden aus dieser Besprechung entfernt',
        "You've been removed",
        'You have been removed from this meeting',
        'Someone removed you from the meeting',
        'You were removed from the meeting',
      ),
      // Beside those words a toast says it of others.
      ...within(RETRY, 'Removed from the meeting', 'Removed from meeting'),
    ],
    ended: [
      ...text('Besprechung beendet', 'Anruf beendet', 'Die Besprechung wurde beendet'),
      ...text(
        'Meeting ended',
        'Call ended',
        'The meeting has ended',
        'The meeting ended',
        'This meeting has ended',
        'You left the meeting',
      ),
      ...contains(
        ...['The meeting has ended', 'The organizer ended the meeting', 'Your meeting has ended'],
        ...['Did you leave by mistake', 'Enjoy your call? Join Teams today for free'],
      ),
      ...css(
        ...['[data-tid="anon-meeting-end-screen-header"]', '[data-tid="anon-meeting-end-screen-rejoin-button"]'],
        ...['[data-tid="calling-rejoin-button"]', '[data-tid="call-ended-screen"]'],
        '[data-tid="call-rating-flex-container"]',
      ),
    ],
    prejoin: [
      // What keeps the way in closed goes first: it is what is said of a way that led nowhere.
      ...contains('Your name can only include', "we couldn't connect you"),
      ...css(
        ...[
          '[data-tid="prejoin-join-button"]',
          NAME_FIELD,
          '[data-tid="joinOnWeb"]',
          '#prejoin-join-button',
          RETRY_PASSCODE,
        ],
        ...['button[aria-label="Join meeting from this browser" i]', 'input[placeholder="Type your name" i]'],
      ),
      ...text('Continue on this browser', 'Join on this browser', 'Join from browser', 'Join now'),
      ...contains('How do you want to join your Teams meeting'),
    ],
    connecting: [...text('Connecting', 'Hang on'), ...css('#loading-screen')],
    guest: css(NAME_FIELD),
  },
  join: {
    open: [
      { css: '[data-tid="joinOnWeb"]' },
      { css: 'button[aria-label="Join meeting from this browser" i]' },
      {
        names: [
          'Continue on this browser',
          'Join on this browser',
          'Join from browser',
          'Join from this browser',
          'Use the web app instead',
          ...['Continue in this browser', 'Join on the web'],
        ],
      },
    ],
    name: [NAME_FIELD, 'input[placeholder="Type your name" i]'],
    // So it says itself, on the page where the button stays closed.
    notInName: "[^\\p{L}\\p{M}\\p{N}\\s'._@-]",
    passcode: [
      '[data-tid="prejoin-passcode-input"]',
      // Guests are asked for it once they have knocked, where the address did not have it.
      RETRY_PASSCODE,
      'input[name="passcode" i]',
      'input[placeholder*="passcode" i]',
      'input[aria-label*="passcode" i]',
    ],
    off: [
      [
        { css: 'input[data-tid="toggle-mute"]:checked,[data-tid="toggle-mute"][aria-checked="true"]' },
        { css: 'button[title="Mute mic" i],button[aria-label="Mute microphone" i],button[aria-label="Mute mic" i]' },
      ],
      [
        { css: 'input[data-tid="toggle-video"]:checked,[data-tid="toggle-video"][aria-checked="true"]' },
        { css: 'button[title="Turn camera off" i],button[aria-label="Turn camera off" i]' },
      ],
    ],
    join: [
      { css: '[data-tid="prejoin-join-button"]' },
      { css: '#prejoin-join-button' },
      { css: '[data-tid="calling-retry-rejoinbutton"]' },
      { names: ['Join now', 'Join', 'Ask to join', 'Join meeting'] },
    ],
  },
  dialogs: [
    {
      name: 'no-devices',
      when: 'always',
      seen: contains('Continue without audio or video', 'Continue without audio', 'Continue without video'),
      click: [{ names: ['Continue without audio or video', 'Continue without audio', 'Continue without video'] }],
    },
    {
      name: 'cookies',
      when: 'always',
      seen: contains('cookies'),
      click: [{ names: ['Reject', 'Reject all', 'Accept', 'Accept all'] }],
    },
    {
      name: 'recording-consent',
      when: 'always',
      seen: [
        ...within(
          '[role="dialog"],[role="alertdialog"]',
          'being recorded',
          'recording and transcription',
          'being transcribed',
          'consent',
        ),
      ],
      click: [
        {
          css: '[role="dialog"] button,[role="alertdialog"] button',
          names: ['OK', 'Got it', 'Accept', 'Allow', 'Continue', 'Yes', 'Join now', 'I consent'],
        },
      ],
    },
    { name: 'got-it', when: 'always', seen: text('Got it'), click: [{ names: ['Got it'] }] },
    {
      name: 'tip',
      when: 'inCall',
      seen: css(
        '[role="dialog"] button[aria-label="Close" i]',
        '[data-tid="callout-dismiss"]',
        '[data-tid="toast-dismiss"]',
      ),
      click: [
        { css: '[role="dialog"] button[aria-label="Close" i],[data-tid="callout-dismiss"],[data-tid="toast-dismiss"]' },
      ],
    },
  ],
  people: {
    count: [
      // The chat has a badge too, of unread messages, and people in the lobby have another one on the same button.
      {
        css: '[data-tid="roster-button"] [data-tid="toolbar-item-badge"],#roster-button [data-tid="toolbar-item-badge"]',
        number: '(\\d+)',
      },
      { css: '[data-tid="roster-button"],#roster-button', number: '(\\d+)' },
    ],
    tile: '[data-stream-type="Video"][data-tid],[data-stream-type="Avatar"][data-tid],[data-tid="calling-participant-stream"][aria-label]',
    name: '[data-tid="participant-info-nametag"] || @data-tid || @aria-label',
    // Of somebody who is signed in the tile has the e-mail address; what follows the name says what the account is, or does.
    noName: '^\\S+@\\S+\\.\\w+$|^calling-participant-stream$',
    nameEnd:
      '\\s*\\((?:guest|unverified|external|unfamiliar)\\)|, (?:muted|unmuted|video is|camera is|microphone is|context menu|has context)\\b',
    notNames: ['screen-share'],
    self: '[data-tid="myself-video"],[data-is-self="true"]',
    speaking: '[data-tid="voice-level-stream-outline"].vdi-frame-occlusion,[data-is-speaking="true"]',
  },
  leave: [
    [
      { css: '#hangup-button' },
      { css: 'button[data-tid="hangup-main-btn"]' },
      { css: '[data-inp="hangup-button"]' },
      { css: '[data-tid="prejoin-cancel-button"]' },
    ],
  ],
  chat: {
    open: [{ css: '#chat-button' }, { css: '[data-tid="chat-button"]' }],
    field: [
      '[data-tid="ckeditor"][contenteditable="true"]',
      '[data-tid="ckeditor"] [contenteditable="true"]',
      '[role="textbox"][contenteditable="true"]',
    ],
    // Of the light meeting: Enter begins a new line there.
    send: [{ css: '[data-tid="newMessageCommands-send"]' }, { css: '[data-tid="sendMessageCommands-send"]' }],
    close: [{ css: '#chat-button' }, { css: '[data-tid="chat-button"]' }],
  },
};
