import { note, play, show } from '../stage.js';

/** The web client as the progressive web app has it: all of it in a frame. */
document.title = 'Zoom Workplace';
show(`<main class="pwa"><iframe id="webclient" class="pwa-webclient__iframe" allow="camera; microphone; autoplay; display-capture"
  src="/wc/${play.key}/join?fromPWA=1&${location.search.slice(1)}"></iframe></main>`);
addEventListener('pagehide', () => note('gone'));
