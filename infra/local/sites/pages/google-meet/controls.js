import { text } from '../stage.js';

const button = (label, icon, more = '') =>
  `<button class="control" aria-label="${label}" data-tooltip="${label}" ${more}><i class="google-material-icons" aria-hidden="true">${icon}</i></button>`;

/** How many there are, where the layout says so. */
function people({ count, layout }) {
  const label = text('People', 'Personen');
  if (count === undefined) return button(label, 'people');
  return layout === 1
    ? `<button class="control" aria-label="${label} - ${count} joined" data-panel-id="1"><i class="google-material-icons" aria-hidden="true">people</i><div class="uGOf1d">${count}</div></button>`
    : `<div class="control" role="button" tabindex="0" aria-haspopup="dialog" aria-label="${label}"><div data-avatar-count="${count}" class="egzc7c">${count}</div></div>`;
}

/** The bar at the foot of the call, and of some lobbies. @param count - people in the call; undefined: not shown */
export function controls({ count, layout = 1 }) {
  return `<div class="controls" role="region" aria-label="${text('Call controls', 'Anrufsteuerung')}">
    <time>10:41</time><span class="code">bot-call</span>
    ${button(text('Turn on microphone', 'Mikrofon aktivieren'), 'mic_off', 'data-is-muted="true" jsname="hw0c9"')}
    ${button(text('Turn on camera', 'Kamera aktivieren'), 'videocam_off', 'data-is-muted="true" jsname="psRWwc"')}
    ${button(text('Share screen', 'Bildschirm teilen'), 'present_to_all')}
    ${button(text('Send a reaction', 'Reaktion senden'), 'mood')}
    ${button(text('Turn on captions', 'Untertitel aktivieren'), 'closed_caption', 'jsname="r8qRAd"')}
    ${button(text('Raise hand', 'Hand heben'), 'back_hand')}
    ${button(text('More options', 'Weitere Optionen'), 'more_vert', 'jsname="NakZHc"')}
    ${button(text('Leave call', 'Anruf verlassen'), 'call_end', 'jsname="CQylAd"').replace('class="control"', 'class="control leave"')}
    <span class="right">${button(text('Meeting details', 'Besprechungsdetails'), 'info')}
    <span id="people">${people({ count, layout })}</span>
    ${button(text('Chat with everyone', 'Mit allen chatten'), 'chat')}
    ${button(text('Meeting tools', 'Tools'), 'apps')}</span></div>`;
}
