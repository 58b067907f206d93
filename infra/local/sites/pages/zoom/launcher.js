import { find, note, play, show, text, wait } from '../stage.js';

const banner =
  () => `<div id="onetrust-banner-sdk" role="region" aria-label="Cookie banner" class="dialog banner"><p>${text('Zoom and our third-party partners use cookies.', 'Zoom verwendet Cookies.')}</p>
  <button id="onetrust-reject-all-handler" class="plain">${text('Decline Cookies', 'Cookies ablehnen')}</button>
  <button id="onetrust-accept-btn-handler" class="filled">${text('Accept Cookies', 'Cookies akzeptieren')}</button></div>`;

/**
 * The page that would rather have the app. What leads into the browser comes last: when the app was asked for in vain, or
 * in layout 2 only once it was to be downloaded.
 */
async function main() {
  const address = `/wc/join/${play.key}${location.search}`;
  show(`<header class="bar"><b>zoom</b><span>${text('Support', 'Support')}</span></header><main class="ending">
    <p>${text('Click <b>Open xdg-open</b> on the dialog shown by your browser', 'Klicken Sie auf <b>xdg-open öffnen</b>')}</p>
    <p>${text('If you don’t see a dialog, click <b>Launch Meeting</b> below', 'Sonst auf <b>Meeting eröffnen</b>')}</p>
    <div role="button" tabindex="0" class="filled launch">${text('Launch Meeting', 'Meeting eröffnen')}</div>
    <p>${text('Don’t have Zoom Workplace app installed?', 'Keine App?')} <button class="plain download">${text('Download Now', 'Jetzt herunterladen')}</button></p>
    <h3 class="browser" hidden>${text('Having issues with Zoom Workplace app?', 'Probleme?')} <a role="link" web_client href="${address}">${text('Join from your browser', 'Mit Ihrem Browser anmelden')}</a></h3></main>
    ${play.doorDialogs.includes('cookies') ? banner() : ''}`);
  note('opened', { language: navigator.language });
  for (const element of document.querySelectorAll('#onetrust-banner-sdk button')) {
    element.addEventListener('click', () => find('#onetrust-banner-sdk').remove());
  }
  const offerBrowser = () => {
    find('.browser').hidden = false;
  };
  find('.launch').addEventListener('click', () => {
    const src = `zoommtg://zoom.us/join?confno=${play.key}`;
    document.body.append(Object.assign(document.createElement('iframe'), { hidden: true, src }));
    if (play.layout === 1) offerBrowser();
  });
  find('.download').addEventListener('click', () => {
    Object.assign(document.createElement('a'), { href: '/client/latest/zoom_amd64.deb', download: '' }).click();
    offerBrowser();
  });
  await wait(0.5);
  location.assign(`zoommtg://zoom.us/join?action=join&confno=${play.key}`);
  if (play.layout === 1) offerBrowser();
}

addEventListener('pagehide', () => note('gone'));
await main();
