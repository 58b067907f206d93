import { note, play, show, text } from '../stage.js';

/** Pages of Microsoft's beside Teams' own. */
const PAGES = {
  signIn:
    () => `<main class="ending"><h1>${text('Sign in', 'Anmelden')}</h1><input type="email" name="loginfmt" id="i0116" placeholder="${text('Email, phone, or Skype', 'E-Mail, Telefon oder Skype')}">
    <p>${text('No account? Create one!', 'Kein Konto?')}</p><input type="submit" id="idSIButton9" value="${text('Next', 'Weiter')}"></main>`,
  marketing: () =>
    `<header class="bar"><b>Microsoft</b></header><main class="ending"><h1>${text('Microsoft Teams: online meetings for everyone', 'Microsoft Teams')}</h1><button class="filled">${text('Sign up for free', 'Kostenlos registrieren')}</button></main>`,
};

/** Which meeting is meant stands behind the `#`, where no server sees it. */
function route() {
  const key = /\/(?:meet|meetup-join)\/([^/?]+)/.exec(decodeURIComponent(location.hash))?.[1] ?? 'none';
  const url = new URL(location.href);
  url.searchParams.set('for', key);
  location.replace(url);
}

if (play.page === 'route') {
  route();
} else {
  show(PAGES[play.page]());
  note('over');
}
