import { find, note, play, show, text } from '../stage.js';

/** The page that would rather have the app: it calls the app by itself, and offers the browser beside it. */
function draw() {
  const label = text('Join meeting from this browser', 'Über diesen Browser an Besprechung teilnehmen');
  show(`<header class="bar"><b>Microsoft Teams</b></header><main class="ending">
    <h1>${text('How do you want to join your Teams meeting?', 'Wie möchten Sie an Ihrer Teams-Besprechung teilnehmen?')}</h1>
    <button data-tid="joinInApp" class="filled" aria-label="${text('Open your Teams app', 'Teams-App öffnen')}"><h3>${text('Join on the Teams app', 'In der Teams-App teilnehmen')}</h3></button>
    <button data-tid="joinOnWeb" class="plain" aria-label="${label}"><h3>${text('Continue on this browser', 'In diesem Browser fortfahren')}</h3>
      <p>${text('No download or installation required.', 'Ohne Download.')}</p></button></main>`);
}

draw();
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
note('opened', { language: navigator.language, token });
find('[data-tid=joinInApp]').addEventListener('click', () => location.assign(`msteams:/l/meetup-join/${play.key}`));
find('[data-tid=joinOnWeb]').addEventListener('click', () => {
  const path = play.layout === 1 ? '/v2/?meetingjoin=true' : '/light-meetings/launch?agent=web';
  const passcode = new URLSearchParams(location.search).get('p');
  const given = passcode === null ? '' : `&p=${encodeURIComponent(passcode)}`;
  location.assign(`${path}${given}&for=${encodeURIComponent(play.key)}#/meet/${encodeURIComponent(play.key)}`);
});
// The real one does it without being asked: the browser must not put its own dialog over everything.
const frame = document.createElement('iframe');
frame.hidden = true;
frame.src = `msteams:/l/meetup-join/${play.key}?anon=true`;
document.body.append(frame);
addEventListener('pagehide', () => note('gone'));
