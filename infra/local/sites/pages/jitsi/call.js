import { makeRoom } from '../room.js';
import { find, findAll, html, initials, play, text } from '../stage.js';
import { setJoined, setMembers } from './conference.js';
import { drawEnding } from './endings.js';
import { lobby } from './lobby.js';
import { toolbox } from './toolbox.js';

const tile = (
  name,
  id,
) => `<span class="tile videocontainer" id="${id}" aria-label="${html(name)}"><div class="avatar avatar-container">${html(initials(name))}</div>
  <div class="displayNameContainer name"><span class="displayname" id="${id}_name">${html(name)}</span></div><div class="speaking"></div></span>`;

const isSelfShown = () => !location.hash.includes('config.disableSelfView=true');

/** Jitsi's call. */
export const room = makeRoom({
  frame:
    () => `<main class="call" id="videoconference_page"><div id="largeVideoContainer" hidden></div><div id="filmstripRemoteVideosContainer" class="tiles"></div>
    <aside class="chat" id="chatconversation" hidden></aside><div class="snack" id="notifications-container"></div></main><div id="bar"></div>`,
  draw({ self, others, countShown }) {
    setJoined(true);
    setMembers(countShown ? [...others, self] : undefined);
    find('.tiles').innerHTML =
      others.map((name, i) => tile(name, `participant_${(0x0a0b + i).toString(16)}`)).join('') +
      (isSelfShown() ? tile(self, 'localVideoContainer') : '');
    find('#bar').innerHTML = toolbox({ count: countShown ? others.length + 1 : undefined });
    find('#notifications-container').innerHTML =
      `<div data-testid="notify.disconnected">${text('Grace Hopper left the meeting', 'Grace Hopper hat die Konferenz verlassen')}</div>`;
  },
  uncount() {
    for (const each of findAll('.videocontainer')) each.remove();
  },
  leaveButton: '.hangup-button',
  chat: {
    button: `[aria-label="${text('Open chat', 'Chat öffnen')}"]`,
    panel:
      () => `<div class="toolbox-button close" role="button" tabindex="0" aria-label="${text('Close chat', 'Chat schließen')}">✕</div>
      <div id="chat-input"><textarea id="usermsg" placeholder="${text('Type a message', 'Nachricht eingeben')}"></textarea></div>`,
    field: '#usermsg',
  },
  speaks: (speaking) => find('[id^=participant_]')?.classList.toggle('dominant-speaker', speaking),
  dialogs: {
    consent:
      () => `<div role="dialog" aria-modal="true" class="dialog"><h2>${text('Recording consent', 'Einwilligung in die Aufzeichnung')}</h2><p>${text('This meeting is being recorded. By continuing to attend you consent to being recorded.', 'Dieses Treffen wird aufgezeichnet.')}</p>
      <button class="plain">${text('I understand, please unmute me', 'Verstanden, Mikrofon an')}</button><button class="filled" id="modal-dialog-ok-button">${text('I understand, keep me muted for now', 'Verstanden, stumm bleiben')}</button></div>`,
    agreed: () => text('I understand, keep me muted for now', 'Verstanden, stumm bleiben'),
    notice: () =>
      `<div class="dialog corner" data-testid="notify.mutedTitle"><p>${text('You have started the conversation muted.', 'Sie sind stummgeschaltet.')}</p><button class="plain" aria-label="${text('Close', 'Schließen')}">✕</button></div>`,
    cookies: () =>
      `<div class="dialog corner"><p>${text('This website uses cookies', 'Diese Website verwendet Cookies')}</p><button class="filled">${text('Accept', 'Akzeptieren')}</button></div>`,
  },
  say(message, from) {
    const chat = find('#chatconversation');
    chat.hidden = false;
    chat.insertAdjacentHTML(
      'beforeend',
      `<div class="chatmessage-wrapper"><b class="display-name">${html(from)}</b><div class="usermessage">${html(message)}</div></div>`,
    );
  },
  wordsOfTheEnd: [
    'The meeting has been terminated',
    'Ouch! Ada Lovelace kicked you out of the meeting',
    'Asking to join meeting...',
    'Your join request has been rejected by a moderator.',
  ],
  lobby(name) {
    setJoined(false);
    setMembers(undefined);
    return lobby(name);
  },
  ending(kind) {
    setJoined(false);
    setMembers(undefined);
    drawEnding(kind);
  },
  elsewhere: () => `https://jitsi.org/?for=${play.key}`,
});
