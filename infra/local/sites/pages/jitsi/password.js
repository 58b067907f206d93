import { cover, find, html, play, text, wait } from '../stage.js';

/** @param typed - what was typed before: frameworks write a field's value into the document. */
const prompt = (
  typed,
) => `<div role="dialog" class="dialog"><h2>${text('Password required', 'Passwort erforderlich')}</h2>
  <input type="password" id="required-password-input" name="lockKey" value="${html(typed)}" placeholder="${text('Password', 'Passwort')}">
  <button class="filled" id="modal-dialog-ok-button">${text('Join', 'Beitreten')}</button></div>`;

/**
 * A room's lock, over the page before the meeting, whose own button stays as it was. Resolves with the right password; a wrong
 * one is asked for again, in the same words.
 */
export async function password() {
  for (let typed = ''; ; ) {
    const lock = cover(prompt(typed));
    await new Promise((answered) => find('#modal-dialog-ok-button').addEventListener('click', answered));
    typed = find('[name=lockKey]').value;
    lock.remove();
    if (typed === play.passcode) break;
    await wait(0.4);
  }
}
