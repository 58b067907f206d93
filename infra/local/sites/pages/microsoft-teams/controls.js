import { text } from '../stage.js';

const button = (id, tid, label, more = '') =>
  `<button class="control" id="${id}" ${tid === '' ? '' : `data-tid="${tid}"`} aria-label="${label}" ${more}><span>${label}</span></button>`;

/**
 * The bar at the head of the call.
 * @param count - people in the call; undefined: not shown
 * @param waiting - as those in the lobby have it: devices and the way out
 */
export function controls({ count, waiting = false }) {
  const badge = count === undefined ? '' : `<span class="badge" data-tid="toolbar-item-badge">${count}</span>`;
  const inCall = `
    ${button('chat-button', 'chat-button', text('Chat', 'Chat'))}
    <button class="control" id="roster-button" data-tid="roster-button" aria-label="${text('People', 'Personen')}"><span>${text('People', 'Personen')}</span>${badge}</button>
    ${button('raisehands-button', 'raisehands-button', text('Raise', 'Melden'))}
    ${button('reaction-menu-button', 'reaction-menu-button', text('React', 'Reagieren'))}
    ${button('view-mode-button', 'view-mode-button', text('View', 'Ansicht'))}`;
  return `<div class="controls" role="toolbar" aria-label="${text('Meeting controls', 'Besprechungssteuerung')}"><time>00:12</time>${waiting ? '' : inCall}
    ${button('callingButtons-showMoreBtn', 'callingButtons-showMoreBtn', text('More', 'Mehr'))}
    ${button('video-button', 'video-button', text('Turn camera on', 'Kamera einschalten'), 'aria-pressed="false"')}
    ${button('microphone-button', 'microphone-button', text('Unmute mic', 'Stummschaltung aufheben'), 'aria-pressed="false"')}
    ${waiting ? '' : button('share-button', 'share-button', text('Share', 'Teilen'))}
    ${button('hangup-button', 'hangup-main-btn', text('Leave', 'Verlassen'), 'data-inp="hangup-button"').replace('class="control"', 'class="control leave"')}</div>`;
}
