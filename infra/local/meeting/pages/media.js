import { startCamera } from './camera.js';
import { startVoice } from './voice.js';

/**
 * Where cameras and microphones are made. All of them run on the sound's clock, so that flash and beep leave together.
 */
export async function openStudio() {
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  await context.resume();
  const clock = startClock(context);
  return {
    /**
     * Starts the media of one participant.
     * @param person `name`; `index` of `count`: whose turn it is to talk, and the colour; `pulses`: flash and beep
     *   once a second; `framesPerSecond`
     */
    film(person) {
      const camera = startCamera({ clock, ...person });
      const voice = startVoice({ context, clock, ...person });
      return {
        stream: new MediaStream([...camera.stream.getVideoTracks(), ...voice.stream.getAudioTracks()]),
        stop() {
          camera.stop();
          voice.stop();
        },
      };
    },
    close() {
      clock.stop();
      void context.close();
    },
  };
}

/**
 * The sound's clock, read smoothly. `currentTime` jumps by a render quantum or more at a time; seen over half a
 * second, the earliest moment at which a time is reached is when that sound was made.
 */
function startClock(context) {
  const offsets = [];
  const sample = () => {
    offsets.push(context.currentTime - performance.now() / 1000);
    if (offsets.length > 50) offsets.shift();
  };
  sample();
  const timer = setInterval(sample, 10);
  return {
    /** Seconds of sound made until now. */
    now: () => performance.now() / 1000 + Math.max(...offsets),
    stop: () => clearInterval(timer),
  };
}
