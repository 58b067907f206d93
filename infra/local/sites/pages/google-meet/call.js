import { player, startMedia } from '../media.js';
import { ask, find, findAll, html, initials, note, play, show, text } from '../stage.js';
import { controls } from './controls.js';
import { ending } from './endings.js';
import { lobby } from './lobby.js';

/** The call as it is now. */
let self;
let others = [];
let countShown = true;
let media;

const tile = (
  name,
  index,
  isSelf = false,
) => `<div class="tile" data-participant-id="spaces/fake/devices/${index}" data-requested-participant-id="spaces/fake/devices/${index}" jscontroller="H1wM9">
  <div class="avatar">${html(initials(name))}</div>
  ${isSelf ? `<div data-self-name="${html(name)}" class="name"><span class="notranslate">${html(name)}</span></div>` : `<div class="name"><span class="notranslate">${html(name)}</span></div>`}
  <div class="speaking" jsname="QgSmzd"></div></div>`;

/** Enters the call. @param asked - what the green room told */
export function call(asked) {
  self = asked.name;
  others = [...play.others];
  show(`<main class="call"><div class="tiles"></div><aside class="chat" hidden><h2>${text('In-call messages', 'Chat')}</h2></aside>
    <div class="snack" aria-live="polite"></div></main><div id="bar"></div>`);
  note('inCall');
  draw();
  if (play.callDialogs.includes('consent')) void consent();
  else startPlaying();
  if (play.callDialogs.includes('notice')) void ask(notice());
  if (play.callDialogs.includes('cookies')) void ask(banner());
  for (const message of play.chat) say(message);
  hideControls();
}

function draw() {
  const everybody = others.length + 1;
  find('.tiles').innerHTML = others.map((name, i) => tile(name, i + 2)).join('') + tile(self, 1, true);
  find('#bar').innerHTML = controls({ count: countShown ? everybody : undefined, layout: play.layout });
  find('.snack').textContent = others.length === 0 ? text("You're the only one here", 'Nur du bist hier') : '';
  find('[jsname=CQylAd]').addEventListener('click', leave);
  showPicture();
}

function startPlaying() {
  media = startMedia();
  find('main').append(player('audio', media.sound));
  showPicture();
  const main = find('main');
  const timer = setInterval(() => {
    if (!main.isConnected) return clearInterval(timer);
    // Who speaks is seen by a class that changes its name with every release.
    find('.speaking')?.classList.toggle('Oaajhc');
  }, 700);
}

/** The first of the others has a camera. */
function showPicture() {
  const avatar = others.length === 0 ? null : find('.tile .avatar');
  if (media === undefined || avatar === null) return;
  const video = player('video', media.picture);
  video.muted = true;
  avatar.replaceChildren(video);
}

async function consent() {
  const clicked =
    await ask(`<div role="dialog" aria-modal="true" class="dialog" aria-label="${text('This call is being recorded', 'Dieser Anruf wird aufgezeichnet')}">
    <h2>${text('This video call is being recorded and transcribed', 'Dieser Videoanruf wird aufgezeichnet')}</h2>
    <p>${text('Your call audio and video will be shared with Notetaker by Example', 'Ton und Bild werden mit Notetaker geteilt')}</p>
    <button class="plain"><span>${text('Leave', 'Verlassen')}</span></button><button class="filled"><span>${text('Join now', 'Jetzt teilnehmen')}</span></button></div>`);
  if (clicked !== text('Join now', 'Jetzt teilnehmen')) return leave();
  note('agreed');
  if (media === undefined) startPlaying();
}

const notice =
  () => `<div role="dialog" class="dialog corner"><h2>${text('Your meeting is safe', 'Deine Videokonferenz ist sicher')}</h2>
  <p>${text('No one outside can join unless the host lets them in', 'Niemand kann einfach teilnehmen')}</p><button class="plain"><span>${text('Got it', 'Ok')}</span></button></div>`;

const banner =
  () => `<div role="region" class="dialog corner" aria-label="Cookies"><p>${text('This site uses cookies', 'Diese Website verwendet Cookies')}</p>
  <button class="plain"><span>${text('Reject all', 'Alle ablehnen')}</span></button><button class="filled"><span>${text('Accept all', 'Alle akzeptieren')}</span></button></div>`;

function say(message, from = 'Ada Lovelace') {
  const chat = find('.chat');
  chat.hidden = false;
  chat.insertAdjacentHTML(
    'beforeend',
    `<div data-message-id="${chat.childElementCount}"><b>${html(from)}</b><div jsname="dTKtvb">${html(message)}</div></div>`,
  );
}

/** The bar slides away when the mouse rests. */
function hideControls() {
  if (!play.controlsHide) return;
  let timer;
  const awake = () => {
    find('.controls')?.classList.remove('away');
    clearTimeout(timer);
    timer = setTimeout(() => find('.controls')?.classList.add('away'), 3000);
  };
  document.addEventListener('mousemove', awake);
  awake();
}

function close() {
  media?.stop();
  media = undefined;
}

function leave() {
  note('leaveClicked');
  close();
  ending('left');
}

/** What may happen in the call. */
export const callActs = {
  everybodyLeaves() {
    others = [];
    media?.mute();
    draw();
  },
  hostEnds() {
    close();
    ending('ended');
  },
  remove() {
    close();
    ending('removed');
  },
  mute: () => media?.mute(),
  goAway: () => location.assign(`https://workspace.google.com/products/meet/?for=${play.key}`),
  hideCount() {
    // The list of people is drawn anew, and the tiles with it: for a while there is nothing to count.
    countShown = false;
    draw();
    for (const each of findAll('.tile')) each.removeAttribute('data-participant-id');
  },
  showCount() {
    countShown = true;
    draw();
  },
  talkOfTheEnd() {
    say("You've been removed from the meeting");
    say('Asking to be let in');
    say('The call ended. Return to home screen', 'You left the meeting');
    others.push('Meeting ended');
    draw();
  },
  askConsent: () => void consent(),
  async backToLobby() {
    close();
    if (await lobby(self)) call({ name: self });
  },
};
