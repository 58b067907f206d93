import { note, play, show, text, wait } from '../stage.js';

const modal = (
  title,
  more = '',
) => `<main class="ending meeting-app"><div role="dialog" aria-modal="true" class="dialog zm-modal" aria-label="${text('Meeting is end now', 'Meeting ist beendet')}">
  <div class="zm-modal-body"><div class="zm-modal-body-title">${title}</div><p>${more}</p></div><button class="zm-btn filled">${text('OK', 'OK')}</button></div></main>`;
const page = (head, line, more = '') =>
  `<header class="bar"><b>zoom</b></header><main class="ending"><h1>${head}</h1><p>${line}</p>${more}</main>`;

/** The pages after a call. */
const ENDINGS = {
  ended: () => modal(text('This meeting has been ended by host', 'Dieses Meeting wurde vom Host beendet')),
  removed: () =>
    modal(
      text('You have been removed', 'Sie wurden entfernt'),
      text('The host has removed you from this meeting', 'Der Host hat Sie entfernt'),
    ),
  left: () =>
    page(text('Thank you for attending the meeting', 'Vielen Dank'), '', `<a href="/">${text('Home', 'Start')}</a>`),
};

/** The pages that let nobody in; that it is over already is one of those after a call. */
const REFUSALS = {
  denied: () => modal(text('You have been removed', 'Sie wurden entfernt')),
  noAnswer: () =>
    modal(
      text('Your waiting room request has expired', 'Ihre Anfrage ist abgelaufen'),
      text('The host has not let you in. Try again later.', 'Der Host hat Sie nicht hereingelassen.'),
    ),
  blocked: () =>
    play.layout === 1
      ? page(
          text("Automated bots aren't allowed in this meeting", 'Automaten sind nicht erlaubt'),
          text('We detected you may be a bot. To join with an automated participant you must use Zoom RTMS.', ''),
        )
      : modal(
          text('We detected you may be a bot', 'Sie sind womöglich ein Automat'),
          text('Applications must use Zoom RTMS to access meeting media.', ''),
        ),
  notFound: () => {
    document.title = 'Error - Zoom';
    return page(text('Invalid meeting ID', 'Ungültige Meeting-ID'), text('Please check with the meeting host', ''));
  },
  early: () => {
    document.title = 'Error - Zoom';
    return page(
      text('This meeting link is invalid (3,001)', 'Dieser Meeting-Link ist ungültig (3,001)'),
      text('Please check with the meeting host', ''),
    );
  },
  signInHere: () =>
    modal(
      text(
        'The host requires authentication on the commercial Zoom platform to join this meeting. Please sign in with a commercial Zoom account to join.',
        'Der Host verlangt eine Anmeldung.',
      ),
      text('Sign in to join', 'Anmelden'),
    ),
  captcha: () =>
    page(
      text('Enter the verification code', 'Prüfcode eingeben'),
      text('Complete the challenge to join', ''),
      play.layout === 1
        ? `<input type="text" placeholder="${text('Verification code', 'Prüfcode')}"><button class="filled">${text('Check Captcha', 'Check Captcha')}</button>`
        : `<div class="component_smart_captcha"><p>${text('Type the characters you see', 'Geben Sie die Zeichen ein')}</p><input type="text" placeholder="${text('Enter captcha', 'Captcha eingeben')}"></div>`,
    ),
  unknown: () =>
    page(
      text('Zoom has a new home', 'Zoom hat ein neues Zuhause'),
      text('Choose how your workplace should look', ''),
      `<button class="filled">${text('Begin', 'Los')}</button>`,
    ),
};

/** The client of layout 2 does not stay at its end. */
export async function drawEnding(kind) {
  show(ENDINGS[kind]());
  if (kind !== 'ended' || play.layout === 1) return;
  await wait(0.5);
  top.location.assign(`/wc/home?ref_from=launch&for=${play.key}`);
}

export function refusal(kind) {
  note('over');
  show({ ...ENDINGS, ...REFUSALS }[kind]());
}
