import { text } from '../stage.js';

const button = (label, more = '', badge = '') =>
  `<div class="toolbox-button control ${more}" role="button" tabindex="0" aria-label="${label}" aria-pressed="false"><div class="toolbox-icon">${label}</div>${badge}</div>`;

/** Messages that nobody has read, which are nobody. */
const UNREAD = '<span class="badge-round"><span>1</span></span>';

/** The bar at the foot of the call. @param count - people in the call; undefined: not shown */
export function toolbox({ count }) {
  const pane = text('Open participants panel.', 'Teilnehmerliste öffnen.');
  const people = count === undefined ? pane : `${pane} ${count} ${text('participants', 'Teilnehmer')}`;
  return `<div class="controls new-toolbox visible" id="new-toolbox"><div class="toolbox-content-items" role="toolbar">
    ${button(text('Unmute microphone', 'Stummschaltung aufheben'))}${button(text('Start camera', 'Kamera einschalten'))}
    ${button(text('Start sharing your screen', 'Bildschirm freigeben'))}${button(text('Open chat', 'Chat öffnen'), '', UNREAD)}
    ${button(text('Raise your hand', 'Hand heben'))}${button(people)}
    ${button(text('Toggle tile view', 'Kachelansicht'))}${button(text('More actions', 'Weitere'))}
    ${button(text('Leave the meeting', 'Konferenz verlassen'), 'hangup-button leave')}</div></div>`;
}
