import { find, html, note, play, show, still, text, wait } from '../stage.js';
import { refusal } from './endings.js';
import { toolbox } from './toolbox.js';

const TEXTS = () => [
  [
    text('Asking to join meeting...', 'Teilnahme wird angefragt …'),
    text("You'll join the meeting as soon as someone accepts your request", 'Sie nehmen teil, sobald jemand annimmt'),
  ],
  [
    text('Waiting for a moderator...', 'Warten auf einen Moderator …'),
    text(
      'The conference has not yet started because no moderators have yet arrived. If you’d like to become a moderator please log-in. Otherwise, please wait.',
      'Die Konferenz hat noch nicht begonnen.',
    ),
  ],
  [
    text('Waiting for the host ...', 'Warten auf den Organisator …'),
    text(
      'The conference has not yet started. If you are the host then please authenticate. Otherwise, please wait for the host to arrive.',
      'Die Konferenz hat noch nicht begonnen.',
    ),
  ],
];

const offer = () =>
  `<button class="plain" data-testid="lobby.enterPasswordButton">${text('Enter meeting password', 'Passwort eingeben')}</button>`;

const knockScreen = (
  name,
) => `<main class="ending lobby-screen premeeting-screen"><h1>${text('Join meeting', 'Konferenz beitreten')}</h1><input data-testid="lobby.nameField" value="${html(name)}">
  <button class="filled" data-testid="lobby.knockButton">${text('Ask to join', 'Teilnahme anfragen')}</button>
  ${offer()}</main>`;

function draw(words) {
  const [head, line] = words ?? ['', ''];
  const content =
    words === undefined
      ? '<div class="spinner"></div>'
      : `<div class="lobby-screen-content" role="status"><div class="spinner"></div><h1>${head}</h1><p>${line}</p>${play.passcode === undefined ? '' : offer()}</div>`;
  show(
    `<main class="lobby lobby-screen premeeting-screen">${content}</main>${
      play.controlsFirst ? toolbox({ count: undefined }) : ''
    }`,
  );
}

/** Resolves once the right password was given, which nobody need give. */
async function opened() {
  if (play.passcode === undefined) return new Promise(() => undefined);
  await new Promise((offered) => find('[data-testid="lobby.enterPasswordButton"]').addEventListener('click', offered));
  for (;;) {
    show(`<main class="ending lobby-screen premeeting-screen"><h1>${text('Join meeting', 'Konferenz beitreten')}</h1><input type="password" data-testid="lobby.password">
      <button class="filled" data-testid="lobby.passwordJoinButton">${text('Join', 'Beitreten')}</button></main>`);
    await new Promise((tried) => find('[data-testid="lobby.passwordJoinButton"]').addEventListener('click', tried));
    if (find('[data-testid="lobby.password"]').value === play.passcode) return;
  }
}

/** Resolves to whether we were let in; then the page is the call's to draw. */
export async function lobby(name) {
  if (play.layout === 2) {
    show(knockScreen(name));
    await new Promise((knocked) => find('[data-testid="lobby.knockButton"]').addEventListener('click', knocked));
  }
  note('lobby');
  if (play.controlsFirst) {
    draw();
    await wait(5);
  }
  draw(TEXTS()[play.lobbyText] ?? TEXTS()[0]);
  if (play.answer === 'nobody') {
    await opened();
    return true;
  }
  if (!(await still(play.lobbySeconds))) return false;
  if (play.answer === 'admit') return true;
  refusal('denied');
  return false;
}
