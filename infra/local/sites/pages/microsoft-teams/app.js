import { note, onAct, play, show, text, wait } from '../stage.js';
import { room } from './call.js';
import { refusal } from './endings.js';
import { lobby } from './lobby.js';
import { match } from './matching.js';
import { preJoin } from './pre-join.js';

/** The way through the web client, as it is told. */
async function main() {
  note('opened', { language: navigator.language, stored: localStorage.getItem('account') ?? undefined });
  onAct(room.acts);
  show(
    `<main class="ending"><div class="spinner"></div><p>${text('Hang on while we connect you', 'Einen Moment')}</p></main>`,
  );
  await wait(0.8);
  if (play.door !== 'open') return refusal(play.door);
  const asked = await preJoin();
  note('asked', asked);
  await wait(0.5);
  const given = new URLSearchParams(location.search).get('p') ?? '';
  if (play.passcode !== undefined && ![asked.passcode, given].includes(play.passcode)) await match(given);
  if (play.answer === 'block') return refusal('notConnected');
  if (play.answer === 'straight' || (await lobby(asked.name))) room.enter(asked.name);
}

addEventListener('pagehide', () => note('gone'));
await main();
