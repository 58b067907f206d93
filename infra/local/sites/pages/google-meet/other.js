import { note, play, show, text, wait } from '../stage.js';

/** Pages of Google's beside Meet's own. */
const PAGES = {
  signIn:
    () => `<main class="ending"><h1 id="headingText"><span>${text('Sign in', 'Anmelden')}</span></h1><p>${text('Use your Google Account', 'Mit deinem Google-Konto')}</p>
    <input type="email" id="identifierId" name="identifier" aria-label="${text('Email or phone', 'E-Mail oder Telefonnummer')}">
    <p>${text('to continue to Google Meet', 'weiter zu Google Meet')}</p><div id="identifierNext"><button class="filled"><span>${text('Next', 'Weiter')}</span></button></div></main>`,
  passing: () =>
    `<main class="ending"><div class="loading" role="progressbar"></div><p>${text('One moment please', 'Einen Moment bitte')}</p></main>`,
  captcha: () => `<main class="ending"><p>${text('About this page', 'Über diese Seite')}</p>
    <p>${text('Our systems have detected unusual traffic from your computer network. This page checks to see if it’s really you sending the requests, and not a robot.', 'Unsere Systeme haben ungewöhnlichen Datenverkehr festgestellt.')}</p>
    <form id="captcha-form"><div id="recaptcha" class="g-recaptcha"><iframe title="reCAPTCHA" class="recaptcha" src="https://www.google.com/recaptcha/api2/anchor?size=normal&for=${play.key}"></iframe></div></form></main>`,
  recaptcha: () =>
    `<label><input type="checkbox" id="recaptcha-anchor" role="checkbox"> ${text("I'm not a robot", 'Ich bin kein Roboter')}</label>`,
  landing:
    () => `<header class="bar"><b>Google Meet</b></header><main class="ending"><h1>${text('Video calls and meetings for everyone', 'Videoanrufe für alle')}</h1>
    <button class="filled"><span>${text('New meeting', 'Neue Besprechung')}</span></button><input type="text" placeholder="${text('Enter a code or link', 'Code eingeben')}" aria-label="${text('Enter a code or link', 'Code eingeben')}"></main>`,
  marketing:
    () => `<header class="bar"><b>Google Workspace</b></header><main class="ending"><h1>${text('Secure video conferencing for everyone', 'Sichere Videokonferenzen')}</h1>
    <p>${text('Connect, collaborate, and celebrate from anywhere', '')}</p><button class="filled"><span>${text('Sign in', 'Anmelden')}</span></button></main>`,
};

/** From one page of the sign-in to the next, and then back to the meeting. */
async function passOn() {
  await wait(3);
  const next = new URL(location.href);
  const isLast = next.searchParams.has('checked');
  next.searchParams.set('checked', '1');
  location.replace(isLast ? `${next.searchParams.get('continue')}?pli=1` : next);
}

show(PAGES[play.page]());
if (play.page === 'passing') await passOn();
else if (play.page !== 'recaptcha') note('over');
