import { Call } from './call.js';
import { openStudio } from './media.js';

/** Several participants in one page: all the senders of a call for the price of one browser. They receive nothing. */
const query = new URLSearchParams(location.search);
const names = query.getAll('name');
const framesPerSecond = Number(query.get('fps') ?? 30);
const joined = document.getElementById('joined');

const studio = await openStudio();
const calls = names.map((name, index) => {
  const media = studio.film({
    name,
    index,
    count: names.length,
    pulses: index === 0,
    framesPerSecond,
    phase: index / names.length,
  });
  return new Call({
    room: query.get('room'),
    name,
    media,
    role: 'participant',
    wants: 'nothing',
    tiles: document.createElement('div'),
    onWaiting: () => {},
    onJoined: () => {
      joined.textContent = String(Number(joined.textContent) + 1);
    },
    onBye: () => {
      media.stop();
      joined.textContent = String(Number(joined.textContent) - 1);
    },
  });
});

document.getElementById('leave').addEventListener('click', () => {
  for (const call of calls) call.leave();
  studio.close();
});
