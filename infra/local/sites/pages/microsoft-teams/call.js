import { makeRoom } from '../room.js';
import { find, findAll, html, initials, play, text } from '../stage.js';
import { controls } from './controls.js';
import { drawEnding } from './endings.js';
import { lobby } from './lobby.js';

/** Guests have a mark behind their names; layout 2 shows an account by its address. */
const tile = (
  name,
  self = false,
) => `<div class="tile" role="menuitem" data-tid="${play.layout === 2 && !self ? `${initials(name)}@example.com` : html(name)}${self ? ` (${text('Guest', 'Gast')})` : ''}" data-stream-type="Video" aria-label="${html(name)}, ${self ? text('muted', 'stumm') : 'video is on, Context menu is available'}">
  <div class="avatar">${html(initials(name))}</div><div class="name">${html(name)}</div>
  ${self ? '<div data-tid="myself-video"></div>' : '<div data-tid="voice-level-stream-outline" class="speaking"></div>'}</div>`;

/** The list of people at the side, which layout 2 has open. */
const roster = (
  self,
  others,
) => `<aside class="chat" aria-label="${text('Participants', 'Teilnehmer')}" data-tid="calling-roster"><h2>${text('In this meeting', 'In dieser Besprechung')} (${others.length + 1})</h2>
  <ul role="tree">${[self, ...others].map((name) => `<li role="treeitem" data-tid="participantsInCall-${html(name)}" aria-label="${html(name)}">${html(name)}</li>`).join('')}</ul></aside>`;

/** Teams' call. */
export const room = makeRoom({
  frame:
    () => `<div id="bar"></div><div id="toast" role="alert"></div><main class="call"><div class="tiles" data-tid="calling-stage"></div><div id="side"></div>
    <aside class="chat" id="messages" hidden></aside></main>`,
  draw({ self, others, countShown }) {
    find('.tiles').innerHTML = others.map((name) => tile(name)).join('') + tile(self, true);
    find('#bar').innerHTML = controls({ count: countShown ? others.length + 1 : undefined });
    find('#side').innerHTML = play.layout === 2 && countShown ? roster(self, others) : '';
    find('#toast').textContent =
      others.length === 0
        ? text("You're the only one here. Waiting for others to join…", 'Warten auf andere …')
        : text('Grace Hopper was removed from the meeting', 'Grace Hopper wurde entfernt');
  },
  uncount() {
    for (const each of findAll('.tile')) each.remove();
  },
  leaveButton: '#hangup-button',
  // The button that opens it closes it too.
  chat: {
    button: '#chat-button',
    panel: () => `<h2>${text('Meeting chat', 'Chat')}</h2>
      <div data-tid="ckeditor" contenteditable="true" role="textbox" aria-label="${text('Type a message', 'Nachricht eingeben')}"></div>
      ${play.layout === 2 ? `<button data-tid="newMessageCommands-send" aria-label="${text('Send', 'Senden')}">➤</button>` : ''}`,
    field: '.chat-panel [data-tid=ckeditor]',
    // Where there is a button Enter begins a new line.
    send: '.chat-panel [data-tid=newMessageCommands-send]',
  },
  speaks: (speaking) =>
    find('[data-tid=voice-level-stream-outline]')?.classList.toggle('vdi-frame-occlusion', speaking),
  dialogs: {
    consent:
      () => `<div role="dialog" aria-modal="true" class="dialog"><h2>${text('Recording and transcription have started', 'Aufzeichnung hat begonnen')}</h2>
      <p>${text('By continuing you give consent for this meeting to be recorded.', 'Wenn Sie fortfahren, stimmen Sie zu.')}</p>
      <button class="plain">${text('Leave', 'Verlassen')}</button><button class="filled">${text('Continue', 'Weiter')}</button></div>`,
    agreed: () => text('Continue', 'Weiter'),
    notice: () =>
      `<div role="dialog" class="dialog corner"><p>${text('Turn on live captions to follow along', '')}</p><button aria-label="Close" title="Close" class="plain">✕</button></div>`,
    cookies:
      () => `<div role="dialog" class="dialog corner"><p>${text('We use optional cookies.', 'Wir verwenden optionale Cookies.')}</p>
      <button class="filled">${text('Accept', 'Akzeptieren')}</button><button class="plain">${text('Reject', 'Ablehnen')}</button></div>`,
  },
  say(message, from) {
    const chat = find('#messages');
    chat.hidden = false;
    chat.insertAdjacentHTML(
      'beforeend',
      `<div data-tid="chat-pane-message"><b data-tid="message-author-name">${html(from)}</b><div>${html(message)}</div></div>`,
    );
  },
  wordsOfTheEnd: [
    "You've been removed from this meeting",
    'Meeting ended',
    'Someone will let you in shortly',
    'Call ended. Sorry, but you were denied access to the meeting.',
  ],
  lobby: (name) => lobby(name),
  ending: drawEnding,
  elsewhere: () => `https://www.microsoft.com/microsoft-teams/group-chat-software?for=${encodeURIComponent(play.key)}`,
});
