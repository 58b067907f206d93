import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, expect, test } from 'vitest';
import { audioTracks, findBeeps, probe } from '../media/index.ts';
import { encoderArguments, leftOutSeconds } from './ffmpeg-command.ts';

const SECONDS = 300;
/** A beep so often; the first is left out, since time stamps have not settled yet. */
const EVERY = 10;
const OPTIONS = { kind: 'audio', display: ':1', source: 'sound', width: 16, height: 16 } as const;
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
const dir = mkdtempSync(join(tmpdir(), 'sound-times-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/**
 * Beeps of a sound server whose clock is off, through all that the recorder does with sound.
 * @param off - by so many millionths its time stamps run fast
 * @param noise - and so many seconds they are wrong, at random, to either side
 * @returns the length of the recording and when each beep begins in it, in seconds
 */
async function recorded({ off, noise }: { off: number; noise: number }): Promise<{ seconds: number; beeps: number[] }> {
  const file = join(dir, 'sound.mp4');
  const args = encoderArguments(OPTIONS);
  const beeps = `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,${EVERY}),0.2)':s=48000:n=1920:d=${SECONDS}`;
  const stamps = `asetpts='PTS*(1+${off}e-6)+(random(0)-0.5)*2*${noise}/TB'`;
  const input = args.indexOf('-i');
  const made = [...args.slice(0, args.indexOf('-f')), '-f', 'lavfi', '-i', `${beeps},${stamps}`];
  const output = args.slice(input + 2).map((word) => (word === 'pipe:1' ? file : word));
  execFileSync('ffmpeg', ['-y', ...made, ...output], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const [stereo] = audioTracks(await probe(file, deps));
  return { seconds: stereo?.durationSeconds ?? 0, beeps: await findBeeps(file, { toneHz: 1000 }, deps) };
}

test.each([
  { off: 100, noise: 0 },
  { off: -100, noise: 0 },
  { off: 30, noise: 0.003 },
])('sound is where its time stamps say, though they run $off ppm fast and are up to $noise s wrong', async (clock) => {
  const { seconds, beeps } = await recorded(clock);
  const stretch = 1 + clock.off / 1e6;
  expect(Math.abs(seconds - SECONDS * stretch + leftOutSeconds(OPTIONS))).toBeLessThan(0.1);
  expect(beeps).toHaveLength(SECONDS / EVERY - 1);
  for (const [index, begin] of beeps.entries()) {
    const right = (index + 1) * EVERY * stretch - leftOutSeconds(OPTIONS);
    expect(Math.abs(begin - right)).toBeLessThan(clock.noise + 0.003);
  }
});
