import { find, html, play, show, text } from '../stage.js';
import { again, retry } from './endings.js';

const fields = (
  given,
) => `<h2 id="calling-retry-screen-description">${text("We couldn't find a meeting matching this ID and passcode", 'Es gibt keine solche Besprechung')}</h2>
  <input type="text" data-tid="meeting-code-input" value="${play.key}"><input type="text" data-tid="meeting-passcode-input" value="${html(given)}" autocomplete="off">`;

/**
 * Guests are asked for the passcode once they have knocked, and again for as long as it is another one.
 * @param given - in the address; it is there already, and cannot be tried again
 */
export async function match(given) {
  for (;;) {
    show(
      retry(
        text('Check the meeting ID and passcode', 'Besprechungs-ID und Passcode prüfen'),
        again('disabled'),
        fields(given),
      ),
    );
    const field = find('[data-tid=meeting-passcode-input]');
    const button = find('[data-tid=calling-retry-rejoinbutton]');
    field.addEventListener('input', () => {
      field.setAttribute('value', field.value);
      button.disabled = ['', given].includes(field.value);
    });
    await new Promise((tried) => button.addEventListener('click', tried));
    if (field.value === play.passcode) return;
  }
}
