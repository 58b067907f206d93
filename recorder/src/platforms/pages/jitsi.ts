import type { PlatformPages } from '@meetingbot/crds-schema';
import { contains, css, text, within } from './evidence.ts';

/** Drawn before the call, too. */
const TOOLBOX = 'toolbox';

/**
 * Jitsi Meet (meet.jit.si, 8x8.vc), English with a few German sentences. Sources: jitsi-meet's own texts, ids and test ids
 * (2026), and what open recorders matched until then. The toolbox hides itself without a mouse. The way in stays drawn behind
 * a password's dialog, and the call behind its end.
 */
export const JITSI: PlatformPages = {
  platform: 'jitsi',
  version: '2026-11-28',
  languages: ['en'],
  home: '^https?://',
  frames: ['iframe[id^="jitsiConferenceFrame"]'],
  // Players and whiteboards beside the conference ask for the same permission.
  framesOfHost: ['iframe[allow*="display-capture"]'],
  ignore: [
    ...[
      '#chat-conversation-container',
      '#sideToolbarContainer',
      '.chat-panel',
      '[id^="chatmessage"]',
      '.chatmessage',
      '.usermessage',
    ],
    ...[
      '.displayname',
      '[data-testid="displayName"]',
      '.transcription-subtitles',
      '.subject-text',
      '.subject',
      '#remoteVideos',
      '#localVideoContainer',
    ],
    ...['[data-testid^="participant"]', '.participants_pane', '#participants-pane'],
  ],
  states: {
    refused: [
      {
        reason: 'WrongPasscode',
        any: contains('Incorrect password', 'password is incorrect', 'Wrong password', 'Invalid password'),
      },
      {
        reason: 'LobbyDenied',
        any: contains(
          'join request has been rejected',
          'Join request rejected',
          'Your joining request has been rejected',
          'Your request to join has been denied',
          'has been rejected by a moderator',
          'You were denied entry',
        ),
        advice: 'a moderator said no: ask for the recorder to be admitted from the lobby',
      },
      {
        reason: 'BlockedByPlatform',
        // Under the same title as a token that is wrong.
        any: contains('cannot join while there is a lobby enabled', 'You tried to join too quickly'),
      },
      {
        reason: 'SignInRequired',
        any: [
          // Whole segments: a room may be called "authors-weekly".
          { url: '^https://[^/]+/(static/oauth[^/?#]*|login|auth)([/?#]|$)' },
          ...contains("you're not allowed to join this call", 'Authentication failed', 'Sign in to Jitsi'),
          ...contains(
            'Authentication required',
            'You need to be authenticated',
            'Sign in to join',
            'Please login to join',
            'This call requires authentication',
          ),
          ...css('input[name="username"][autocomplete="username"]'),
        ],
        advice: 'the server wants an account: let a moderator open the room, or send a link with a token',
      },
      {
        reason: 'CaptchaRequired',
        any: [
          ...css(
            'iframe[title*="recaptcha challenge" i]',
            'iframe[src*="hcaptcha.com"][src*="challenge"]',
            'iframe[src*="challenges.cloudflare.com"]',
          ),
          ...contains("Verify you're human", 'Verify you are human'),
        ],
      },
      {
        reason: 'MeetingNotFound',
        any: contains(
          'Conference not found',
          'This room does not exist',
          "The meeting you're looking for does not exist",
          'Page not found',
          'You can create a new conversation',
        ),
      },
      {
        reason: 'BlockedByPlatform',
        any: contains(
          ...[
            'You are not allowed to join this call',
            'not allowed to join this meeting',
            'You have been banned',
            'Maximum members limit reached',
            'The conference is full',
            'The meeting is full',
            'maximum number of participants',
          ],
          'You are not allowed to be here',
        ),
      },
    ],
    early: contains("This meeting hasn't started yet", 'A participant needs to start the meeting'),
    lobby: [
      // The second one: those who may watch, before it is live.
      ...css('.lobby-screen .lobby-screen-content', '#visitors-waiting-queue'),
      ...contains(
        ...[
          'Asking to join meeting',
          'as soon as someone accepts your request',
          'Your request to join',
          'You will join the call when a moderator',
          'Waiting for the host',
          'Waiting for an authenticated user',
        ],
        ...[
          'The conference has not yet started',
          "The meeting hasn't started",
          'Waiting for a moderator',
          'let you in soon',
        ],
        // German.
        ...['Teilnahme wird angefragt', 'Warten auf den Organisator', 'Warten auf einen Moderator'],
      ),
    ],
    overCall: {
      // About us only: of others, too, the page says that they were kicked out.
      removed: contains(
        'removed you from the meeting',
        'You have been kicked',
        'kicked you out of the meeting',
        'has kicked you',
        'You were removed from the meeting',
        'You were kicked out of the meeting',
      ),
      ended: [
        ...css('[data-testid="dialog.leaveReason"]', '[data-testid="dialog.thankYou"]'),
        ...within(
          '[role="dialog"],[role="alertdialog"]',
          ...['The meeting has been terminated', 'The lobby room has been closed', 'The conference has been destroyed'],
        ),
      ],
      lost: contains('was interrupted because this computer went to sleep'),
    },
    inCall: [
      {
        name: 'hangup',
        part: TOOLBOX,
        any: [
          { css: '[aria-label="Leave the meeting" i]' },
          ...css('.hangup-button', '[data-testid="toolbar.hangup"]', '[aria-label="Hang up" i]'),
        ],
      },
      {
        name: 'stage',
        any: [...css('#largeVideoContainer video', '#largeVideo', '#dominantSpeaker'), { css: '#largeVideoContainer' }],
      },
      {
        name: 'filmstrip',
        any: css(
          '#filmstripLocalVideo',
          '#localVideoContainer',
          '#remoteVideos',
          '#filmstripRemoteVideos',
          '[id^="participant_"]',
        ),
      },
      { name: 'clock', any: css('.conference-timer', '[data-testid="conference-timer"]', '.subject-conference-timer') },
      {
        name: 'hand',
        part: TOOLBOX,
        any: css(
          '[aria-label="Raise your hand" i]',
          '[aria-label="Open chat" i]',
          '[aria-label^="Open participants pan" i]',
          '[aria-label^="Close participants pan" i]',
        ),
      },
    ],
    removed: contains(
      'You have been kicked',
      'You were removed from the meeting',
      'You have been removed from the meeting',
    ),
    ended: [
      ...contains(
        'The meeting has been ended',
        'The conference has been terminated',
        'The conference has been destroyed',
        'The meeting has been terminated',
        'Meeting ended',
        'has ended the meeting for everyone',
      ),
      ...text(
        'Call terminated',
        'Anruf beendet',
        'Die Konferenz wurde beendet',
        'Thank you for using Jitsi Meet!',
        'Thank you for using Jitsi Meet',
        'The meeting has ended',
        'You left the meeting',
        'You have left the meeting',
      ),
      { url: '/static/close[23]?\\.html' },
    ],
    prejoin: [
      ...css(
        '[data-testid="prejoin.joinMeeting"]',
        '#premeeting-name-input',
        '[data-testid="prejoin.screen"]',
        '[data-testid="lobby.nameField"]',
        '[data-testid="lobby.knockButton"]',
        '[data-testid="lobby.password"]',
        '#required-password-input',
        'input[name="lockKey"]',
      ),
      ...text('Join meeting', 'Ask to join', 'Continue on web', 'Launch in web', 'Join in browser'),
    ],
    connecting: text('Connecting you to your meeting', 'Connecting'),
  },
  join: {
    open: [
      { css: '[data-testid="deeplinking.browser"]' },
      { names: ['Continue on web', 'Launch in web', 'Join in browser', 'Continue in browser'] },
    ],
    name: ['#premeeting-name-input', '[data-testid="lobby.nameField"]', 'input[placeholder="Enter your name" i]'],
    passcode: ['[data-testid="lobby.password"]', '#required-password-input', 'input[name="lockKey"]'],
    off: [
      // The last of each is for any language.
      [
        { css: '[aria-label="Mute microphone" i]' },
        { css: '[data-testid="prejoin.audioMute"][aria-pressed="false"]' },
        { css: '.audio-preview [aria-pressed="false"] .toolbox-icon:not(.toggled)' },
      ],
      [
        { css: '[aria-label="Stop camera" i],[aria-label="Turn off camera" i]' },
        { css: '.video-preview [aria-pressed="false"] .toolbox-icon:not(.toggled)' },
      ],
    ],
    offer: [{ css: '[data-testid="lobby.enterPasswordButton"]' }],
    join: [
      { css: '[role="dialog"]:has(input[name="lockKey"]) #modal-dialog-ok-button' },
      { css: '[data-testid="lobby.passwordJoinButton"]' },
      { css: '[data-testid="prejoin.joinMeeting"]' },
      { css: '[data-testid="lobby.knockButton"]' },
      { css: '#modal-dialog-ok-button' },
      { names: ['Join meeting', 'Ask to join', 'Join'] },
    ],
  },
  dialogs: [
    {
      name: 'cookies',
      when: 'always',
      seen: contains('uses cookies', 'use of cookies'),
      click: [{ names: ['Reject all', 'Reject', 'Accept', 'Accept all', 'OK', 'Got it'] }],
    },
    {
      name: 'recording-consent',
      when: 'always',
      seen: contains('This meeting is being recorded', 'This call is being recorded', 'meeting is being transcribed'),
      click: [
        {
          css: '[role="dialog"] button,[role="alertdialog"] button',
          names: [
            ...['I understand, keep me muted for now', 'I understand', 'Understood', 'OK', 'Got it', 'Join now'],
            ...['Continue', 'Keep audio and video off'],
          ],
        },
      ],
    },
    {
      name: 'no-devices',
      when: 'always',
      seen: contains(
        'Your camera and microphone are blocked',
        'Failed to access your microphone',
        'Failed to access your camera',
        'Cannot use your microphone',
        'Cannot use your camera',
        'Camera or microphone is not available',
      ),
      click: [{ css: '[role="dialog"] button', names: ['Dismiss', 'OK', 'Continue', 'Close'] }, { names: ['Dismiss'] }],
    },
    {
      name: 'join-anyway',
      when: 'joining',
      seen: contains(
        ...['Are you sure you want to join', 'insecure room name', 'room name is unsafe', 'I understand the risks'],
      ),
      click: [
        { css: '[role="dialog"] button', names: ['Join', 'Join anyway', 'Continue'] },
        { css: '.premeeting-screen input[type="checkbox"]:not(:checked)' },
      ],
    },
    { name: 'got-it', when: 'always', seen: text('Got it'), click: [{ names: ['Got it'] }] },
  ],
  people: {
    count: [
      // The badge of the chat is of messages.
      {
        css: '[aria-label^="Open participants pan" i],[aria-label^="Close participants pan" i]',
        number: '(\\d+)(?=\\s+participant|$)',
      },
    ],
    tile: '[id^="participant_"],#localVideoContainer',
    name: '.displayname,[data-testid="displayName"]',
    nameEnd: "['\u2019]s screen$",
    notNames: ['Whiteboard'],
    self: '#localVideoContainer,#localDisplayName',
    speaking: '.dominant-speaker,.active-speaker',
  },
  leave: [
    [
      { css: '[aria-label="Leave the meeting" i]' },
      { css: '[data-testid="toolbar.hangup"]' },
      { css: '.hangup-button' },
    ],
    [{ names: ['Leave meeting'] }],
  ],
  chat: {
    open: [{ css: '[aria-label="Open chat" i]' }],
    field: ['#chat-input #usermsg', 'textarea#usermsg', '#chat-input textarea', 'textarea[placeholder*="message" i]'],
    close: [{ css: '[aria-label="Close chat" i]' }],
  },
};
