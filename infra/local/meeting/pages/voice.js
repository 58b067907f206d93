const TURN_SECONDS = 4;
const TALK_SECONDS = 3.2;
const SYLLABLE_SECONDS = 0.2;
const BEEP_SECONDS = 0.08;
const AHEAD_SECONDS = 1;

/** First and second formant in Hz. Real second formants lie higher; these leave the band of the beep (1 kHz) free. */
const VOWELS = [
  [310, 560],
  [480, 620],
  [390, 600],
  [260, 520],
];

/**
 * A microphone: talk that takes turns with the other participants by the wall clock, below 700 Hz and quiet, and
 * for the one who pulses a loud beep of 1 kHz, 80 ms, at every whole second of the sound's clock.
 */
export function startVoice({ context, clock, index, count, pulses }) {
  const microphone = context.createMediaStreamDestination();
  microphone.channelCount = 1;
  const mouth = makeMouth(context, index, microphone);
  const beeper = pulses ? makeBeeper(context, microphone) : undefined;
  let talkedUntil = clock.now();
  let beepedUntil = Math.floor(clock.now());

  const plan = () => {
    const horizon = clock.now() + AHEAD_SECONDS;
    const wallOffset = Date.now() / 1000 - clock.now();
    for (; talkedUntil < horizon; talkedUntil += SYLLABLE_SECONDS) {
      const wall = talkedUntil + wallOffset;
      const mine = Math.floor(wall / TURN_SECONDS) % count === index;
      if (mine && wall % TURN_SECONDS < TALK_SECONDS) mouth.say(talkedUntil, Math.floor(wall / SYLLABLE_SECONDS));
    }
    for (; beepedUntil < horizon; beepedUntil += 1) beeper?.beep(beepedUntil);
  };
  plan();
  const timer = setInterval(plan, 250);
  return { stream: microphone.stream, stop: () => clearInterval(timer) };
}

function makeMouth(context, index, output) {
  const throat = new OscillatorNode(context, { type: 'sawtooth', frequency: 105 + (index % 4) * 28 });
  const lips = new GainNode(context, { gain: 0 });
  const formants = [0, 1].map(() => new BiquadFilterNode(context, { type: 'bandpass', Q: 6 }));
  for (const formant of formants) throat.connect(formant).connect(lips);
  const ceiling = [0, 1].map(() => new BiquadFilterNode(context, { type: 'lowpass', frequency: 600, Q: 0.7 }));
  lips.connect(ceiling[0]).connect(ceiling[1]).connect(output);
  throat.start();
  return {
    say(at, number) {
      const vowel = VOWELS[(number * 7 + index) % VOWELS.length];
      formants.forEach((formant, order) => {
        formant.frequency.setTargetAtTime(vowel[order], at, 0.02);
      });
      throat.frequency.setTargetAtTime((105 + (index % 4) * 28) * (1 + 0.1 * Math.sin(number)), at, 0.05);
      lips.gain.setTargetAtTime(number % 5 === 4 ? 0 : 0.35, at, 0.02);
      lips.gain.setTargetAtTime(0, at + SYLLABLE_SECONDS * 0.65, 0.03);
    },
  };
}

function makeBeeper(context, output) {
  const gate = new GainNode(context, { gain: 0 });
  const tone = new OscillatorNode(context, { frequency: 1000 });
  tone.connect(gate).connect(output);
  tone.start();
  return {
    beep(at) {
      gate.gain.setValueAtTime(0.5, Math.max(0, at));
      gate.gain.setValueAtTime(0, Math.max(0, at) + BEEP_SECONDS);
    },
  };
}
