import { play, text } from '../stage.js';

const button = (label, words, more = '') =>
  `<button class="control footer-button-base__button" aria-label="${label}" ${more}><span class="footer-button-base__button-label">${words}</span></button>`;

function participants(count) {
  const words = text('Participants', 'Teilnehmer');
  const label =
    count === undefined
      ? text('open the participants list', 'Teilnehmerliste öffnen')
      : text(
          // The client spells it so.
          play.layout === 1
            ? `open the manage participants list pane,${count} particpants`
            : `open the participants list pane,[${count}] particpants`,
          `Teilnehmerliste öffnen,${count} Teilnehmer`,
        );
  const counter =
    count === undefined ? '' : `<span class="footer-button__number-counter"><span>${count}</span></span> `;
  return `<button class="control footer-button-base__button" aria-label="${label}">${counter}<span>${words}</span></button>`;
}

/** Without a microphone it is called so although the others are heard. */
export const soundJoined = () => text('audio', 'Audio');

/** The microphone's button, or that of the sound in its place. */
function sound(isHeard) {
  if (play.layout === 1 && !play.soundApart)
    return button(text('unmute my microphone', 'Stummschaltung aufheben'), text('Unmute', 'Audio ein'));
  const label = isHeard ? soundJoined() : text('join audio', 'Dem Audio beitreten');
  return button(label, text('Audio', 'Audio')).replace('class="control', 'class="control join-audio-container__btn');
}

/** What has other names in the other layout. */
const others = () =>
  play.layout === 1
    ? `${button(text('Share Screen', 'Bildschirm freigeben'), text('Share Screen', 'Freigeben'))}
    ${button(text('Record', 'Aufzeichnen'), text('Record', 'Aufzeichnen'))}
    ${button(text('More meeting control', 'Weitere Steuerung'), text('More', 'Mehr'))}`
    : `${button(text('Share', 'Freigeben'), text('Share', 'Freigeben'))}
    ${button(text('React', 'Reagieren'), text('React', 'Reagieren'))}
    <div class="control" aria-label="${text('More meeting control ', 'Weitere Steuerung ')}"><span>${text('More', 'Mehr')}</span></div>`;

/**
 * The bar at the foot of the client.
 * @param count - people in the call; undefined: not shown
 * @param isHeard - the sound is joined
 * @param waiting - as the waiting room has it: the way out alone
 */
export function footer({ count, isHeard = true, waiting = false }) {
  const inCall = `
    ${sound(isHeard)}
    ${button(text('start my video', 'Video starten'), text('Start Video', 'Video starten'))}
    ${participants(count)}
    ${button(text('open the chat panel', 'Chat öffnen'), text('Chat', 'Chat'))}
    ${others()}`;
  return `<footer id="wc-footer" class="controls layout-${play.layout}">${waiting ? '' : inCall}
    <div class="leave-box">${button(text('Leave', 'Verlassen'), text('Leave', 'Verlassen')).replace('class="control', 'class="leave control footer__leave-btn')}</div></footer>`;
}
