import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RecordingManifest } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BEEP } from './clock-pages.ts';
import { PICTURE } from './recordings.ts';
import { judge } from './verdict.ts';

const SECONDS = 6;
const TONE_HZ = 500;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'verdict-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A recording of a clock page of which only the sound is right. */
async function recordingOf(picture: string) {
  const files = { recording: join(directory, 'recording.mp4'), audio: join(directory, 'audio.m4a') };
  const beeps = `0.3*sin(2*PI*${BEEP.hertz}*t)*lt(mod(t,1),${BEEP.seconds})`;
  const sound = ['-f', 'lavfi', '-t', String(SECONDS), '-i', `aevalsrc='0.3*sin(2*PI*${TONE_HZ}*t)+${beeps}':s=48000`];
  const { width, height, frameRate } = PICTURE;
  const seen = [
    '-f',
    'lavfi',
    '-t',
    String(SECONDS),
    '-i',
    `color=${picture}:size=${width}x${height}:rate=${frameRate}`,
  ];
  const run = (args: string[]) => promisify(execFile)('ffmpeg', ['-v', 'error', ...args]);
  await run([
    '-y',
    ...sound,
    ...seen,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    files.recording,
  ]);
  await run(['-y', ...sound, files.audio]);
  return files;
}

it.each(['black', 'white'])('a recording that shows no clock has no readings: all %s', async (picture) => {
  const take = { attempt: 1, take: 1, startedAt: '2026-02-06T15:00:00.000Z', mediaStart: 0, durationSeconds: SECONDS };
  const manifest = { takes: [{ ...take, fragments: 3, bytes: 1 }] } as unknown as RecordingManifest;

  const verdict = await judge(await recordingOf(picture), manifest, TONE_HZ);

  expect(verdict).toMatchObject({ readings: 0, readableShare: 0, monotonic: true });
  expect(verdict.toneDb).toBeGreaterThan(-25);
  expect(verdict.beepErrorSeconds).toBeLessThan(0.05);
});
