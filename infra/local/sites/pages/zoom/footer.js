import { play, text } from '../stage.js';

const button = (label, words, more = '') =>
  `<button class="control footer-button-base__button" aria-label="${label}" ${more}><span class="footer-button-base__button-label">${words}</span></button>`;

function participants(count) {
  const words = text('Participants', 'Teilnehmer');
  const label =
    count === undefined
      ? text('open the participants list', 'Teilnehmerliste öffnen')
      : text(`open the participants list pane,${count} participants`, `Teilnehmerliste öffnen,${count} Teilnehmer`);
  const counter =
    count === undefined ? '' : `<span class="footer-button__number-counter"><span>${count}</span></span> `;
  return `<button class="control footer-button-base__button" aria-label="${label}">${counter}<span>${words}</span></button>`;
}

/**
 * The bar at the foot of the client.
 * @param count - people in the call; undefined: not shown
 * @param waiting - as the waiting room has it: the way out alone
 */
export function footer({ count, waiting = false }) {
  const inCall = `
    ${button(text('unmute my microphone', 'Stummschaltung aufheben'), text('Unmute', 'Audio ein'))}
    ${button(text('start my video', 'Video starten'), text('Start Video', 'Video starten'))}
    ${participants(count)}
    ${button(text('open the chat panel', 'Chat öffnen'), text('Chat', 'Chat'))}
    ${button(text('Share Screen', 'Bildschirm freigeben'), text('Share Screen', 'Freigeben'))}
    ${button(text('Record', 'Aufzeichnen'), text('Record', 'Aufzeichnen'))}
    ${button(text('More meeting control', 'Weitere Steuerung'), text('More', 'Mehr'))}`;
  return `<footer id="wc-footer" class="controls layout-${play.layout}">${waiting ? '' : inCall}
    <div class="leave-box">${button(text('Leave', 'Verlassen'), text('Leave', 'Verlassen')).replace('class="control', 'class="leave control footer__leave-btn')}</div></footer>`;
}
