import { askAtDoor, find, html, play, show, text } from '../stage.js';

const words = {
  microphone: {
    on: () => text('Turn off microphone', 'Mikrofon deaktivieren'),
    off: () => text('Turn on microphone', 'Mikrofon aktivieren'),
  },
  camera: {
    on: () => text('Turn off camera', 'Kamera deaktivieren'),
    off: () => text('Turn on camera', 'Kamera aktivieren'),
  },
};

/** A button for one device; layout 1 has `div`s, layout 2 buttons. */
function toggle(device, state) {
  const tag = play.layout === 1 ? 'div role="button" tabindex="0"' : 'button';
  const close = play.layout === 1 ? 'div' : 'button';
  return `<${tag} class="toggle ${state}" data-device="${device}" jsname="${device === 'microphone' ? 'hw0c9' : 'psRWwc'}"
    data-is-muted="${state === 'off'}" aria-label="${words[device][state]()}"><i class="google-material-icons" aria-hidden="true">${
      device === 'microphone' ? 'mic' : 'videocam'
    }</i></${close}>`;
}

function nameField() {
  if (play.name === 'absent')
    return `<p class="account">${text('Signed in as', 'Angemeldet als')} recorder@example.com</p>`;
  const label = text('Your name', 'Dein Name');
  const value = play.name === 'prefilled' ? ' value="Guest of last time"' : '';
  return play.layout === 1
    ? `<label class="field"><input type="text" jsname="YPqjbf" class="qdOxv-fmcmS" aria-label="${label}" placeholder="${label}" maxlength="60" autocomplete="name"${value}></label>`
    : `<label class="field"><input jsname="YPqjbf" type="text" id="c12" placeholder="${label}" maxlength="60"${value}></label>`;
}

/** The mark of the button that joins. */
const joinMark = () => (play.joinRenamed ? 'jsname="Nw7Jn0"' : 'jsname="Qx7uuf"');

function joinLabel() {
  if (play.joinRenamed) return text('Hop in', 'Rein da');
  const isKnock = play.answer !== 'straight';
  if (play.name === 'absent' && !isKnock && play.layout === 2) return text('Switch here', 'Hierher wechseln');
  return isKnock ? text('Ask to join', 'Teilnahme erbitten') : text('Join now', 'Jetzt teilnehmen');
}

/** For whoever has no devices, or none that he may use: it hides the words on the button. */
function joinName() {
  const devices =
    play.layout === 1
      ? text('without microphone & camera', 'ohne Mikrofon und Kamera')
      : text('without camera', 'ohne Kamera');
  return html(`${joinLabel()} ${devices}`);
}

function draw() {
  const preview = `<div class="preview" jsname="kAl1nf"><div class="self">${text('Camera is starting', 'Kamera wird gestartet')}</div>
    <div class="toggles">${toggle('microphone', play.microphone)}${toggle('camera', play.camera)}</div>
    <button class="effects" aria-label="${text('Apply visual effects', 'Visuelle Effekte anwenden')}">visual_effects</button></div>`;
  const form = `<div class="form"><h1>${play.name === 'absent' ? text('Ready to join?', 'Bereit zur Teilnahme?') : text("What's your name?", 'Wie heißt du?')}</h1>
    ${nameField()}
    <div class="join"><button ${joinMark()} class="filled" aria-label="${joinName()}"${play.name === 'empty' ? ' disabled' : ''}><span jsname="V67aGc" class="label">${joinLabel()}</span></button></div>
    <p><button class="plain" jsname="wIJfwd" aria-label="${text('Other ways to join', 'Weitere Teilnahmeoptionen')}"><span>${text('Other ways to join', 'Weitere Optionen')}</span></button></p>
    <small>${text('By joining, you agree to the Google Terms of Service.', 'Durch die Teilnahme stimmst du den Nutzungsbedingungen zu.')}</small></div>`;
  show(`<header class="bar"><b>Google Meet</b><a href="https://accounts.google.com/ServiceLogin">${text('Sign in', 'Anmelden')}</a></header>
    <main class="green layout-${play.layout}">${play.layout === 1 ? preview + form : form + preview}</main>
    <iframe class="grecaptcha-badge" title="reCAPTCHA" src="https://www.google.com/recaptcha/enterprise/anchor?size=invisible&for=${html(play.key)}"></iframe>`);
}

const agreed = () => text('Join now', 'Jetzt teilnehmen');

const DIALOGS = {
  devices:
    () => `<div role="dialog" aria-modal="true" aria-label="${text('Do you want people to see and hear you in the meeting?', 'Sollen andere dich sehen und hören?')}" class="dialog">
      <h2>${text('Do you want people to see and hear you in the meeting?', 'Sollen andere dich in der Videokonferenz sehen und hören?')}</h2>
      <button class="filled"><span>${text('Use microphone and camera', 'Mikrofon und Kamera verwenden')}</span></button>
      <button class="plain"><span>${text('Continue without microphone and camera', 'Ohne Mikrofon und Kamera fortfahren')}</span></button></div>`,
  cookies:
    () => `<div role="dialog" aria-modal="true" class="dialog" aria-label="Before you continue"><h2>${text('Before you continue to Google', 'Bevor du zu Google weitergehst')}</h2>
      <p>${text('We use cookies and data to deliver and maintain Google services.', 'Wir verwenden Cookies und Daten.')}</p>
      <button class="plain"><span>${text('Reject all', 'Alle ablehnen')}</span></button><button class="filled"><span>${text('Accept all', 'Alle akzeptieren')}</span></button></div>`,
  consent:
    () => `<div role="dialog" aria-modal="true" class="dialog"><h2>${text('This call is being recorded', 'Dieser Anruf wird aufgezeichnet')}</h2>
      <p>${text('By joining, you agree to be recorded', 'Mit der Teilnahme stimmst du der Aufzeichnung zu')}</p>
      <button class="plain"><span>${text('Leave', 'Verlassen')}</span></button><button class="filled"><span>${agreed()}</span></button></div>`,
  notice:
    () => `<div role="dialog" class="dialog" aria-label="${text('New', 'Neu')}"><h2>${text('Others may see your video differently', 'Andere sehen dein Video anders')}</h2>
    <button class="plain"><span>${text('Got it', 'Ok')}</span></button></div>`,
  signInHint:
    () => `<div role="dialog" class="dialog corner"><h2>${text('Sign in with your Google account', 'Mit deinem Google-Konto anmelden')}</h2>
    <p>${text('Instead of waiting to be let in, sign in with the Google account your host invited', 'Melde dich an, statt zu warten')}</p>
    <button class="plain"><span>${text('Got it', 'Ok')}</span></button></div>`,
};

/** The page before the call. Resolves when somebody asks to join, to what the others will see of him. */
export async function greenRoom() {
  draw();
  const state = { microphone: play.microphone, camera: play.camera };
  const button = find(`[${joinMark()}]`);
  const field = find('input[jsname=YPqjbf]');
  field?.addEventListener('input', () => {
    button.disabled = field.value.trim() === '';
  });
  for (const element of document.querySelectorAll('[data-device]')) {
    element.addEventListener('click', () => {
      const { device } = element.dataset;
      state[device] = state[device] === 'on' ? 'off' : 'on';
      element.className = `toggle ${state[device]}`;
      element.dataset.isMuted = String(state[device] === 'off');
      element.setAttribute('aria-label', words[device][state[device]]());
    });
  }
  const asked = new Promise((done) => button.addEventListener('click', done));
  const answered = askAtDoor(DIALOGS, agreed);
  await asked;
  button.disabled = true;
  await answered;
  return { name: field?.value.trim() ?? 'recorder@example.com', ...state };
}
