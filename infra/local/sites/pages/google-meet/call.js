import { makeRoom } from '../room.js';
import { find, findAll, html, initials, play, text } from '../stage.js';
import { controls } from './controls.js';
import { drawEnding } from './endings.js';
import { lobby } from './lobby.js';

/** Classes of the sign of who speaks. */
const [SPEAKING, SILENT] = ['Oaajhc', 'gjg47c'];

const tile = (name, index, self = false) => `<div class="tile" data-participant-id="spaces/fake/devices/${index}"
    data-requested-participant-id="spaces/fake/devices/${index}" jscontroller="H1wM9">
  <div class="avatar">${html(initials(name))}</div>
  <div ${self ? `data-self-name="${html(name)}" ` : ''}class="name"><span class="notranslate">${html(name)}</span></div>
  <div jsname="QgSmzd" class="${SILENT}" data-audio-level="0"></div></div>`;

const dialog = (head, body, buttons, corner = '') =>
  `<div role="dialog" aria-modal="${corner === ''}" class="dialog ${corner}"><h2>${head}</h2><p>${body}</p>${buttons
    .map(
      (label, i) => `<button class="${i === buttons.length - 1 ? 'filled' : 'plain'}"><span>${label}</span></button>`,
    )
    .join('')}</div>`;

/** What agrees to a recording. */
const agreed = () => (play.layout === 1 ? text('Join now', 'Jetzt teilnehmen') : text('Join', 'Teilnehmen'));

const consent = (role, head, body) =>
  `<div role="${role}" aria-modal="true" class="dialog"><h2>${head}</h2><p>${body}</p>
  <button class="plain" data-mdc-dialog-action="cancel"><span>${text('Leave', 'Verlassen')}</span></button>
  <button class="filled" data-mdc-dialog-action="ok"><span>${agreed()}</span></button></div>`;

/** In a call that is recorded, for as long as it lasts. */
const pill = () => `<div class="pill">${text('Gemini is taking notes', 'Gemini macht Notizen')}</div>`;

/** Meet's call. */
export const room = makeRoom({
  frame: () => `<main class="call"><div class="tiles"></div>
    <aside class="chat" hidden><h2>${text('In-call messages', 'Chat')}</h2></aside>
    <div class="snack" aria-live="polite"></div>${play.callDialogs.includes('consent') ? pill() : ''}</main><div id="bar"></div>`,
  draw({ self, others, countShown }) {
    find('.tiles').innerHTML = others.map((name, i) => tile(name, i + 2)).join('') + tile(self, 1, true);
    const count = countShown ? others.length + 1 : undefined;
    find('#bar').innerHTML = controls({ count, layout: play.layout });
    find('.snack').textContent = others.length === 0 ? text("You're the only one here", 'Nur du bist hier') : '';
  },
  uncount() {
    for (const each of findAll('.tile')) each.removeAttribute('data-participant-id');
  },
  speaks(speaking) {
    const sign = find('.tile [jsname=QgSmzd]');
    if (play.layout === 1) sign?.setAttribute('data-audio-level', speaking ? '4' : '0');
    else sign?.setAttribute('class', speaking ? SPEAKING : SILENT);
  },
  leaveButton: '[jsname=CQylAd]',
  chat: {
    button: `[aria-label="${text('Chat with everyone', 'Mit allen chatten')}"]`,
    panel:
      () => `<h2>${text('In-call messages', 'Chat')}</h2><button class="plain close" aria-label="${text('Close', 'Schließen')}">✕</button>
      <textarea aria-label="${text('Send a message', 'Nachricht senden')}"></textarea>`,
    field: '.chat-panel textarea',
  },
  dialogs: {
    consent: () =>
      play.layout === 1
        ? consent(
            'dialog',
            text(
              'This video call is being recorded and transcribed. Gemini is taking notes.',
              'Dieser Videoanruf wird aufgezeichnet',
            ),
            text('Your call audio and video will be shared with Notetaker by Example', 'Ton und Bild werden geteilt'),
          )
        : consent('alertdialog', text('This meeting is being captured', 'Diese Videokonferenz wird erfasst'), ''),
    agreed,
    notice: () =>
      dialog(
        text('Your meeting is safe', 'Deine Videokonferenz ist sicher'),
        text('No one outside can join unless the host lets them in', 'Niemand kann einfach teilnehmen'),
        [text('Got it', 'Ok')],
        'corner',
      ),
    cookies: () =>
      dialog(
        'Cookies',
        text('This site uses cookies', 'Diese Website verwendet Cookies'),
        [text('Reject all', 'Alle ablehnen'), text('Accept all', 'Alle akzeptieren')],
        'corner',
      ),
  },
  say(message, from) {
    const chat = find('.chat');
    chat.hidden = false;
    const id = chat.childElementCount;
    chat.insertAdjacentHTML(
      'beforeend',
      `<div data-message-id="${id}"><b>${html(from)}</b><div jsname="dTKtvb">${html(message)}</div></div>`,
    );
  },
  wordsOfTheEnd: [
    'Meeting ended',
    "You've been removed from the meeting",
    'Asking to be let in',
    'The call ended. Return to home screen',
  ],
  lobby: (name) => lobby(name),
  ending: drawEnding,
  elsewhere: () => `https://workspace.google.com/products/meet/?for=${play.key}`,
});
