import { FRAME_RATE, LOOP_SECONDS, PULSE_FRAMES } from './loop.ts';

export const SAMPLE_RATE = 48_000;

const TURNS = 8;
const TURN_SECONDS = LOOP_SECONDS / TURNS;
/** The rest of a turn is quiet. */
const TALK_SHARE = 0.8;
const SYLLABLE_SECONDS = 0.2;
const TALK_LEVEL = 0.05;
/** All harmonics of a voice are below this, which leaves the band of the beep free. */
const VOICE_HZ = 700;
const FORMANTS = [310, 480, 390, 260];
/** It begins with the flash of the one who pulses. */
export const BEEP = { hertz: 1000, seconds: 0.08, level: 0.5 };

/**
 * A microphone over the loop: talk that takes turns with the others, quiet, and for the one who pulses a beep of 1 kHz
 * that begins with the flash.
 * @returns mono samples of 16 bits, little endian
 */
export function recordVoice({ index, count, pulses }: { index: number; count: number; pulses: boolean }): Buffer {
  const samples = new Int16Array(LOOP_SECONDS * SAMPLE_RATE);
  for (let at = 0; at < samples.length; at += 1) {
    const seconds = at / SAMPLE_RATE;
    const turn = Math.floor(seconds / TURN_SECONDS);
    const isTalking = turn % count === index && seconds % TURN_SECONDS < TURN_SECONDS * TALK_SHARE;
    const beat = seconds % (PULSE_FRAMES / FRAME_RATE);
    const beep = pulses && beat < BEEP.seconds ? BEEP.level * Math.sin(2 * Math.PI * BEEP.hertz * beat) : 0;
    samples[at] = Math.round(32_767 * (beep + (isTalking ? TALK_LEVEL * speak(seconds, index) : 0)));
  }
  return Buffer.from(samples.buffer);
}

function speak(seconds: number, index: number): number {
  const syllable = Math.floor(seconds / SYLLABLE_SECONDS);
  const envelope = Math.sin((Math.PI * (seconds % SYLLABLE_SECONDS)) / SYLLABLE_SECONDS);
  const pitch = 105 + (index % 4) * 28;
  const formant = FORMANTS[(syllable * 7 + index) % FORMANTS.length] ?? 0;
  let sum = 0;
  for (let hertz = pitch; hertz < VOICE_HZ; hertz += pitch) {
    sum += Math.sin(2 * Math.PI * hertz * seconds) * Math.exp(-(((hertz - formant) / 120) ** 2));
  }
  return sum * envelope;
}
