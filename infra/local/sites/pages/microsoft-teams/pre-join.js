import { askAtDoor, find, play, show, text } from '../stage.js';

const titles = {
  'toggle-video': {
    on: () => text('Turn camera off', 'Kamera ausschalten'),
    off: () => text('Turn camera on', 'Kamera einschalten'),
  },
  'toggle-mute': {
    on: () => text('Mute mic', 'Mikrofon stummschalten'),
    off: () => text('Unmute mic', 'Stummschaltung aufheben'),
  },
};

/** Layout 1 has Fluent's switches, inputs; the light meeting has `div`s of that role. */
function toggle(tid, state) {
  const title = titles[tid][state]();
  const label = tid === 'toggle-video' ? text('Camera', 'Kamera') : text('Microphone', 'Mikrofon');
  return play.layout === 1
    ? `<label class="toggle ${state}"><input type="checkbox" role="switch" data-tid="${tid}" title="${title}" aria-label="${label}"${state === 'on' ? ' checked' : ''}> ${label}</label>`
    : `<div class="toggle ${state}" role="checkbox" tabindex="0" data-tid="${tid}" title="${title}" aria-label="${title}" aria-checked="${state === 'on'}">${label}</div>`;
}

function nameField() {
  if (play.name === 'absent') return `<p>${text('Joining as', 'Teilnahme als')} recorder@example.com</p>`;
  const value = play.name === 'prefilled' ? ' value="Guest of last time"' : '';
  return `<input type="text" data-tid="prejoin-display-name-input" placeholder="${text('Type your name', 'Namen eingeben')}" maxlength="256" autocomplete="off"${value}>`;
}

/** Who is signed in is asked before, and guests only after they have knocked. */
const passcodeField = () =>
  play.passcode === undefined || play.layout === 2
    ? ''
    : `<input type="text" data-tid="prejoin-passcode-input" aria-label="${text('Meeting passcode', 'Besprechungspasscode')}" autocomplete="off">`;

const sure =
  () => `<div role="dialog" aria-modal="true" class="dialog"><h2>${text("Are you sure you don't want audio or video?", 'Wirklich ohne Audio oder Video?')}</h2>
  <p>${text('To use your camera and microphone, allow access in your browser.', '')}</p>
  <button class="filled"><span>${text('Continue without audio or video', 'Ohne Audio oder Video fortfahren')}</span></button></div>`;

const cookies =
  () => `<div role="dialog" class="dialog corner" id="wcpConsentBannerCtrl"><p>${text('We use optional cookies to improve your experience on our websites.', 'Wir verwenden optionale Cookies.')}</p>
  <button class="filled">${text('Accept', 'Akzeptieren')}</button><button class="plain">${text('Reject', 'Ablehnen')}</button></div>`;

const notice = () =>
  `<div role="dialog" class="dialog corner"><p>${text('Find your meeting controls at the top', '')}</p><button class="plain">${text('Got it', 'Verstanden')}</button></div>`;

const agreed = () => text('Continue', 'Weiter');

const consent =
  () => `<div role="dialog" aria-modal="true" class="dialog"><h2>${text('This meeting is being recorded', 'Diese Besprechung wird aufgezeichnet')}</h2>
  <p>${text('By joining, you consent to being recorded.', 'Mit der Teilnahme stimmen Sie zu.')}</p>
  <button class="plain">${text('Cancel', 'Abbrechen')}</button><button class="filled">${agreed()}</button></div>`;

const DIALOGS = { devices: sure, cookies, notice, consent };

function draw() {
  show(`<header class="bar"><b>Microsoft Teams</b><span>${text('Weekly of the engines', 'Wöchentliches Treffen')}</span></header>
    <main class="green"><section class="form" aria-label="${text('Choose your video and audio options', 'Video- und Audiooptionen auswählen')}"><h1>${text('Choose your video and audio options', 'Video- und Audiooptionen')}</h1>
    ${nameField()}${passcodeField()}<div class="toggles">${toggle('toggle-video', play.camera)}${toggle('toggle-mute', play.microphone)}</div>
    <fieldset><legend>${text('Audio', 'Audio')}</legend><label><input type="radio" name="audio" checked> ${text('Computer audio', 'Computeraudio')}</label>
      <label><input type="radio" name="audio"> ${text("Don't use audio", 'Kein Audio')}</label></fieldset>
    <p><button data-tid="prejoin-cancel-button" class="plain">${text('Cancel', 'Abbrechen')}</button>
    <span class="refused" hidden>${text("Your name can only include letters, numbers, spaces, and these symbols: - ' . _ @", 'Nur Buchstaben und Zahlen')}</span>
    <button data-tid="prejoin-join-button" id="prejoin-join-button" class="filled" aria-label="${text('Join now', 'Jetzt teilnehmen')} ${text('with camera and microphone', '')}">${text('Join now', 'Jetzt teilnehmen')}</button></p></section></main>`);
}

/** The page before the call. Resolves when somebody joins, to what the others will see of him. */
export async function preJoin() {
  draw();
  const state = { camera: play.camera, microphone: play.microphone };
  const button = find('[data-tid=prejoin-join-button]');
  const field = find('[data-tid=prejoin-display-name-input]');
  const passcode = find('[data-tid=prejoin-passcode-input]');
  const check = () => {
    const isRefused = /[^\p{L}\p{M}\p{N} '._@-]/u.test(field?.value ?? '');
    find('.refused').hidden = !isRefused;
    button.disabled = isRefused || field?.value.trim() === '' || passcode?.value === '';
  };
  check();
  field?.addEventListener('input', check);
  passcode?.addEventListener('input', check);
  for (const [device, tid] of [
    ['camera', 'toggle-video'],
    ['microphone', 'toggle-mute'],
  ]) {
    const element = find(`[data-tid=${tid}]`);
    element.addEventListener('click', () => {
      state[device] = state[device] === 'on' ? 'off' : 'on';
      element.title = titles[tid][state[device]]();
      if (play.layout === 2) {
        element.setAttribute('aria-checked', String(state[device] === 'on'));
        element.setAttribute('aria-label', element.title);
      }
    });
  }
  const asked = new Promise((done) => button.addEventListener('click', done));
  const answered = askAtDoor(DIALOGS, agreed);
  await asked;
  button.disabled = true;
  await answered;
  return { name: field?.value.trim() ?? 'recorder@example.com', passcode: passcode?.value, ...state };
}
