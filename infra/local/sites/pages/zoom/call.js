import { makeRoom } from '../room.js';
import { ask, find, findAll, html, initials, play, text } from '../stage.js';
import { drawEnding } from './endings.js';
import { footer, soundJoined } from './footer.js';
import { waitingRoom } from './waiting-room.js';

const FRAME = 'gallery-video-container__video-frame';

const tile = (
  name,
) => `<div class="${FRAME}"><div class="tile video-avatar__avatar"><div class="avatar">${html(initials(name))}</div>
  <div class="name video-avatar__avatar-footer"><span role="none">${html(name)}</span></div></div></div>`;

/** Over the picture until it is closed. */
const deviceBar =
  () => `<div class="notification-message-wrap">${text('Please enable access to your microphone and camera for the best experience.', 'Bitte erlauben Sie Mikrofon und Kamera.')}
  <i class="notification-message-wrap__close" role="button" aria-label="${text('close', 'schließen')}">✕</i></div>`;

/** Whoever has not joined the sound hears nothing of it. */
let isHeard = !play.soundApart;
const hush = ({ target }) => {
  target.muted = true;
};
if (!isHeard) addEventListener('play', hush, true);

async function joinSound({ currentTarget }) {
  await ask(
    `<div class="join-dialog dialog corner"><button class="zm-btn filled join-audio-by-voip__join-btn">${text('Join Audio by Computer', 'Per Computer dem Audio beitreten')}</button></div>`,
  );
  isHeard = true;
  removeEventListener('play', hush, true);
  for (const element of findAll('audio')) element.muted = false;
  currentTarget.setAttribute('aria-label', soundJoined());
}

/** Zoom's call. */
export const room = makeRoom({
  frame: () =>
    `<main class="call meeting-app"><div class="single-main-container__video-frame tiles"></div><aside class="chat" hidden></aside><div class="snack"></div>${play.layout === 1 ? '' : deviceBar()}</main><div id="foot"></div>`,
  draw({ self, others, countShown }) {
    find('.tiles').innerHTML = [...others, self].map(tile).join('');
    find('#foot').innerHTML = footer({ count: countShown ? others.length + 1 : undefined, isHeard });
    if (!isHeard) find('.join-audio-container__btn').addEventListener('click', joinSound);
    find('.notification-message-wrap__close')?.addEventListener('click', () => {
      find('.notification-message-wrap')?.remove();
    });
    find('.snack').textContent = text('Please wait: the waiting room is now enabled', 'Der Warteraum ist jetzt aktiv');
  },
  uncount() {
    for (const each of findAll('.tile')) each.remove();
  },
  // In life it stays with the last one who spoke.
  speaks: (speaking) => find('.tile')?.parentElement.classList.toggle(`${FRAME}--active`, speaking),
  leaveButton: '.footer__leave-btn',
  chat: {
    button: `[aria-label="${text('open the chat panel', 'Chat öffnen')}"]`,
    panel: () => `<button class="plain close" aria-label="${text('close the chat panel', 'Chat schließen')}">✕</button>
      <div class="chat-rtf-box__editor-outer"><div class="tiptap" contenteditable="true"></div></div>`,
    field: '.chat-panel .tiptap',
  },
  async confirmLeave() {
    const clicked =
      await ask(`<div class="leave-meeting-options dialog corner"><button class="leave-meeting-options__btn leave-meeting-options__btn--default leave-meeting-options__btn--danger zmu-btn">${text('Leave Meeting', 'Meeting verlassen')}</button>
      <button class="plain">${text('Cancel', 'Abbrechen')}</button></div>`);
    return clicked === text('Leave Meeting', 'Meeting verlassen');
  },
  dialogs: {
    consent:
      () => `<div role="dialog" aria-modal="true" class="dialog zm-modal"><div class="zm-modal-body-title">${text('This meeting is being recorded', 'Dieses Meeting wird aufgezeichnet')}</div>
      <p>${text('By staying in this meeting, you consent to being recorded.', 'Wenn Sie bleiben, stimmen Sie zu.')}</p>
      <button class="plain">${text('Leave Meeting', 'Meeting verlassen')}</button><button class="filled">${text('Got it', 'Verstanden')}</button></div>`,
    agreed: () => text('Got it', 'Verstanden'),
    notice: () =>
      `<div role="dialog" class="dialog zm-modal"><div class="zm-modal-body-title">${text('Cannot detect your camera', 'Kamera nicht gefunden')}</div><button class="filled" aria-label="close">${text('OK', 'OK')}</button></div>`,
    cookies: () =>
      `<div id="onetrust-banner-sdk" class="dialog corner"><p>${text('We use cookies.', 'Wir verwenden Cookies.')}</p><button id="onetrust-accept-btn-handler" class="filled">${text('Accept Cookies', 'Cookies akzeptieren')}</button></div>`,
  },
  say(message, from) {
    const chat = find('.chat');
    chat.hidden = false;
    chat.insertAdjacentHTML(
      'beforeend',
      `<div class="new-chat-message__container"><b class="chat-item__sender">${html(from)}</b><div class="new-chat-message__content">${html(message)}</div></div>`,
    );
  },
  wordsOfTheEnd: [
    'This meeting has been ended by host',
    'You have been removed',
    'Please wait, the meeting host will let you in soon.',
    'Automated bots aren’t allowed in this meeting',
  ],
  lobby: (name) => waitingRoom(name),
  ending: drawEnding,
  elsewhere: () => `https://www.zoom.com/en/products/virtual-meetings/?for=${play.key}`,
});
