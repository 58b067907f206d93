import { note, play, show, text } from '../stage.js';

const home = () =>
  `<button class="filled" jsname="dqt8Pb"><span>${text('Return to home screen', 'Zurück zum Startbildschirm')}</span></button>`;
const rejoin = () =>
  `<button class="plain" jsname="oI7Fj"><span>${text('Rejoin', 'Wieder teilnehmen')}</span></button>`;
const feedback = () => `<button class="plain"><span>${text('Submit feedback', 'Feedback geben')}</span></button>`;

const page = (head, line, buttons) =>
  `<header class="bar"><b>Google Meet</b></header><main class="ending"><h1 jsname="r4nke">${head}</h1><p>${line}</p><div>${buttons}</div></main>`;

/** The pages after a call. */
const ENDINGS = {
  ended: () =>
    play.layout === 1
      ? page(
          text('The call ended', 'Der Anruf wurde beendet'),
          text(
            'The call ended because the meeting host ended it for everyone',
            'Der Organisator hat den Anruf für alle beendet',
          ),
          home() + feedback(),
        )
      : page(text('Your host ended the meeting for everyone', 'Besprechung beendet'), '', home()),
  removed: () =>
    page(
      play.layout === 1
        ? text("You've been removed from the meeting", 'Du wurdest aus der Besprechung entfernt')
        : text('You’ve been removed from the meeting', 'Du wurdest aus der Besprechung entfernt'),
      '',
      home() + feedback(),
    ),
  left: () => page(text('You left the meeting', 'Du hast die Besprechung verlassen'), '', rejoin() + home()),
  stillThere: () => page(text('Are you still there?', 'Bist du noch da?'), '', home()),
};

/** The pages that let nobody in; that it is over already is one of those after a call. */
const REFUSALS = {
  denied: () =>
    play.layout === 1
      ? page(
          text("You can't join this call", 'Du kannst nicht teilnehmen'),
          text('Someone in the call denied your request to join', 'Jemand im Anruf hat deine Anfrage abgelehnt'),
          home(),
        )
      : ENDINGS.left(),
  noAnswer: () =>
    page(
      text("You can't join this call", 'Du kannst nicht teilnehmen'),
      text('No one responded to your request to join the call', 'Niemand hat auf deine Anfrage reagiert'),
      `${home()}<button class="plain"><span>${text('Ask to join again', 'Erneut anfragen')}</span></button>`,
    ),
  blocked: () =>
    page(
      text("You can't join this video call", 'Du kannst nicht an diesem Videoanruf teilnehmen'),
      text('Returning to home screen in 58 seconds', ''),
      home() + feedback(),
    ),
  notFound: () =>
    page(
      text('Check your meeting code', 'Überprüfe den Besprechungscode'),
      text(
        'Make sure you entered the correct meeting code in the URL, for example: https://meet.google.com/xxx-yyyy-zzz',
        '',
      ),
      home(),
    ),
  expired: () => page(text('Your meeting code has expired', 'Dein Code ist abgelaufen'), '', home()),
  signInHere: () =>
    `<main class="ending"><h1>${text('Sign in', 'Anmelden')}</h1><p>${text('Use your Google Account', 'Mit deinem Google-Konto')}</p><input type="email" id="identifierId" aria-label="Email or phone"><div><button class="filled"><span>${text('Next', 'Weiter')}</span></button></div></main>`,
  captcha:
    () => `<main class="ending"><h1>${text("Verify that you're not a robot", 'Bestätige, dass du kein Roboter bist')}</h1>
    <iframe title="reCAPTCHA" class="recaptcha" src="https://www.google.com/recaptcha/enterprise/anchor?size=normal&for=${play.key}"></iframe></main>`,
  unknown:
    () => `<header class="bar"><b>Google Meet</b></header><main class="ending"><h1>${text('A new way to meet is here', 'Neu')}</h1>
    <p>${text('Take the tour of what has changed', '')}</p><button class="filled"><span>${text('Start the tour', 'Los')}</span></button></main>`,
};

export const drawEnding = (kind) => show(ENDINGS[kind]());

export function refusal(kind) {
  note('over');
  show({ ...ENDINGS, ...REFUSALS }[kind]());
}
