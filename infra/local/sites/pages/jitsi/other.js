import { note, play, show, text } from '../stage.js';

const PAGES = {
  welcome: () =>
    `<main class="ending"><h1>Jitsi Meet</h1><p>${text('Secure and high quality meetings', 'Sichere Konferenzen')}</p><input id="enter_room_field" type="text" placeholder="FakeRoom"><button class="filled">${text('Start meeting', 'Starten')}</button></main>`,
  signIn: () =>
    `<main class="ending"><h1>${text('Sign in to Jitsi', 'Anmelden')}</h1><button class="filled">Google</button><button class="filled">GitHub</button></main>`,
  marketing: () =>
    `<main class="ending"><h1>${text('More secure, more flexible, and completely free video conferencing', 'Freie Konferenzen')}</h1></main>`,
  challenge: () => `<label><input type="checkbox"> ${text('Verify you are human', 'Ich bin ein Mensch')}</label>`,
};

show(PAGES[play.page]());
if (play.page !== 'challenge') note('over');
