import { Call } from './call.js';
import { openStudio } from './media.js';

const query = new URLSearchParams(location.search);
const room = location.pathname.slice(1);
const element = (id) => document.getElementById(id);
const GOODBYES = {
  left: 'You left the meeting',
  ended: 'The host ended the meeting',
  removed: 'You were removed from the meeting',
  denied: 'The host did not let you in',
  lost: 'The connection to the meeting was lost',
};

function show(id) {
  for (const screen of document.querySelectorAll('main')) screen.hidden = screen.id !== id;
}

function sayBye(reason) {
  element('bye').dataset.reason = reason;
  element('bye-text').textContent = GOODBYES[reason];
  show('bye');
}

/**
 * A participant's made media. Query: `index` and `count` (whose turn it is to talk, and the colour), `pulse=1` (flash
 * and beep once a second), `fps`.
 */
async function makeMedia(name) {
  const number = (key, otherwise) => Number(query.get(key) ?? otherwise);
  const studio = await openStudio();
  const media = studio.film({
    name,
    index: number('index', 0),
    count: number('count', 1),
    pulses: query.get('pulse') === '1',
    framesPerSecond: number('fps', 25),
  });
  return {
    stream: media.stream,
    stop() {
      media.stop();
      studio.close();
    },
  };
}

async function join(name) {
  if (name.trim() === '') return;
  element('join').disabled = true;
  const isParticipant = query.get('role') === 'participant';
  const media = isParticipant ? await makeMedia(name) : undefined;
  const call = new Call({
    room,
    name,
    media,
    role: isParticipant ? 'participant' : 'guest',
    wants: isParticipant ? 'thumb' : 'full',
    tiles: element('tiles'),
    onWaiting: () => show('waiting'),
    onJoined: () => show('call'),
    onBye: (reason) => {
      media?.stop();
      sayBye(reason);
    },
  });
  element('leave').addEventListener('click', () => call.leave());
}

element('room').textContent = room;
element('name').value = query.get('name') ?? '';
element('cookie-banner').hidden = document.body.dataset.cookies !== 'yes';
element('cookies').addEventListener('click', () => {
  element('cookie-banner').hidden = true;
});
element('join').addEventListener('click', () => void join(element('name').value));
