import { note, onAct, play, show, text, wait } from '../stage.js';
import { room } from './call.js';
import { refusal } from './endings.js';
import { greenRoom } from './green-room.js';
import { lobby } from './lobby.js';
import { askStillThere } from './still-there.js';

/** The way through Meet's one page, as it is told. */
async function main() {
  note('opened', { language: navigator.language, stored: localStorage.getItem('account') ?? undefined });
  onAct({ ...room.acts, askStillThere });
  show(`<div class="loading" role="progressbar" aria-label="${text('Loading', 'Wird geladen')}"></div>`);
  await wait(0.4);
  if (play.door !== 'open') return refusal(play.door);
  const asked = await greenRoom();
  note('asked', asked);
  await wait(0.3);
  if (play.answer === 'block') return refusal('blocked');
  if (play.answer === 'straight' || (await lobby(asked.name))) room.enter(asked.name);
}

addEventListener('pagehide', () => note('gone'));
await main();
