import { note, play, show, text } from '../stage.js';

const page = (head, line, buttons = '') =>
  `<header class="bar"><b>Microsoft Teams</b></header><main class="ending"><h1 data-tid="calling-screen-title">${head}</h1><p>${line}</p><div>${buttons}</div></main>`;
const rejoin = () =>
  `<button class="filled" data-tid="anon-meeting-end-screen-rejoin-button">${text('Rejoin', 'Erneut teilnehmen')}</button><button class="plain">${text('Dismiss', 'Schließen')}</button>`;
/** What a guest is shown after the call. */
const farewell = () =>
  `<header class="bar"><b>Microsoft Teams</b></header><main class="ending"><h1 data-tid="anon-meeting-end-screen-header">${text('Enjoy your call? Join Teams today for free', 'Hat Ihnen der Anruf gefallen?')}</h1><div>${rejoin()}</div></main>`;
/** One screen for much that can go wrong once a guest has knocked. @param again - the button that knocks again @param more - what stands between */
export const retry = (head, again = '', more = '') =>
  `<header class="bar"><b>Microsoft Teams</b></header><main class="ending" data-tid="calling-retry-screen"><h1 id="calling-retry-screen-title">${head}</h1>${more}
  <div>${again}<button class="plain" data-tid="calling-retry-cancelbutton">${text('Dismiss', 'Schließen')}</button></div></main>`;
export const again = (attributes = '') =>
  `<button class="filled" data-tid="calling-retry-rejoinbutton" ${attributes}>${text('Rejoin', 'Erneut versuchen')}</button>`;
const signIn = () => `<button class="filled">${text('Sign in', 'Anmelden')}</button>`;

/** The pages after a call. */
const ENDINGS = {
  ended: () =>
    play.layout === 1 ? farewell() : page(text('The meeting has ended', 'Die Besprechung wurde beendet'), '', rejoin()),
  removed: () =>
    play.layout === 1
      ? page(text("You've been removed from this meeting", 'Sie wurden aus dieser Besprechung entfernt'), '', rejoin())
      : retry(text('Removed from the meeting', 'Sie wurden entfernt'), again()),
  left: () => page(text('You left the meeting', 'Sie haben die Besprechung verlassen'), '', rejoin()),
};

/** The pages that let nobody in; that it is over already is one of those after a call. */
const REFUSALS = {
  denied: () =>
    retry(
      play.layout === 1
        ? text('Sorry, but you were denied access to the meeting.', 'Sie dürfen leider nicht hinein.')
        : text('Your request to join was declined', 'Ihre Anfrage wurde abgelehnt'),
    ),
  noAnswer: () =>
    page(
      text("Sorry, we couldn't let you in", 'Leider konnten wir Sie nicht hereinlassen'),
      text('No one responded to your request to join the meeting', 'Niemand hat auf Ihre Anfrage reagiert'),
      rejoin(),
    ),
  blocked: () =>
    page(
      text(
        'External participants are not permitted to join before the event begins. Please join after the event has started.',
        'Die Veranstaltung hat noch nicht begonnen.',
      ),
      '',
    ),
  notConnected: () => retry(text("Sorry, we couldn't connect you", 'Leider konnten wir Sie nicht verbinden'), again()),
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
      '<input type="text" data-tid="HIP-Captcha-Input" aria-label="Characters"><button class="filled">Submit</button>',
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
