import { askAtDoor, find, play, show, text, wait } from '../stage.js';

const labels = {
  audio: { on: () => text('Mute', 'Stumm'), off: () => text('Unmute', 'Audio ein') },
  video: { on: () => text('Stop Video', 'Video beenden'), off: () => text('Start Video', 'Video starten') },
};

const toggle = (what, state) =>
  `<button id="preview-${what}-control-button" class="toggle ${state} zm-btn" aria-label="${labels[what][state]()}"><span>${labels[what][state]()}</span></button>`;

/** The field for the name: the client of 2026, or the one before it. */
function fields() {
  const [nameId, passcodeId] = play.layout === 1 ? ['input-for-name', 'input-for-pwd'] : ['inputname', 'inputpasscode'];
  const name = text('Your Name', 'Ihr Name');
  const value = play.name === 'prefilled' ? ' value="Guest of last time"' : '';
  const passcode =
    play.passcode === undefined
      ? ''
      : `<input type="password" id="${passcodeId}" class="passcode" placeholder="${text('Meeting Passcode', 'Meeting-Kenncode')}">`;
  return `${passcode}<input type="text" id="${nameId}" class="guest" placeholder="${name}" maxlength="64"${value}>
    <label><input type="checkbox"> ${text('Remember my name for future meetings', 'Namen merken')}</label>`;
}

function draw() {
  const label = text('Join', 'Beitreten');
  const id = play.layout === 1 ? '' : ' id="joinBtn"';
  show(`<main class="green"><div class="preview"><div class="self"></div><div class="toggles">${toggle('audio', play.microphone)}${toggle('video', play.camera)}</div></div>
    <div class="form preview-meeting-info"><h1>${text('Enter Meeting Info', 'Meetinginformationen eingeben')}</h1>${fields()}
    <p class="error" role="alert"></p>
    <p><button type="button"${id} class="zm-btn preview-join-button filled zm-btn--primary"${play.name === 'empty' ? ' disabled' : ''}>${label}</button></p>
    <small>${text('By clicking "Join", you agree to our Terms of Service and Privacy Statement.', 'Mit „Beitreten“ stimmen Sie zu.')}</small>
    <small>${text('Zoom is protected by reCAPTCHA.', 'Zoom ist durch reCAPTCHA geschützt.')}</small></div></main>`);
}

const agreed = () => text('I Agree', 'Ich stimme zu');

const sure =
  () => `<div role="dialog" class="dialog pepc-permission-dialog"><h2>${text('Do you want people to see you in the meeting?', 'Möchten Sie gesehen werden?')}</h2>
    <button class="filled">${text('Use microphone and camera', 'Mikrofon und Kamera verwenden')}</button>
    <button class="plain pepc-permission-dialog__footer-button">${text('Continue without microphone and camera', 'Ohne Mikrofon und Kamera fortfahren')}</button></div>`;

const DIALOGS = {
  // Zoom asks twice whether one is sure to be neither seen nor heard.
  devices: () => [sure(), sure()],
  notice:
    () => `<div role="dialog" class="dialog"><h2>${text('Disclaimer', 'Hinweis')}</h2><p>${text('This meeting is for members of the society.', 'Dieses Meeting ist für Mitglieder.')}</p>
    <button id="disclaimer_disagree" class="plain">${text('Cancel', 'Abbrechen')}</button><button id="disclaimer_agree" class="filled">${text('Agree', 'Zustimmen')}</button></div>`,
  consent:
    () => `<div role="dialog" class="dialog"><p>${text('To use Zoom, you need to agree to the Zoom Terms of Service and Privacy Statement.', 'Bitte stimmen Sie den Nutzungsbedingungen zu.')}</p>
    <button id="wc_disagree1" class="plain">${text('Disagree', 'Ablehnen')}</button><button id="wc_agree1" class="filled">${agreed()}</button></div>`,
  cookies: () =>
    `<div id="onetrust-banner-sdk" role="region" class="dialog corner"><p>${text('We use cookies.', 'Wir verwenden Cookies.')}</p><button id="onetrust-accept-btn-handler" class="filled">${text('Accept Cookies', 'Cookies akzeptieren')}</button></div>`,
};

/** The page before the call. Resolves when somebody joins with the right passcode, to what the others will see of him. */
export async function preview() {
  draw();
  const state = { audio: play.microphone, video: play.camera };
  const [button, name, passcode] = ['.preview-join-button', '.guest', '.passcode'].map((selector) => find(selector));
  const check = () => {
    button.disabled = name.value.trim() === '' || (passcode !== null && passcode.value === '');
  };
  check();
  name.addEventListener('input', check);
  passcode?.addEventListener('input', check);
  for (const what of ['audio', 'video']) {
    const element = find(`#preview-${what}-control-button`);
    element.addEventListener('click', () => {
      state[what] = state[what] === 'on' ? 'off' : 'on';
      const label = labels[what][state[what]]();
      element.setAttribute('aria-label', label);
      element.innerHTML = `<span>${label}</span>`;
    });
  }
  const answered = askAtDoor(DIALOGS, agreed);
  for (;;) {
    await new Promise((done) => button.addEventListener('click', done, { once: true }));
    if (passcode === null || passcode.value === play.passcode) break;
    await wait(0.4);
    find('.error').textContent = text(
      'Passcode wrong. Please try again.',
      'Kenncode falsch. Bitte versuchen Sie es erneut.',
    );
    passcode.value = '';
    check();
  }
  button.disabled = true;
  await answered;
  return { name: name.value.trim(), microphone: state.audio, camera: state.video };
}
