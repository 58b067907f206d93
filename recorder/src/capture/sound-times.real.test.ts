import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { encoderArguments } from './ffmpeg-command.ts';

const SECONDS = 300;
/** A beep so often, from the second one on; the first is before the time stamps have settled. */
const EVERY = 10;
const RATE = 8000;
const dir = mkdtempSync(join(tmpdir(), 'sound-times-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/**
 * Beeps of a sound server whose clock is off, through all that the recorder does with sound.
 * @param off - by so many millionths its time stamps run fast
 * @param noise - and so many seconds they are wrong, at random, to either side
 * @returns the length of the recording and when each beep begins in it, in seconds
 */
function recorded({ off, noise }: { off: number; noise: number }): { seconds: number; beeps: number[] } {
  const file = join(dir, 'sound.mp4');
  const args = encoderArguments({ kind: 'audio', display: ':1', source: 'sound', width: 16, height: 16 });
  const beeps = `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,${EVERY}),0.1)':s=48000:n=1920:d=${SECONDS}`;
  const stamps = `asetpts='PTS*(1+${off}e-6)+(random(0)-0.5)*2*${noise}/TB'`;
  const input = args.indexOf('-i');
  const made = [...args.slice(0, args.indexOf('-f')), '-f', 'lavfi', '-i', `${beeps},${stamps}`];
  const output = args.slice(input + 2).map((word) => (word === 'pipe:1' ? file : word));
  execFileSync('ffmpeg', ['-y', ...made, ...output], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const decoded = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', file, '-map', '0:a:0', '-ac', '1', '-ar', String(RATE), '-f', 's16le', '-'],
    { maxBuffer: 2 ** 26 },
  );
  return { seconds: decoded.length / 2 / RATE, beeps: onsets(decoded) };
}

function onsets(samples: Buffer): number[] {
  const found: number[] = [];
  let quietSince = 0;
  for (let index = 0; index < samples.length / 2; index += 1) {
    if (Math.abs(samples.readInt16LE(2 * index)) < 3000) continue;
    if (index - quietSince > RATE) found.push(index / RATE);
    quietSince = index;
  }
  return found;
}

test.each([
  { off: 100, noise: 0 },
  { off: -100, noise: 0 },
  { off: 30, noise: 0.003 },
])('sound is where its time stamps say, though they run $off ppm fast and are up to $noise s wrong', (clock) => {
  const { seconds, beeps } = recorded(clock);
  const stretch = 1 + clock.off / 1e6;
  expect(Math.abs(seconds - SECONDS * stretch)).toBeLessThan(0.1);
  expect(beeps).toHaveLength(SECONDS / EVERY - 1);
  for (const [index, begin] of beeps.entries()) {
    const right = (index + 1) * EVERY * stretch;
    expect(Math.abs(begin - right)).toBeLessThan(clock.noise + 0.003);
  }
});
