import { startCamera } from './camera.js';
import { startVoice } from './voice.js';

/**
 * A participant's made camera and microphone. Both run on the sound's clock, so that flash and beep leave together.
 *
 * Query: `index` and `count` (whose turn it is to talk, and the colour), `pulse=1` (flash and beep once a second),
 * `fps` (25), `silent=1` (no talk).
 */
export async function startMedia({ name, query }) {
  const number = (key, otherwise) => Number(query.get(key) ?? otherwise);
  const options = {
    name,
    index: number('index', 0),
    count: number('count', 1),
    pulses: query.get('pulse') === '1',
    talks: query.get('silent') !== '1',
    framesPerSecond: number('fps', 25),
  };
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  await context.resume();
  const clock = startClock(context);
  const voice = startVoice({ context, clock, ...options });
  const camera = startCamera({ clock, ...options });
  const stream = new MediaStream([...camera.stream.getVideoTracks(), ...voice.stream.getAudioTracks()]);
  return {
    stream,
    stop() {
      camera.stop();
      voice.stop();
      clock.stop();
      void context.close();
    },
  };
}

/**
 * The sound's clock, read smoothly. `currentTime` jumps by a render quantum or more at a time; seen over some
 * seconds, the earliest moment at which a time is reached is when that sound was made.
 */
function startClock(context) {
  const offsets = [];
  const sample = () => {
    offsets.push(context.currentTime - performance.now() / 1000);
    if (offsets.length > 200) offsets.shift();
  };
  sample();
  const timer = setInterval(sample, 10);
  return {
    /** Seconds of sound made until now. */
    now: () => performance.now() / 1000 + Math.max(...offsets),
    /** What the sound's clock showed, or will show, at a wall-clock time in seconds since the epoch. */
    at: (wallSeconds) => wallSeconds - performance.timeOrigin / 1000 + Math.max(...offsets),
    stop: () => clearInterval(timer),
  };
}
