import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureExcerpts } from './excerpts.ts';
import { bandLevel } from './loudness.ts';
import { pictureChange } from './picture.ts';

const HERTZ = 700;
let dir: string;
let file: string;

/** Five seconds that move and sound, and five that do neither. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mb-excerpts-'));
  file = join(dir, 'film.mp4');
  const sources = [
    ...['testsrc=size=320x180:rate=5:duration=5', `sine=frequency=${HERTZ}:sample_rate=48000:duration=5`],
    ...['color=gray:size=320x180:rate=5:duration=5', 'anullsrc=sample_rate=48000:channel_layout=mono:duration=5'],
  ];
  const inputs = sources.flatMap((source) => ['-f', 'lavfi', '-i', source]);
  const joined = ['-filter_complex', '[0:v][1:a][2:v][3:a]concat=n=2:v=1:a=1'];
  await promisify(execFile)('ffmpeg', ['-v', 'error', ...inputs, ...joined, '-pix_fmt', 'yuv420p', file]);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const part = (fromSeconds: number, seconds: number) => ({ fromSeconds, seconds });

describe('excerpts of a recording', () => {
  it('are measured in one run as each would be by itself', async () => {
    const sound = [part(0.2, 1), part(6, 1), part(3, 1)];
    const picture = [part(6, 3), part(1, 3)];

    const { levels, changes } = await measureExcerpts(file, HERTZ, { sound, picture });

    expect(levels).toEqual(await Promise.all(sound.map((each) => bandLevel(file, HERTZ, each))));
    expect(changes).toEqual(
      await Promise.all(picture.map(({ fromSeconds, seconds }) => pictureChange(file, fromSeconds, seconds))),
    );
    expect(levels.map((level) => level > -60)).toEqual([true, false, true]);
    expect(changes.map((change) => change > 0.001)).toEqual([false, true]);
  });

  it('that are another tone are not heard', async () => {
    const { levels } = await measureExcerpts(file, 2 * HERTZ, { sound: [part(1, 1)], picture: [] });

    expect(levels[0]).toBeLessThan(-60);
  });

  it.each([
    ['sound', { sound: [part(60, 1)], picture: [] }, 'expected a level of part0'],
    ['picture', { sound: [part(1, 1)], picture: [part(60, 3)] }, 'expected pictures of two seconds at least, got 0'],
    ['time', { sound: [part(Number.NaN, 1)], picture: [] }, 'ffmpeg ended with 1'],
  ])('that have no %s are an error', async (_, wanted, words) => {
    await expect(measureExcerpts(file, HERTZ, wanted)).rejects.toThrow(words);
  });
});
