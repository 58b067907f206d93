import { ask, find, text } from '../stage.js';
import { refusal } from './endings.js';

/** Asks whoever is in the call, or in the lobby, for a sign of life; all other answers put him out. */
export async function askStillThere() {
  const stay =
    find('.lobby') === null ? text('Stay in the call', 'Im Anruf bleiben') : text('Keep waiting', 'Weiter warten');
  const answer =
    await ask(`<div role="dialog" aria-modal="true" class="dialog"><h2>${text('Are you still there?', 'Bist du noch da?')}</h2>
    <button class="plain"><span>${text('Leave now', 'Jetzt verlassen')}</span></button><button class="filled"><span>${stay}</span></button></div>`);
  if (answer !== stay) refusal('stillThere');
}
