import { note, onAct, play, show, text, wait } from '../stage.js';
import { room } from './call.js';
import { refusal } from './endings.js';
import { preview } from './preview.js';
import { waitingRoom } from './waiting-room.js';

/** The way through the web client, as it is told. */
async function main() {
  note('opened', { language: navigator.language, stored: localStorage.getItem('account') ?? undefined });
  onAct(room.acts);
  show(`<main class="ending"><div class="spinner"></div></main>`);
  await wait(0.6);
  if (play.door !== 'open') return refusal(play.door);
  const asked = await preview();
  note('asked', asked);
  show(
    `<main class="ending meeting-app"><div class="spinner"></div><p>${text('Joining Meeting...', 'Meeting wird beigetreten …')}</p></main>`,
  );
  await wait(0.8);
  if (play.answer === 'block') return refusal('blocked');
  if (play.answer === 'captcha') return refusal('captcha');
  if (play.answer === 'straight' || (await waitingRoom(asked.name))) room.enter(asked.name);
}

addEventListener('pagehide', () => note('gone'));
await main();
