import type { PlatformPages } from '@meetingbot/crds-schema';
import { contains, css, text, within } from './evidence.ts';

/** The lobby draws it, too. */
const TOOLBAR = 'toolbar';
const DENIED_ADVICE = 'somebody in the meeting said no: ask the organiser to admit the recorder';
const SIGN_IN_ADVICE =
  'the organiser must allow guests: meeting options, "Who can bypass the lobby", and anonymous join in the Teams admin center; or invite the account of a signed-in recorder';

/**
 * Microsoft Teams in a browser (work, school, personal, government), guest view. Sources: texts and selectors that open
 * recorders matched between May 2025 and August 2026. `data-tid` is the same in all languages; the texts are English, and a
 * few German. Toasts have the role alert and say all sorts of things: no sign hangs on that role alone.
 */
export const MICROSOFT_TEAMS: PlatformPages = {
  platform: 'microsoft-teams',
  version: '2026-11-27',
  languages: ['en'],
  home: '^https://([a-z0-9-]+\\.)*teams\\.(microsoft\\.com|live\\.com|cloud\\.microsoft|microsoft\\.us)/',
  frames: ['iframe[data-tid="app-host-iframe"]', 'iframe#embedded-page-container'],
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
    ...['[role="tree"]', '[role="complementary"]'],
  ],
  states: {
    refused: [
      {
        reason: 'SignInRequired',
        any: [
          { url: '^https://login\\.(microsoftonline|live|microsoft)\\.' },
          ...css('input[name="loginfmt"]'),
          ...contains(
            ...['We need to verify your info before you can join', 'To join, sign in or use Teams on the web'],
            ...['You need to be signed in to Teams to access this meeting', 'Sign in to Teams to join'],
            ...['Only people with an account in this organization', 'you need to sign in to join this meeting'],
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
        any: contains(
          "Verify you're a real person",
          'Verify you are a real person',
          "Let's make sure you're a real person",
        ),
        advice:
          'the organisation asks guests for a captcha: turn that off for the meeting, or invite a signed-in recorder',
      },
      {
        reason: 'LobbyDenied',
        any: contains(
          ...[
            'but you were denied access to the meeting',
            'Sorry, but you were denied',
            'Your request to join was declined',
          ],
          'denied you access to the meeting',
        ),
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
        reason: 'BlockedByPlatform',
        any: contains(
          ...[
            "we couldn't connect you",
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
      {
        // A page that offers to try again is a connection that failed, or a meeting that is not there.
        reason: 'LobbyDenied',
        any: css('body:not(:has([data-tid="calling-retry-rejoinbutton"])) [data-tid="calling-retry-cancelbutton"]'),
        advice: DENIED_ADVICE,
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
      ...css('[data-tid="lobby-screen"]', '[data-tid="calling-lobby-screen"]'),
      ...contains(
        'Waiting for the meeting to start',
        'The meeting will start when',
        'Waiting for others to let you in',
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
    removed: contains(
      'Sie wurden aus dieser Besprechung entfernt',
      "You've been removed",
      'You have been removed from this meeting',
      'Someone removed you from the meeting',
    ),
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
      ...contains('The meeting has ended', 'The organizer ended the meeting', 'Your meeting has ended'),
      ...css('[data-tid="calling-rejoin-button"]', '[data-tid="call-ended-screen"]'),
    ],
    prejoin: [
      ...css(
        ...[
          '[data-tid="prejoin-join-button"]',
          '[data-tid="prejoin-display-name-input"]',
          '[data-tid="joinOnWeb"]',
          '#prejoin-join-button',
        ],
        ...['button[aria-label="Join meeting from this browser" i]', 'input[placeholder="Type your name" i]'],
      ),
      ...text('Continue on this browser', 'Join on this browser', 'Join from browser', 'Join now'),
      ...contains('How do you want to join your Teams meeting'),
    ],
    connecting: text('Connecting', 'Hang on'),
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
        ],
      },
    ],
    name: ['[data-tid="prejoin-display-name-input"]', 'input[placeholder="Type your name" i]'],
    passcode: [
      '[data-tid="prejoin-passcode-input"]',
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
    {
      name: 'connection-failed',
      when: 'joining',
      seen: css('[data-tid="calling-retry-rejoinbutton"]'),
      click: [{ css: '[data-tid="calling-retry-rejoinbutton"]' }],
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
      { css: '[data-tid="roster-button"],#roster-button', number: '(\\d+)' },
      // The chat has a badge too: unread messages are nobody.
      {
        css: '[data-tid="roster-button"] [data-tid="toolbar-item-badge"],#roster-button [data-tid="toolbar-item-badge"]',
        number: '(\\d+)',
      },
    ],
    tile: '[data-stream-type="Video"][data-tid],[data-stream-type="Avatar"][data-tid],[data-tid="calling-participant-stream"][aria-label]',
    name: '@data-tid',
    notNames: ['calling-participant-stream', 'screen-share'],
    self: '[data-is-self="true"],[data-self="true"]',
    speaking:
      '[data-is-speaking="true"],.vdi-frame-occlusion[data-active="true"],[data-tid="voice-level-stream-outline"].is-speaking',
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
    field: ['[data-tid="ckeditor"][contenteditable="true"]', '[role="textbox"][contenteditable="true"]'],
    close: [{ css: '#chat-button' }, { css: '[data-tid="chat-button"]' }],
  },
};
