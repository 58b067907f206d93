import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBlocks } from './barcode.ts';
import { measureFrames } from './frames.ts';
import { audioTracks, probe, videoTrack } from './probe.ts';
import { frameAsPng } from './still.ts';
import { measureSync } from './sync.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function make(name: string, ...args: string[]): string {
  const file = join(dir, name);
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, file]);
  return file;
}

/** Flashes for 100 ms and beeps for 60 ms every 1.013 s, the sound later by `lateMs` and slower by `driftPpm`. */
function flashAndBeep(name: string, seconds: number, lateMs: number, driftPpm = 0): string {
  const time = `((t+1-${lateMs / 1000})/(1+${driftPpm}e-6))`;
  const beep = `if(lt(mod(${time},1.013),0.06),0.5*sin(2*PI*1000*t),0)`;
  const flash = "geq=lum='if(lt(mod(T+1,1.013),0.1),235,16)':cb=128:cr=128";
  return make(
    name,
    ...['-f', 'lavfi', '-i', `color=black:s=160x90:r=25:d=${seconds},${flash}`],
    ...['-f', 'lavfi', '-i', `aevalsrc='${beep}':s=48000:d=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '128k'],
  );
}

test.each([0, 115, -115])('sound that is %d ms late is measured as that', async (lateMs) => {
  const file = flashAndBeep(`late${lateMs}.mp4`, 41, lateMs);

  const report = await measureSync(file, { toneHz: 1000 }, deps);

  // The flash is shown from the first picture after it on: 20 ms late on average at 25 pictures a second.
  expect(Math.abs(report.meanOffsetMs - (lateMs - 20))).toBeLessThan(4);
  expect(report.pairs.length).toBeGreaterThanOrEqual(39);
  expect([report.missingBeeps, report.missingFlashes]).toEqual([0, 0]);
});

test('drift is measured', async () => {
  const file = flashAndBeep('drift.mp4', 41, 20, 2000);

  const report = await measureSync(file, {}, deps);

  expect(Math.abs(report.driftMsPerHour - 7200)).toBeLessThan(3 * report.driftErrorMsPerHour);
});

test('tracks are described by their packets', async () => {
  const file = flashAndBeep('probe.mp4', 4, 0);

  const facts = await probe(file, deps);

  expect(videoTrack(facts)).toMatchObject({ codec: 'h264', width: 160, height: 90, packets: 100, monotonic: true });
  expect(videoTrack(facts).frameRate).toBeCloseTo(25);
  expect(videoTrack(facts).durationSeconds).toBeCloseTo(4);
  expect(audioTracks(facts)[0]).toMatchObject({ codec: 'aac', sampleRate: 48_000, monotonic: true });
  expect(facts.durationSeconds).toBeCloseTo(4, 1);
});

test('a gap in the sound is found', async () => {
  const file = make('gap.mkv', '-f', 'lavfi', '-i', "sine=d=5,aselect='not(between(t,2,3))'", '-c:a', 'aac');

  const [track] = audioTracks(await probe(file, deps));

  expect(track?.longestGapSeconds).toBeGreaterThan(0.9);
});

test('a file that is no media is refused with what ffprobe says', async () => {
  const file = join(dir, 'text.mp4');
  await writeFile(file, 'hello');

  await expect(probe(file, deps)).rejects.toMatchObject({ code: 'Unreadable' });
});

test('lost and doubled pictures of a counting barcode are found after encoding', async () => {
  const shown = Array.from({ length: 100 }, (_, i) => i * 2)
    .toSpliced(50, 2)
    .toSpliced(20, 0, 38);
  const [blocks, scale] = [13, 16];
  const raw = Buffer.concat(
    shown.map((value) => Buffer.from(toBlocks(value, blocks - 1).map((on) => (on ? 235 : 16)))),
  );
  await writeFile(join(dir, 'codes.raw'), raw);
  const file = make(
    'codes.mp4',
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-video_size', `${blocks}x1`, '-framerate', '25'],
    ...['-i', join(dir, 'codes.raw'), '-vf', `scale=${blocks * scale}:32:flags=neighbor,pad=320:180:40:100`],
    ...['-c:v', 'libx264', '-preset', 'superfast', '-crf', '25', '-pix_fmt', 'yuv420p'],
  );
  const region = { x: 40, y: 100, width: blocks * scale, height: 32 };

  const report = await measureFrames(file, { region, bits: blocks - 1, sourceRate: 50, frameRate: 25 }, deps);

  expect(report).toMatchObject({ frames: 99, unreadable: 0, doubled: 1, lost: 2 });
});

test('a picture is written as PNG', async () => {
  const file = flashAndBeep('still.mp4', 2, 0);
  const out = join(dir, 'still.png');

  await frameAsPng(file, 1, out, deps);

  expect((await readFile(out)).subarray(1, 4).toString('ascii')).toBe('PNG');
});
