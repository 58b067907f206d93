import { note, play, show, text } from '../stage.js';

/** Zoom's pages beside the meeting's. */
const PAGES = {
  home: () =>
    `<h1>${text('One platform to connect', 'Eine Plattform')}</h1><button class="filled">${text('Sign Up Free', 'Kostenlos registrieren')}</button><a href="/join">${text('Join', 'Beitreten')}</a>`,
  client: () =>
    `<h1>${text('Home', 'Start')}</h1><input type="text" aria-label="${text('Meeting ID or Personal Link Name', 'Meeting-ID')}"><button class="filled">${text('Join', 'Beitreten')}</button><button class="filled">${text('New Meeting', 'Neues Meeting')}</button>`,
  signIn: () =>
    `<h1>${text('Sign In', 'Anmelden')}</h1><input type="email" id="email" aria-label="${text('Email or phone number', 'E-Mail oder Telefon')}"><input type="password" id="password" aria-label="${text('Password', 'Passwort')}"><button class="filled">${text('Sign In', 'Anmelden')}</button>`,
};

show(`<header class="bar"><b>zoom</b></header><main class="ending">${PAGES[play.page]()}</main>`);
// The client goes home when it is over already.
if (play.page !== 'client') note('over');
