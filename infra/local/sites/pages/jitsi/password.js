import { find, html, play, show, text, wait } from '../stage.js';

/** @param typed - what was typed before: frameworks write a field's value into the document. */
const prompt = (
  typed,
) => `<main class="ending"><div role="dialog" class="dialog"><h2>${text('Password required', 'Passwort erforderlich')}</h2>
  <input type="password" id="required-password-input" name="lockKey" value="${html(typed)}" placeholder="${text('Password', 'Passwort')}">
  <button class="filled" id="modal-dialog-ok-button">${text('Join', 'Beitreten')}</button></div></main>`;

/** A room's lock. Resolves with the right password; a wrong one is asked for again, in the same words. */
export async function password() {
  for (let typed = ''; ; ) {
    show(prompt(typed));
    await new Promise((answered) => find('#modal-dialog-ok-button').addEventListener('click', answered));
    typed = find('[name=lockKey]').value;
    if (typed === play.passcode) break;
    await wait(0.4);
  }
}
