import { note, play, show, text } from '../stage.js';

const page = (head, line, buttons = '') =>
  `<header class="bar"><b>Microsoft Teams</b></header><main class="ending"><h1 data-tid="calling-screen-title">${head}</h1><p>${line}</p><div>${buttons}</div></main>`;
const rejoin = () =>
  `<button class="filled" data-tid="anon-meeting-end-screen-rejoin">${text('Rejoin', 'Erneut teilnehmen')}</button><button class="plain">${text('Dismiss', 'Schließen')}</button>`;
const retry = () =>
  `<button class="filled" data-tid="calling-retry-rejoinbutton">${text('Try again', 'Erneut versuchen')}</button><button class="plain" data-tid="calling-retry-cancelbutton">${text('Cancel', 'Abbrechen')}</button>`;
const signIn = () => `<button class="filled">${text('Sign in', 'Anmelden')}</button>`;

/** The pages after a call. */
const ENDINGS = {
  ended: () =>
    play.layout === 1
      ? page(
          text('Meeting ended', 'Besprechung beendet'),
          text('Enjoy your call? Join Teams today for free', ''),
          rejoin(),
        )
      : page(text('The meeting has ended', 'Die Besprechung wurde beendet'), '', rejoin()),
  removed: () =>
    page(
      play.layout === 1
        ? text("You've been removed from this meeting", 'Sie wurden aus dieser Besprechung entfernt')
        : text('You’ve been removed from this meeting', 'Sie wurden entfernt'),
      '',
      rejoin(),
    ),
  left: () => page(text('You left the meeting', 'Sie haben die Besprechung verlassen'), '', rejoin()),
};

/** The pages that let nobody in; that it is over already is one of those after a call. */
const REFUSALS = {
  denied: () =>
    play.layout === 1
      ? page(
          text('Sorry, but you were denied access to the meeting.', 'Ihnen wurde der Zugriff verweigert.'),
          '',
          rejoin(),
        )
      : page(text('Your request to join was declined', 'Ihre Anfrage wurde abgelehnt'), '', retry()),
  noAnswer: () =>
    page(
      text("Sorry, we couldn't let you in", 'Leider konnten wir Sie nicht hereinlassen'),
      text('No one responded to your request to join the meeting', 'Niemand hat auf Ihre Anfrage reagiert'),
      rejoin(),
    ),
  blocked: () => page(text("Sorry, we couldn't connect you", 'Leider konnten wir Sie nicht verbinden'), '', retry()),
  notFound: () =>
    page(
      text(
        'Looks like the meeting URL is incorrect. Please check the URL and try again.',
        'Die URL ist anscheinend falsch.',
      ),
      '',
    ),
  signInHere: () =>
    page(
      text('Sign in to Teams to join, or contact the meeting organizer', 'Melden Sie sich an, um teilzunehmen'),
      '',
      signIn(),
    ),
  verify: () =>
    page(text('We need to verify your info before you can join', 'Wir müssen Ihre Angaben überprüfen'), '', signIn()),
  captcha: () =>
    page(
      text("Verify you're a real person", 'Bestätigen Sie, dass Sie ein Mensch sind'),
      text('Enter the characters you see', 'Geben Sie die Zeichen ein'),
      '<input type="text" aria-label="Characters"><button class="filled">Submit</button>',
    ),
  wrongPasscode: () =>
    page(
      text('Check your meeting ID and passcode and try again', 'Besprechungs-ID und Passcode prüfen'),
      text('The passcode is incorrect', 'Der Passcode ist falsch'),
      '<input type="text" data-tid="meeting-passcode-input" aria-label="Passcode">',
    ),
  unknown: () =>
    page(
      text('Welcome to the new Teams experience', 'Willkommen'),
      text('Choose a theme to get started', ''),
      `<button class="filled">${text('Dark', 'Dunkel')}</button>`,
    ),
};

export const drawEnding = (kind) => show(ENDINGS[kind]());

export function refusal(kind) {
  note('over');
  show({ ...ENDINGS, ...REFUSALS }[kind]());
}
