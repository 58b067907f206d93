import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../process/index.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import { startDisplay, startEncoder, startSound } from './index.ts';

const RATE = 48_000;
/** No whole number of periods in 10, 20, 40 or 100 ms: whatever is cut out or put in breaks the wave. */
const HERTZ = 441.7;
const LEVEL = 0.5;
const PLAYED_SECONDS = 60;
/** Sound is stretched by so much at most where it is off its time stamps. */
const STRETCH = 0.01;
/** What AAC adds to a step and to the length of a period, as shares; 0.001 as measured. */
const CODING = 0.01;
const SIZE = { width: 1280, height: 720 };
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' } };
let dir: string;

/** Keeps both processors of a small machine busy for so long. */
async function busy(ms: number): Promise<void> {
  const loop = { program: 'sh', args: ['-c', 'while :; do :; done'] };
  const loops = await Promise.all([startChild(loop, deps), startChild(loop, deps)]);
  await deps.clock.sleep(ms);
  await Promise.all(loops.map((child) => child.terminate({ graceMs: 0 })));
}

async function heldUp(pid: number, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await deps.clock.sleep(ms);
  process.kill(pid, 'SIGCONT');
}

/** A steady tone, of which the sound server has two seconds in advance: whoever plays it is not what could break it. */
async function toneFile(): Promise<string> {
  const wave = new Int16Array(PLAYED_SECONDS * RATE * 2);
  for (let i = 0; i < wave.length; i += 1) {
    wave[i] = Math.round(LEVEL * 32_767 * Math.sin((2 * Math.PI * HERTZ * Math.floor(i / 2)) / RATE));
  }
  const file = join(dir, 'tone.raw');
  await writeFile(file, new Uint8Array(wave.buffer));
  return file;
}

/** The left channel of a recording's stereo track. */
function decoded(file: string): Float32Array {
  const output = ['-map', '0:a:0', '-af', 'pan=mono|c0=c0', '-f', endianness() === 'LE' ? 'f32le' : 'f32be', '-'];
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, ...output], { maxBuffer: 64 * 1024 * 1024 });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
}

/** Where the wave rises through zero, in samples. */
function risings(wave: Float32Array): number[] {
  const found: number[] = [];
  wave.forEach((value, at) => {
    const before = wave[at - 1] ?? 0;
    if (before < 0 && value >= 0) found.push(at - value / (value - before));
  });
  return found;
}

/** The tone through the whole path while both processors are busy and the encoder is held up, 150 ms and half a second. */
async function recorded(): Promise<Float32Array> {
  const quarters = await testQuarters(deps);
  const display = await startDisplay({ ...SIZE, quarters }, deps);
  const sound = await startSound({ quarters }, deps);
  const format = ['--raw', '--format=s16le', `--rate=${RATE}`, '--channels=2', '--latency-msec=2000'];
  const args = ['--playback', ...format, await toneFile()];
  const player = await startChild({ program: 'pacat', args, env: sound.env }, deps);
  try {
    const file = join(dir, 'tone.mp4');
    const env = { ...display.env, ...sound.env };
    const encoder = await startEncoder(
      { ...SIZE, kind: 'video', display: display.name, source: sound.source, env },
      deps,
    );
    const written = pipeline(encoder.stream, createWriteStream(file));
    const goesOn = (seconds: number) => {
      const until = (Date.now() - encoder.startedAt) / 1000 + seconds;
      return expect.poll(() => encoder.progress().outTimeSeconds, { timeout: 30_000 }).toBeGreaterThan(until);
    };
    await goesOn(0.5);
    await busy(2000);
    await heldUp(encoder.pid, 150);
    await goesOn(0.5);
    await heldUp(encoder.pid, 500);
    await goesOn(1);
    await encoder.stop({ graceMs: 5000 });
    await written;
    // The encoder fades in at the beginning, and sound ends in silence up to a picture's end.
    return decoded(file).slice(0.1 * RATE, -0.5 * RATE);
  } finally {
    await player.terminate({ graceMs: 1000 });
    await sound.stop();
    await display.stop();
    await quarters.remove();
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sound-clicks-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('sound is whole and has no clicks though the machine is busy and the encoder is held up', async () => {
  const samples = await recorded();

  const steepest = LEVEL * 2 * Math.PI * (HERTZ / RATE) * (1 + STRETCH + CODING);
  const steps = samples.subarray(1).map((value, index) => Math.abs(value - (samples[index] ?? 0)));
  const clicks = [...steps.keys()].filter((at) => (steps[at] ?? 0) > steepest).map((at) => at / RATE);
  const begins = risings(samples);
  const lengths = begins.slice(1).map((begin, index) => (begin - (begins[index] ?? 0)) / (RATE / HERTZ));
  const odd = lengths.filter((length) => Math.abs(length - 1) > STRETCH + CODING);

  expect(clicks).toEqual([]);
  expect(odd).toEqual([]);
  expect(samples.length / RATE).toBeGreaterThan(4);
  expect(Math.abs(lengths.length / HERTZ - samples.length / RATE)).toBeLessThan(0.02);
});
