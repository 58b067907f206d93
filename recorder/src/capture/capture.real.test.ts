import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import puppeteer from 'puppeteer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AUDIO_BUFFER_FLAG } from '../browser/flags.ts';
import { filmNumbers, makeFlashFilm } from '../media/flash-film.fixture.ts';
import { audioTracks, measureFrames, measureSync, probe, videoTrack } from '../media/index.ts';
import { findProgram, type Quarters, startChild } from '../process/index.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import { type Display, type Sound, startDisplay, startEncoder, startSound } from './index.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const RATE = 25;
const FRAME_SECONDS = 1 / RATE;
/** Of the pictures, lost or doubled by the encoder. */
const LOST = 0.005;
/** As a session has it drawn. */
const DRAWN_RATE = 30;
const deps = {
  clock: systemClock,
  logger: silentLogger,
  env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
};
let dir: string;
let quarters: Quarters;
let display: Display;
let sound: Sound;

/** The film in all of a display. */
async function openFilm({ on = display, width = WIDTH, height = HEIGHT } = {}): Promise<{ close(): Promise<void> }> {
  const page = join(dir, 'page.html');
  const style = 'position:fixed;inset:0;width:100vw;height:100vh;object-fit:fill;background:#000';
  await writeFile(page, `<video src="film.webm" autoplay style="${style}"></video>`);
  const browser = await puppeteer.launch({
    executablePath: findProgram('chromium', deps.env.PATH) ?? 'chromium',
    headless: false,
    defaultViewport: null,
    userDataDir: join(dir, 'profile'),
    env: { ...deps.env, ...on.env, ...sound.env, HOME: dir },
    args: [
      ...['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
      ...['--disable-sync', '--disable-quic', '--autoplay-policy=no-user-gesture-required', '--kiosk'],
      ...['--window-position=0,0', `--window-size=${width},${height}`, AUDIO_BUFFER_FLAG],
    ],
  });
  const [tab] = await browser.pages();
  await tab?.goto(pathToFileURL(page).href);
  await tab?.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1);
  return browser;
}

interface Wishes {
  readonly source?: string;
  readonly on?: Display;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
}

/** Starts to record what is shown and played. */
function encode(kind: 'video' | 'audio', { source = sound.source, on = display, ...size }: Wishes = {}) {
  const env = { ...on.env, ...sound.env };
  return startEncoder({ kind, display: on.name, source, width: WIDTH, height: HEIGHT, ...size, env }, deps);
}

/** Records what is shown and played for some seconds of media time; tells what the encoder said at the end. */
async function record(file: string, kind: 'video' | 'audio', seconds: number, wishes: Wishes = {}) {
  const askedAt = Date.now();
  const encoder = await encode(kind, wishes);
  const written = pipeline(encoder.stream, createWriteStream(file));
  await expect.poll(() => encoder.progress().outTimeSeconds, { timeout: 30_000 }).toBeGreaterThanOrEqual(seconds);
  const said = { startedAt: encoder.startedAt, levels: encoder.levels(), picture: encoder.picture() };
  expect(await encoder.stop({ graceMs: 5000 })).toEqual({ code: 0, signal: null });
  await written;
  const { frame, dropFrames, dupFrames } = encoder.progress();
  return { ...said, askedAt, lost: (dropFrames + dupFrames) / frame };
}

/** Others use the machine, too: where a busy moment cost pictures all is recorded again, once. */
async function recordFairly(file: string, seconds: number) {
  const said = await record(file, 'video', seconds);
  return said.lost < LOST ? said : record(file, 'video', seconds);
}

/** What else this machine does decides about pictures: said where too many are lost. */
const weather = () => `load ${loadavg().map((load) => load.toFixed(1))}`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'capture-test-'));
  await makeFlashFilm(join(dir, 'film.webm'), { seconds: 60, beep: { hertz: 1000, seconds: 0.06, level: 0.5 } });
});
beforeEach(async () => {
  quarters = await testQuarters(deps);
  display = await startDisplay({ width: WIDTH, height: HEIGHT, refreshRate: DRAWN_RATE, quarters }, deps);
  sound = await startSound({ quarters }, deps);
  return async () => {
    await sound.stop();
    await display.stop();
    await quarters.remove();
  };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a page is recorded with sound and picture in step', async () => {
  const file = join(dir, 'page.mp4');
  const page = await openFilm();
  const said = await recordFairly(file, 12).finally(() => page.close());

  const facts = await probe(file, deps);
  const [stereo, mono] = audioTracks(facts);
  const video = videoTrack(facts);
  expect(video).toMatchObject({ codec: 'h264', width: WIDTH, height: HEIGHT, startSeconds: 0, monotonic: true });
  expect(video.frameRate).toBeCloseTo(25, 5);
  expect(video.longestKeyFrameDistanceSeconds).toBeCloseTo(2, 5);
  for (const [track, channels] of [[stereo, 2] as const, [mono, 1] as const]) {
    expect(track).toMatchObject({ codec: 'aac', sampleRate: 48_000, channels, startSeconds: 0, monotonic: true });
    expect(track?.longestGapSeconds).toBeLessThan(0.001);
    expect(Math.abs((track?.durationSeconds ?? 0) - video.durationSeconds)).toBeLessThan(1.5 * FRAME_SECONDS);
  }
  const sync = await measureSync(file, { toneHz: 1000 }, deps);
  expect(sync.pairs.length).toBeGreaterThanOrEqual(8);
  expect(Math.abs(sync.medianOffsetMs)).toBeLessThan(40);
  expect(said.lost, weather()).toBeLessThan(LOST);
  const seen = await measureFrames(file, { ...filmNumbers({ width: WIDTH, height: HEIGHT }), frameRate: RATE }, deps);
  expect(seen.unreadable / seen.frames, weather()).toBeLessThan(0.02);
  expect(seen.doubled / seen.frames, weather()).toBeLessThan(0.1);
  expect(said.startedAt).toBeGreaterThan(said.askedAt);
  expect(said.startedAt).toBeLessThan(said.askedAt + 10_000);
  expect(said.levels.secondsSinceSound).toBeLessThan(4);
  expect(said.picture.black).toBeDefined();
});

test('the mouse, which is in the middle of an empty display, is in no picture', async () => {
  const file = join(dir, 'mouse.mp4');
  await record(file, 'video', 1);
  const raw = ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  const pictures = execFileSync('ffmpeg', raw, { maxBuffer: 1 << 28, env: deps.env });
  expect(pictures.length).toBeGreaterThanOrEqual(20 * WIDTH * HEIGHT);
  expect(pictures.reduce((most, level) => Math.max(most, level), 0)).toBeLessThan(8);
});

test('1920 by 1080 with 30 pictures a second is recorded without a hole', async () => {
  const file = join(dir, 'large.mp4');
  const size = { width: 1920, height: 1080 };
  const own = await testQuarters(deps);
  const large = await startDisplay({ ...size, refreshRate: 36, quarters: own }, deps);
  try {
    const page = await openFilm({ on: large, ...size });
    const said = await record(file, 'video', 6, { on: large, ...size, frameRate: 30 }).finally(() => page.close());

    const facts = await probe(file, deps);
    const video = videoTrack(facts);
    expect(video).toMatchObject({ codec: 'h264', ...size, startSeconds: 0, monotonic: true });
    expect(video.frameRate).toBeCloseTo(30, 3);
    expect(video.longestGapSeconds).toBeLessThan(0.001);
    expect(video.durationSeconds).toBeGreaterThan(5.9);
    for (const track of audioTracks(facts)) {
      expect(track).toMatchObject({ startSeconds: 0, monotonic: true });
      expect(Math.abs(track.durationSeconds - video.durationSeconds)).toBeLessThan(1.5 * FRAME_SECONDS);
    }
    // The first seconds of it are more than a slow machine can do: a third of six seconds' pictures there.
    expect(said.lost, weather()).toBeLessThan(1 / 3);
    const seen = await measureFrames(file, { ...filmNumbers(size), frameRate: 30 }, deps);
    expect(seen.unreadable / seen.frames).toBeLessThan(0.02);
    expect(seen.doubled / seen.frames, weather()).toBeLessThan(0.6);
  } finally {
    await large.stop();
    await own.remove();
  }
});

test('the sound server tells its clients the rate that is recorded, so that nobody resamples', () => {
  const told = execFileSync('pactl', ['info'], { encoding: 'utf8', env: { ...deps.env, ...sound.env } });
  expect(told).toMatch(/^Default Sample Specification: \S+ 2ch 48000Hz$/m);
});

test('sound alone is recorded without a picture', async () => {
  const file = join(dir, 'sound.mp4');

  const said = await record(file, 'audio', 3);

  const facts = await probe(file, deps);
  expect(facts.tracks.map((track) => track.kind)).toEqual(['audio', 'audio']);
  expect(audioTracks(facts).map((track) => track.channels)).toEqual([2, 1]);
  expect(audioTracks(facts)[0]?.durationSeconds).toBeGreaterThan(2.9);
  expect(said.levels.rmsDb).toBe(-120);
});

test('of a display that is gone nothing more is recorded', async () => {
  const file = join(dir, 'gone.mp4');
  const encoder = await encode('video');
  const written = pipeline(encoder.stream, createWriteStream(file));
  const reached = (seconds: number) =>
    expect.poll(() => encoder.progress().outTimeSeconds, { timeout: 30_000 }).toBeGreaterThanOrEqual(seconds);
  await reached(2);

  process.kill(display.pid, 'SIGKILL');
  const shownSeconds = (Date.now() - encoder.startedAt) / 1000;

  // The sound goes on.
  await reached(shownSeconds + 1.5);
  await encoder.stop({ graceMs: 5000 });
  await written;
  const pictureSeconds = videoTrack(await probe(file, deps)).durationSeconds;
  expect(pictureSeconds).toBeLessThan(shownSeconds + 3 * FRAME_SECONDS);
  expect(pictureSeconds).toBeGreaterThan(shownSeconds - 0.5);
});

test('two recorders on one machine share neither display nor sound', async () => {
  const other = await testQuarters(deps);
  const [display2, sound2] = await Promise.all([
    startDisplay({ width: 640, height: 360, quarters: other }, deps),
    startSound({ quarters: other }, deps),
  ]);

  const tone = join(dir, 'tone.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=20', tone]);
  const player = await startChild({ program: 'paplay', args: [tone], env: sound.env }, deps);

  const [heard, elsewhere] = await Promise.all([listen(sound), listen(sound2)]);
  const names = [display.name, display2.name];
  await Promise.all([player.terminate({ graceMs: 1000 }), display2.stop(), sound2.stop()]);
  await other.remove();

  expect(names[0]).not.toBe(names[1]);
  expect(heard.some((byte) => byte !== 0)).toBe(true);
  expect(elsewhere.every((byte) => byte === 0)).toBe(true);
});

/** Two seconds of what a sink plays, as raw samples. */
async function listen(from: Sound): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const args = ['-v', 'error', '-f', 'pulse', '-i', from.source, '-t', '2', '-f', 's16le', '-'];
  const child = await startChild({ program: 'ffmpeg', args, env: from.env, stdout: 'raw' }, deps);
  for await (const chunk of child.stdout ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

test('a display without the cookie is closed to others', async () => {
  const grab = () =>
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'x11grab', '-i', display.name, '-frames:v', '1', '-f', 'null', '-'], {
      env: { ...deps.env, XAUTHORITY: '/dev/null' },
      stdio: 'pipe',
    });

  expect(grab).toThrow();
});

test('a sound server without the key is closed to other users', async () => {
  const { PULSE_COOKIE: _, ...keyless } = sound.env;
  const ask = () => execFileSync('pactl', ['info'], { env: { ...deps.env, ...keyless }, stdio: 'pipe' });

  // Its own user needs none.
  if (quarters.user.command.length === 0) expect(ask).not.toThrow();
  else expect(ask).toThrow(/Access denied/);
});

test('nothing is left of display and sound, also when they were killed', async () => {
  const number = display.name.slice(1);
  for (const part of [display, sound]) process.kill(part.pid, 'SIGKILL');
  await Promise.all([display.exited, sound.exited]);

  await display.stop();
  await sound.stop();

  expect(existsSync(`/tmp/.X${number}-lock`)).toBe(false);
  expect([display.pid, sound.pid].map((pid) => existsSync(`/proc/${pid}`))).toEqual([false, false]);
});

test('sound that died can be started again at the same address', async () => {
  process.kill(sound.pid, 'SIGKILL');
  await sound.exited;

  const again = await startSound({ quarters }, deps);
  await again.stop();

  expect(again.env).toEqual(sound.env);
});

test('an encoder that cannot start says why', async () => {
  const start = encode('video', { source: 'no.such.source' });

  await expect(start).rejects.toMatchObject({ code: 'ExitedEarly', program: 'ffmpeg' });
  await expect(start).rejects.toThrow(/no\.such\.source/);
});

test('what was recorded before the display died is playable', async () => {
  const file = join(dir, 'cut.mp4');
  const encoder = await encode('video');
  const written = pipeline(encoder.stream, createWriteStream(file));
  await expect.poll(() => encoder.progress().outTimeSeconds, { timeout: 30_000 }).toBeGreaterThan(4);

  process.kill(display.pid, 'SIGKILL');
  await display.exited;
  await encoder.stop({ graceMs: 5000 });
  await written;

  expect(videoTrack(await probe(file, deps)).durationSeconds).toBeGreaterThanOrEqual(4);
});
