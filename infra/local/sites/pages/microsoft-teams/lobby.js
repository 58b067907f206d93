import { player, silentStream } from '../media.js';
import { find, html, note, play, show, still, text, wait } from '../stage.js';
import { controls } from './controls.js';
import { refusal } from './endings.js';

const TEXTS = () => [
  text('Someone will let you in shortly', 'Jemand lässt Sie in Kürze herein'),
  text('Someone will let you in soon', 'Jemand lässt Sie bald herein'),
  text('Someone will let you in when the meeting starts', 'Sie werden hereingelassen, sobald die Besprechung beginnt'),
  text("You're in the lobby. Someone will let you in shortly", 'Sie befinden sich im Wartebereich'),
];

function draw(name, withText) {
  const words = withText
    ? `<h1 role="status">Hi ${html(name)}. ${TEXTS()[play.lobbyText] ?? TEXTS()[0]}</h1>`
    : '<div class="spinner"></div>';
  // Teams draws the bar of the call, the button for leaving with it, for those who wait.
  show(`${controls({ count: undefined, waiting: !play.controlsFirst })}<main class="lobby">${words}</main>`);
  if (play.controlsFirst) find('main').append(player('audio', silentStream()));
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
