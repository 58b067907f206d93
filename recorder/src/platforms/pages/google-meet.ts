import type { PlatformPages } from '@meetingbot/crds-schema';
import { contains, css, text, within } from './evidence.ts';

/** The lobby draws it, too. */
const TOOLBAR = 'toolbar';
const DIALOG = '[role="dialog"],[role="alertdialog"]';
const DIALOG_BUTTON = '[role="dialog"] button,[role="alertdialog"] button';
/** A guest is asked for it, and nobody else. */
const NAME = ['input[type="text"][aria-label="Your name" i]', 'input[placeholder="Your name" i]'];
const JOIN = [
  ...['Ask to join', 'Ask to join anyway', 'Join now', 'Join the call now', 'Join anyway', 'Join here too'],
  ...['Join as a viewer', 'Join the waiting room anyway'],
];
const CLOSED_ADVICE =
  'Meet or its administrator keeps this guest out: invite the account of a signed-in recorder to the event';
const DENIED_ADVICE =
  'somebody in the call said no: ask the host to admit the recorder, also under People, additional review';

/**
 * Google Meet in a browser, English with a few German sentences. Sources: texts and selectors that open recorders matched
 * between February 2025 and October 2026. Two things make it treacherous: the lobby draws the call's own controls some
 * seconds before its text, with one tile ("Backgrounds and effects") that is nobody, and "Return to home screen" is on every
 * page that is not the call: also, and alone, on the one that a lobby gives way to after ten minutes.
 */
export const GOOGLE_MEET: PlatformPages = {
  platform: 'google-meet',
  version: '2026-11-28',
  languages: ['en'],
  home: '^https://meet\\.google\\.com/',
  frames: [],
  ignore: [
    ...[
      '[data-participant-id]',
      '[data-self-name]',
      '[data-message-id]',
      '[data-message-text]',
      '[role="list"] [role="listitem"]',
    ],
    ...['[role="region"][aria-label="Captions" i]', '[aria-label="Side panel" i]', 'aside[aria-label*="chat" i]'],
    ...['[aria-label="In-call messages" i]', '[aria-live][data-sender-name]', '[data-meeting-title]'],
  ],
  states: {
    refused: [
      {
        reason: 'SignInRequired',
        any: [
          { url: '^https://accounts\\.google\\.com/' },
          // The green room of a guest has a link called so, and a hint to use "your Google account".
          ...contains(
            'your Google Account to join',
            'Sign in to join this video call',
            'Your sign-in credentials might have changed',
          ),
          { css: 'h1', text: 'Sign in' },
        ],
        advice:
          'the organiser must allow guests without a Google account, or invite the account of a signed-in recorder to the event',
      },
      {
        reason: 'LobbyDenied',
        any: [
          ...contains(
            'denied your request to join',
            "weren't allowed to join",
            'You were denied',
            'hat deine Anfrage abgelehnt',
          ),
          ...text('Your request to join was denied'),
        ],
        advice: DENIED_ADVICE,
      },
      {
        reason: 'LobbyTimeout',
        any: contains(
          'No one responded to your request to join',
          'No one has responded to your request to join',
          'Niemand hat auf deine Anfrage reagiert',
        ),
        advice:
          'nobody answered the knock within the ten minutes that Meet allows: the host finds it under People, also under additional review',
      },
      {
        reason: 'MeetingNotFound',
        any: [
          ...contains(
            ...['Check your meeting code', 'Invalid video call name', 'Your meeting code has expired'],
            ...["The meeting code you entered doesn't work", 'This meeting code is invalid'],
          ),
          // In every language.
          { css: '[data-startup-code="217"]', present: true },
        ],
      },
      {
        reason: 'CaptchaRequired',
        any: [
          { url: '^https://www\\.google\\.com/sorry/' },
          // The invisible one is on every page of the way in, and no challenge.
          ...css('iframe[src*="recaptcha"][src*="size=normal"]', '#captcha-form'),
          ...contains("you're not a robot", 'detected unusual traffic'),
          ...css('iframe[title*="recaptcha challenge" i]', 'iframe[src*="recaptcha"][src*="bframe"]'),
          ...contains("Verify you're not a robot", 'Verify that you are human', "Confirm you're not a robot"),
        ],
      },
      {
        reason: 'BlockedByPlatform',
        any: [
          ...text('This meeting is full', 'This meeting is full. Try again later', 'This video call is full'),
          ...contains('has reached the maximum of'),
        ],
        advice:
          'the meeting has as many people in it as it may have: somebody has to leave before the recorder can join',
      },
      {
        reason: 'BlockedByPlatform',
        any: contains(
          'An app is collecting audio and/or video from the call',
          "You aren't allowed to join this video call",
          "restricted to an organization you don't belong to",
        ),
        advice:
          'a policy of the organisation keeps this guest out: invite the account of a signed-in recorder to the event',
      },
      {
        reason: 'BlockedByPlatform',
        any: [
          // Where Meet sends a guest whom it does not want.
          { url: '^https://workspace\\.google\\.com/' },
          ...contains('There is a problem connecting to this video call'),
        ],
        advice: CLOSED_ADVICE,
      },
      {
        reason: 'BlockedByPlatform',
        // It is said at the door, and to those whose knock was declined.
        afterLobby: 'LobbyDenied',
        any: contains("You can't join this video call", "can't join this meeting"),
        advice: CLOSED_ADVICE,
      },
      {
        // After all others: the heading and the button are on pages, too, whose line says more.
        reason: 'LobbyDenied',
        any: [
          ...contains(
            ...["You can't join this call", "You're not allowed to join", 'You are not allowed to join'],
            'not allowed to join this',
          ),
          ...text('Ask to join again'),
        ],
        advice: DENIED_ADVICE,
      },
    ],
    early: contains("You can't create a meeting yourself"),
    lobby: [
      ...contains(
        ...[
          'Asking to be let in',
          "You'll join the call when someone lets you in",
          "You'll join when someone lets you in",
        ],
        ...[
          'Please wait until a meeting host brings you into the call',
          'Please wait until a meeting host admits you to the call',
        ],
        ...['Waiting for the host to let you in', 'Your request to join has been sent'],
        // German: some accounts and networks get it whatever the browser asks for.
        ...[
          'Teilnahme wird erbeten',
          'sobald dich jemand',
          'Bitte warte, bis ein Organisator',
          'auf den Organisator gewartet',
        ],
      ),
      ...text(
        'Asking to join',
        'Your request to join',
        'Waiting for the host to join',
        'Waiting for someone to let you in',
      ),
    ],
    overCall: {
      removed: [],
      ended: [],
    },
    inCall: [
      {
        name: 'leave',
        part: TOOLBAR,
        any: css(
          'button[aria-label="Leave call" i]',
          '[role="button"][aria-label="Leave call" i]',
          'button[jsname="CQylAd"]',
        ),
      },
      {
        name: 'captions',
        part: TOOLBAR,
        any: css('button[jsname="r8qRAd"]', '[aria-label="Turn on captions" i]', '[aria-label="Turn off captions" i]'),
      },
      {
        name: 'sharing',
        part: TOOLBAR,
        any: css(
          '[aria-label="Present now" i]',
          '[aria-label="Share screen" i]',
          '[aria-label^="You are presenting" i]',
        ),
      },
      {
        name: 'people',
        part: TOOLBAR,
        any: [
          ...css('[data-avatar-count]', 'button[aria-label^="People" i]', '[role="button"][aria-label^="People" i]'),
        ],
      },
      {
        name: 'tiles',
        // One tile that is nobody's is in the lobby too.
        any: css('[data-participant-id] ~ [data-participant-id]', '[data-self-name]'),
      },
      {
        name: 'words',
        part: TOOLBAR,
        any: css(
          '[aria-label^="Raise hand" i]',
          '[aria-label="Send a reaction" i]',
          '[aria-label^="Chat with everyone" i]',
        ),
      },
      {
        // In August 2026 no lobby had these; the toolbar beside them has been filled for those who wait before.
        name: 'details',
        part: TOOLBAR,
        any: css(
          '[aria-label="Meeting details" i]',
          '[role="region"][aria-label="Call feature notifications and actions" i]',
        ),
      },
      { name: 'greeting', any: contains('You have joined the call') },
    ],
    removed: [
      ...contains(
        ...["You've been removed", 'You have been removed from the meeting', 'You were removed from the meeting'],
        ...["You can't rejoin this meeting", 'Du wurdest aus der Besprechung entfernt'],
      ),
      // As a part of a text it is said of others.
      ...text('Removed from meeting'),
    ],
    ended: [
      ...text(
        'Meeting ended',
        'Call ended',
        'The call ended',
        'The meeting has ended',
        'The call has ended',
        ...['Besprechung beendet', 'Der Anruf wurde beendet'],
      ),
      ...contains(
        ...['The meeting has ended for everyone', 'host ended the meeting', 'host has ended the meeting'],
        ...['The host has ended this call', 'The call ended because'],
      ),
      // Whoever does not answer the question is put out, and finds it as the heading of the page after that.
      { css: 'h1:not([role="dialog"] *,[role="alertdialog"] *)', text: 'Are you still there?' },
    ],
    left: text(
      ...['You left the meeting', "You've left the meeting", "You've left the call"],
      ...['Du hast die Besprechung verlassen', 'Du hast den Anruf verlassen'],
    ),
    prejoin: [
      ...css(...NAME),
      ...text(...JOIN, 'Switch here'),
      ...contains('Ready to join?', "What's your name?", 'Getting ready'),
      ...css('[aria-label="Turn off microphone" i]', 'input[jsname][type="text"]'),
    ],
    connecting: [
      ...contains(
        "Couldn't start the video call because of an error",
        'encountered a problem joining this video call',
        "You're currently in a video call in another window",
      ),
      { css: '[data-startup-code]:not([data-startup-code=""])', present: true },
    ],
    guest: css(...NAME),
    givenUp: [{ url: '^https://meet\\.google\\.com/(landing|home)?([?#]|$)' }, ...text('Return to home screen')],
  },
  join: {
    open: [],
    name: [...NAME, 'input[jsname][type="text"]'],
    passcode: [],
    off: [
      // The second of each is for any language: the text of such a button is the name of its icon.
      [
        { css: 'button[aria-label^="Turn off microphone" i],[role="button"][aria-label^="Turn off microphone" i]' },
        { css: 'button[data-is-muted="false"],[role="button"][data-is-muted="false"]', names: ['mic', 'mic_none'] },
      ],
      [
        { css: 'button[aria-label^="Turn off camera" i],[role="button"][aria-label^="Turn off camera" i]' },
        { css: 'button[data-is-muted="false"],[role="button"][data-is-muted="false"]', names: ['videocam'] },
      ],
    ],
    join: [
      {
        names: [...JOIN, 'Teilnahme erbitten', 'Teilnahme anfragen', 'Jetzt teilnehmen', 'Trotzdem teilnehmen'],
      },
    ],
  },
  dialogs: [
    {
      name: 'no-devices',
      when: 'always',
      seen: contains(
        'Continue without microphone and camera',
        'Continue without microphone',
        'Continue without camera',
      ),
      click: [
        { names: ['Continue without microphone and camera', 'Continue without microphone', 'Continue without camera'] },
      ],
    },
    {
      name: 'without-account',
      when: 'joining',
      seen: text('Use without an account'),
      click: [{ names: ['Use without an account'] }],
    },
    {
      name: 'cookies',
      when: 'always',
      seen: contains('Before you continue', 'uses cookies'),
      click: [{ names: ['Reject all', 'Accept all', 'I agree'] }],
    },
    {
      name: 'recording-consent',
      when: 'always',
      // No sound reaches us before it is answered, though the call is drawn behind it. The call's head says the like of it for good.
      seen: within(
        DIALOG,
        ...['is being recorded', 'is being transcribed', 'being recorded or transcribed', 'is being captured'],
        ...['take notes for me', 'is taking notes', 'Your call audio and video will be shared with'],
      ),
      click: [
        { css: '[role="dialog"] [data-mdc-dialog-action="ok"],[role="alertdialog"] [data-mdc-dialog-action="ok"]' },
        {
          css: DIALOG_BUTTON,
          names: ['Join now', 'Join', 'Got it', 'OK', 'Continue'],
        },
      ],
    },
    {
      name: 'still-there',
      when: 'always',
      seen: within(DIALOG, 'Are you still there?'),
      click: [{ css: DIALOG_BUTTON, names: ['Stay in the call', 'Keep waiting'] }],
    },
    {
      // The same account is in the call already: we come in beside it, and do not put it out.
      name: 'elsewhere',
      when: 'joining',
      seen: text('Switch here'),
      click: [{ names: ['Join here too'] }, { names: ['Other ways to join'] }],
    },
    {
      name: 'device-missing',
      when: 'always',
      seen: contains(
        'Microphone not found',
        'Camera not found',
        'Make sure your microphone is plugged in',
        'Make sure your camera is plugged in',
      ),
      click: [{ css: '[role="dialog"] button', names: ['Close', 'Dismiss', 'OK', 'Got it'] }, { names: ['Dismiss'] }],
    },
    { name: 'got-it', when: 'always', seen: text('Got it'), click: [{ names: ['Got it'] }] },
    { name: 'dismiss', when: 'joining', seen: text('Dismiss'), click: [{ names: ['Dismiss'] }] },
  ],
  people: {
    count: [
      // A number of guests from outside is drawn like it, and is no larger.
      { css: '[data-avatar-count]', attribute: 'data-avatar-count', number: '(\\d+)' },
      { css: 'button[aria-label^="People" i],[role="button"][aria-label^="People" i]', number: 'people\\D*(\\d+)' },
    ],
    // A lone tile, while none is ours, is the lobby's: nobody, under a name in whatever language.
    tile: 'body:has([data-self-name]) [data-participant-id],[data-participant-id] ~ [data-participant-id],[data-participant-id]:has(~ [data-participant-id])',
    // The list at the side labels its items; the tiles have the name in them, among icons of the same class.
    name: '@aria-label || span.notranslate:not([aria-hidden="true"])',
    notNames: ['visual_effects', 'Backgrounds and effects'],
    self: '[data-self-name]',
    // Where it has an attribute, that; its classes get other names every few weeks.
    speaking:
      '[data-audio-level]:not([data-audio-level="0"]),[data-is-speaking="true"],[jsname="QgSmzd"]:is(.Oaajhc,.HX2H7,.wEsLMd,.OgVli)',
  },
  leave: [
    [{ css: 'button[aria-label="Leave call" i]' }, { css: 'button[jsname="CQylAd"]' }],
    [{ names: ['Just leave the call'] }],
  ],
  chat: {
    open: [{ css: 'button[aria-label^="Chat with everyone" i]' }],
    field: ['textarea[aria-label="Send a message" i]', 'textarea[aria-label*="message" i]'],
    close: [{ css: 'button[aria-label="Close" i]' }],
  },
};
