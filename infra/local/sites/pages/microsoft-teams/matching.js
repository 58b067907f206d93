import { find, html, note, play, show, text } from '../stage.js';

function draw(given) {
  show(`<header class="bar"><b>Microsoft Teams</b></header><main class="ending" data-tid="calling-retry-screen">
    <h1 id="calling-retry-screen-title">${text('Check the meeting ID and passcode', 'Besprechungs-ID und Passcode prüfen')}</h1>
    <h2 id="calling-retry-screen-description">${text("We couldn't find a meeting matching this ID and passcode", 'Es gibt keine solche Besprechung')}</h2>
    <input type="text" data-tid="meeting-code-input" value="${play.key}"><input type="text" data-tid="meeting-passcode-input" value="${html(given)}" autocomplete="off">
    <div><button class="filled" data-tid="calling-retry-rejoinbutton" disabled>${text('Rejoin', 'Erneut versuchen')}</button>
    <button class="plain" data-tid="calling-retry-cancelbutton">${text('Dismiss', 'Schließen')}</button></div></main>`);
}

/**
 * Guests are asked for the passcode once they have knocked, and again for as long as it is another one.
 * @param given - in the address; it is there already, and cannot be tried again
 */
export async function match(given) {
  for (;;) {
    draw(given);
    const field = find('[data-tid=meeting-passcode-input]');
    const button = find('[data-tid=calling-retry-rejoinbutton]');
    field.addEventListener('input', () => {
      field.setAttribute('value', field.value);
      button.disabled = ['', given].includes(field.value);
    });
    await new Promise((tried) => button.addEventListener('click', tried));
    note('matched', { passcode: field.value });
    if (field.value === play.passcode) return;
  }
}
