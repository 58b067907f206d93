import { note, show, text } from '../stage.js';

/** Zoom's pages beside the meeting's. */
show(`<header class="bar"><b>zoom</b></header><main class="ending"><h1>${text('One platform to connect', 'Eine Plattform')}</h1>
  <button class="filled">${text('Sign Up Free', 'Kostenlos registrieren')}</button><a href="/join">${text('Join', 'Beitreten')}</a></main>`);
note('over');
