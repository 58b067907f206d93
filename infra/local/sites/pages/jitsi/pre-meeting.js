import { askAtDoor, find, play, show, text } from '../stage.js';

const labels = {
  microphone: {
    on: () => text('Mute microphone', 'Stummschalten'),
    off: () => text('Unmute microphone', 'Stummschaltung aufheben'),
  },
  camera: {
    on: () => text('Stop camera', 'Kamera ausschalten'),
    off: () => text('Start camera', 'Kamera einschalten'),
  },
};

const toggle = (device, state) =>
  `<div class="${device === 'microphone' ? 'audio' : 'video'}-preview"><div class="toolbox-button toggle ${state}" data-device="${device}" role="button" tabindex="0" aria-pressed="${state === 'off'}" aria-label="${labels[device][state]()}"><div class="toolbox-icon ${state === 'off' ? 'toggled' : ''}">${device}</div></div></div>`;

function nameField() {
  if (play.name === 'absent') return `<p>${text('Joining as', 'Teilnahme als')} recorder@example.com</p>`;
  const value = play.name === 'prefilled' ? ' value="Guest of last time"' : '';
  return `<div data-testid="prejoin.screen"><input id="premeeting-name-input" class="premeeting-input" type="text" placeholder="${text('Enter your name', 'Namen eingeben')}" autocomplete="name"${value}>
    <p class="error" role="alert"></p></div>`;
}

const agreed = () => text('I understand', 'Ich verstehe');

const DIALOGS = {
  devices: () =>
    `<div role="dialog" class="dialog"><h2>${text('Failed to access your microphone', 'Kein Zugriff auf das Mikrofon')}</h2><button class="filled" aria-label="${text('Close', 'Schließen')}">${text('Dismiss', 'Schließen')}</button></div>`,
  cookies: () =>
    `<div role="dialog" class="dialog corner"><p>${text('This website uses cookies', 'Diese Website verwendet Cookies')}</p><button class="filled">${text('Accept', 'Akzeptieren')}</button></div>`,
  notice:
    () => `<div role="dialog" class="dialog"><p>${text('The room name is unsafe. Unwanted participants may join your meeting.', 'Der Raumname ist unsicher.')}</p>
    <button class="plain">${text('Cancel', 'Abbrechen')}</button><button class="filled">${text('Join', 'Beitreten')}</button></div>`,
  consent:
    () => `<div role="dialog" aria-modal="true" class="dialog"><h2>${text('This meeting is being recorded', 'Diese Konferenz wird aufgezeichnet')}</h2>
    <button class="plain">${text('Leave', 'Verlassen')}</button><button class="filled">${agreed()}</button></div>`,
};

function draw() {
  const join = text('Join meeting', 'Konferenz beitreten');
  show(`<main class="green premeeting-screen layout-${play.layout}"><div class="content form"><h1 class="title">${join}</h1><p>Fake Weekly</p>${nameField()}
    <div class="prejoin-preview-dropdown-container"><div class="action-btn primary filled" role="button" tabindex="0" data-testid="prejoin.joinMeeting" aria-label="${join}">${join}
      <span role="button" class="options" tabindex="0" data-testid="prejoin.joinOptions" aria-label="${text('More options', 'Optionen')}">▾</span></div></div>
    <div class="toggles premeeting-toolbox">${toggle('microphone', play.microphone)}${toggle('camera', play.camera)}</div></div>
    <div class="preview" id="preview"></div></main>`);
}

/** The page before the meeting. Resolves when somebody joins with a name, to what the others will see of him. */
export async function preMeeting() {
  draw();
  const state = { microphone: play.microphone, camera: play.camera };
  const button = find('[data-testid="prejoin.joinMeeting"]');
  const field = find('#premeeting-name-input');
  for (const element of document.querySelectorAll('[data-device]')) {
    element.addEventListener('click', () => {
      const { device } = element.dataset;
      state[device] = state[device] === 'on' ? 'off' : 'on';
      element.setAttribute('aria-pressed', String(state[device] === 'off'));
      element.setAttribute('aria-label', labels[device][state[device]]());
    });
  }
  const answered = askAtDoor(DIALOGS, agreed);
  for (;;) {
    await new Promise((done) => button.addEventListener('click', done, { once: true }));
    if (field === null || field.value.trim() !== '') break;
    find('.error').textContent = text('Please enter your name', 'Bitte Namen eingeben');
  }
  await answered;
  return { name: field?.value.trim() ?? 'recorder@example.com', ...state };
}
