import { note, onAct, play, show, text, wait } from '../stage.js';
import { room } from './call.js';
import { conference } from './conference.js';
import { refusal } from './endings.js';
import { lobby } from './lobby.js';
import { password } from './password.js';
import { preMeeting } from './pre-meeting.js';

/** The way through the client, as it is told. */
async function main() {
  note('opened', { language: navigator.language });
  onAct(room.acts);
  globalThis.APP = { conference, store: { getState: () => ({ 'features/base/conference': {} }) } };
  show(`<main class="ending"><div class="spinner"></div></main>`);
  await wait(0.6);
  if (play.door !== 'open') return refusal(play.door);
  const asked = await preMeeting();
  note('asked', asked);
  // In layout 2 it is the lobby that a password opens.
  if (play.passcode !== undefined && play.layout === 1) await password();
  show(
    `<main class="ending"><div class="spinner"></div><p>${text('Connecting you to your meeting…', 'Sie werden verbunden …')}</p></main>`,
  );
  await wait(0.6);
  if (play.answer === 'block') return refusal('blocked');
  if (play.answer === 'captcha') return refusal('captcha');
  if (play.answer === 'straight' || (await lobby(asked.name))) room.enter(asked.name);
}

addEventListener('pagehide', () => note('gone'));
await main();
