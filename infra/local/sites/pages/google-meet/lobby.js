import { player, silentStream } from '../media.js';
import { find, html, note, play, show, still, text, wait } from '../stage.js';
import { controls } from './controls.js';
import { refusal } from './endings.js';

/** What Meet was seen to say to those who wait, over the years. */
const TEXTS = () => [
  [
    text('Asking to be let in', 'Teilnahme wird erbeten'),
    text("You'll join the call when someone lets you in", 'Du nimmst teil, sobald dich jemand einlässt'),
  ],
  [
    text('Asking to join...', 'Teilnahme wird erbeten …'),
    text('You’ll join the call when someone lets you in', 'Du nimmst teil, sobald dich jemand einlässt'),
  ],
  [
    text(
      'Please wait until a meeting host brings you into the call',
      'Bitte warte, bis ein Organisator dich hereinholt',
    ),
    '',
  ],
  [
    text('Please wait until a meeting host admits you to the call', 'Bitte warte, bis ein Organisator dich einlässt'),
    '',
  ],
  [
    text('Waiting for the host to join', 'Es wird auf den Organisator gewartet'),
    text('Return to home screen to do something else meanwhile', ''),
  ],
];

/** The one tile of the lobby: our own picture, which is nobody in the call. */
const phantom = (
  name,
) => `<div class="tile" data-participant-id="spaces/lobby/devices/0" aria-label="Backgrounds and effects">
  <div class="avatar">${html(name.charAt(0))}</div><span class="notranslate">visual_effects</span></div>`;

function draw(name, withText) {
  const [head, line] = TEXTS()[play.lobbyText] ?? TEXTS()[0];
  const home = `<button class="plain" jsname="EszDEe"><span>${text('Return to home screen', 'Zurück zum Startbildschirm')}</span></button>`;
  const words = withText
    ? `<div class="waiting" role="status"><div class="spinner"></div><h1>${head}</h1><p>${line}</p>${play.lobbyText === 0 ? '' : home}</div>`
    : '<div class="waiting"><div class="spinner"></div></div>';
  show(
    `<main class="lobby">${phantom(name)}${words}</main>${play.controlsFirst || play.layout === 2 ? controls({ count: undefined }) : ''}`,
  );
  if (play.controlsFirst) for (let i = 0; i < 3; i++) find('main').append(player('audio', silentStream()));
}

/** Resolves to whether we were let in; then the page is the call's to draw. */
export async function lobby(name) {
  note('lobby');
  if (play.controlsFirst) {
    draw(name, false);
    await wait(5);
  }
  draw(name, true);
  if (play.answer === 'nobody') return false;
  if (!(await still(play.lobbySeconds))) return false;
  if (play.answer === 'admit') return true;
  refusal(play.answer === 'deny' ? 'denied' : play.answer === 'captcha' ? 'captcha' : 'noAnswer');
  return false;
}
