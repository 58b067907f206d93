import { cover, note, play, show, text } from '../stage.js';

const dialog = (id, head, line, button = text('OK', 'OK')) =>
  `<main class="ending"><div role="dialog" class="dialog" data-testid="${id}"><h2>${head}</h2><p>${line}</p><button class="filled">${button}</button></div></main>`;
const page = (head, line) => `<main class="ending"><h1>${head}</h1><p>${line}</p></main>`;

/** The pages after a call. */
const ENDINGS = {
  ended: () => dialog('dialog.leaveReason', '', text('The meeting has been terminated', 'Die Konferenz wurde beendet')),
  removed: () =>
    play.layout === 1
      ? dialog(
          'dialog.kickTitle',
          text('Ouch! Ada Lovelace kicked you out of the meeting', 'Ada Lovelace hat Sie entfernt'),
          text('You can contact Ada Lovelace for more details.', ''),
        )
      : dialog(
          'dialog.kickTitle',
          text('Kicked from meeting', 'Sie wurden entfernt'),
          text('Ouch! You have been kicked out of the meet!', ''),
        ),
  left: () =>
    page(
      text('Thank you for using Jitsi Meet!', 'Vielen Dank!'),
      text('You have left the meeting', 'Sie haben die Konferenz verlassen'),
    ),
};

/** The pages that let nobody in; that it is over already is one of those after a call. */
const REFUSALS = {
  denied: () =>
    `<main class="ending"><div class="snack" data-testid="lobby.joinRejectedMessage"><b>${text('Join request rejected.', 'Anfrage abgelehnt.')}</b> ${text('Your join request has been rejected by a moderator.', 'Ein Moderator hat Ihre Anfrage abgelehnt.')}</div></main>`,
  blocked: () =>
    dialog(
      'dialog.maxUsersLimitReached',
      text('Maximum participants limit reached', 'Grenze erreicht'),
      text(
        'The limit for maximum number of participants has been reached. The conference is full. Please contact the meeting owner or try again later!',
        '',
      ),
    ),
  signInHere: () =>
    dialog(
      'dialog.tokenAuthFailed',
      text('Authentication failed', 'Anmeldung fehlgeschlagen'),
      text("Sorry, you're not allowed to join this call.", 'Sie dürfen nicht teilnehmen.'),
    ),
  notFound: () => page('404 Not Found', text('You can create a new conversation here', '')),
  captcha: () =>
    `<main class="ending"><h1>${text("Verify you're human by completing the action below", 'Bestätigen Sie, dass Sie ein Mensch sind')}</h1>
    <iframe title="${text('Security challenge', 'Sicherheitsabfrage')}" class="recaptcha" src="https://challenges.cloudflare.com/turnstile?for=${play.key}"></iframe></main>`,
  unknown: () => page(text('Jitsi has news', 'Neues von Jitsi'), text('Choose a colour for your room', '')),
};

/** The end lies over the call, which stays drawn; who goes by himself, or is put out, is shown nothing else. */
export function drawEnding(kind) {
  if (kind === 'ended') cover(ENDINGS.ended());
  else show(ENDINGS[kind]());
}

export function refusal(kind) {
  note('over');
  show({ ...ENDINGS, ...REFUSALS }[kind]());
}
