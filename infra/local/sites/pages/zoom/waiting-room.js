import { note, play, show, still, text, wait } from '../stage.js';
import { refusal } from './endings.js';
import { footer } from './footer.js';

const TEXTS = () => [
  text('Please wait, the meeting host will let you in soon.', 'Bitte warten Sie, der Host lässt Sie bald herein.'),
  text('Waiting for the host to start the meeting.', 'Es wird auf den Host gewartet.'),
  text("Host has joined. We've let them know you're here.", 'Der Host ist da. Wir haben Bescheid gesagt.'),
];

/** `.meeting-app` and the footer's way out are there as in the call. */
function draw(words) {
  show(
    `<main class="lobby meeting-app"><div class="waiting-room-container">${
      words === undefined
        ? '<div class="spinner"></div>'
        : `<h1 class="wr-title" role="status">${words}</h1><p>Weekly of the engines</p>`
    }</div></main>${footer({ count: undefined, waiting: !play.controlsFirst })}`,
  );
}

/** Resolves to whether we were let in; then the page is the call's to draw. */
export async function waitingRoom() {
  note('lobby');
  if (play.controlsFirst) {
    draw(undefined);
    await wait(5);
  }
  draw(TEXTS()[play.lobbyText] ?? TEXTS()[0]);
  if (play.answer === 'nobody') return false;
  if (!(await still(play.lobbySeconds))) return false;
  if (play.answer === 'admit') return true;
  refusal(play.answer === 'deny' ? 'denied' : 'noAnswer');
  return false;
}
