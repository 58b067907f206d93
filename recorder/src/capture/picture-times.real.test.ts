import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type EncoderOptions, encoderArguments, leftOutSeconds } from './ffmpeg-command.ts';

const OPTIONS = { kind: 'video', display: ':1', source: 'none', width: 16, height: 16 } as const;
/** So many are left out at the beginning. */
const FIRST = Math.round(leftOutSeconds(OPTIONS) * 25);
const PICTURES = 100;
const BYTES = (16 * 16 * 3) / 2;

const after = (args: readonly string[], option: string) => args[args.indexOf(option) + 1] ?? '';

/**
 * Pictures of 25 a second that are numbered by their brightness, grabbed late by `late` (ffmpeg's expression of N, in seconds),
 * through what the recorder does with time stamps. @returns the numbers in the order of the recording,
 * counted from the first that is kept
 */
function recorded(late: string): number[] {
  const args = encoderArguments(OPTIONS);
  const [, onTime] = after(args, '-vf').split('format=yuv420p,');
  const numbered = `nullsrc=s=16x16:r=25:d=${(FIRST + PICTURES) / 25},geq=lum=N+16:cb=128:cr=128,settb=1/1000000`;
  const output = execFileSync('ffmpeg', [
    ...['-v', 'error', '-frame_drop_threshold', after(args, '-frame_drop_threshold'), '-f', 'lavfi', '-i', numbered],
    ...['-vf', `setpts=PTS+(${late})/TB,${onTime}`, '-fps_mode', after(args, '-fps_mode:v')],
    ...['-r', after(args, '-r'), '-pix_fmt', 'yuv420p'],
    ...['-f', 'rawvideo', '-'],
  ]);
  return Array.from({ length: output.length / BYTES }, (_, index) => (output[index * BYTES] ?? 0) - 16 - FIRST);
}

/**
 * An hour of pictures as x11grab takes them, from the first that is kept: where each is placed in the recording, and where sound
 * that came with it goes, in seconds.
 */
function hourOf(options: EncoderOptions): { placed: number[]; due: number[] } {
  const { frameRate = 25 } = options;
  const args = encoderArguments(options);
  const [, onTime = ''] = after(args, '-vf').split('format=yuv420p,');
  const grabbed = Math.round(1e6 / frameRate);
  const [soundPace = 1, picturePace = 1] = args.flatMap((word, at) =>
    word === '-itsscale' ? [Number(args[at + 1])] : [],
  );
  const pictures = `nullsrc=s=16x16:r=${frameRate}:d=3600,settb=1/1000000,setpts=N*${grabbed}`;
  const said = execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-filter_threads', '1', '-itsscale', String(picturePace), '-f', 'lavfi', '-i', pictures],
      ...['-vf', onTime, '-fps_mode', 'passthrough', '-enc_time_base', '1/1000000', '-f', 'framecrc', '-'],
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const placed = [...said.matchAll(/^0, *\d+, *(\d+),/gm)].map(([, microseconds]) => Number(microseconds) / 1e6);
  const leftOut = leftOutSeconds(options);
  const first = Math.round(leftOut * frameRate);
  const due = Array.from(
    { length: 3600 * frameRate - first },
    (_, index) => ((first + index) * grabbed * soundPace) / 1e6 - leftOut,
  );
  return { placed, due };
}

const all = Array.from({ length: PICTURES }, (_, index) => index);

test('pictures that are grabbed up to 34 ms late are all in their place', () => {
  expect(recorded('random(0)*0.034*gt(N\\,0)')).toEqual(all);
});

test.each([-0.003, -0.005, -0.007, -0.0125, -0.019, -0.0205, -0.027])(
  'where the first picture sets the clock late, so that all others come %d s off it, all are in their place',
  (early) => {
    const numbers = recorded(`(${early}+random(0)*0.003)*gt(N\\,0)`);

    // What comes more than half of a picture's time early is the one before: one that is left out is dropped.
    const shift = early < -0.02 ? 1 : 0;
    expect(numbers).toEqual(all.map((index) => Math.min(index + shift, PICTURES - 1)).slice(0, numbers.length));
    expect(numbers.length).toBeGreaterThanOrEqual(PICTURES - 1);
  },
);

test('a grab whose clock is slower than the recording loses a picture when it is half a picture behind, and no more', () => {
  const numbers = recorded('-N*0.0005+random(0)*0.003');
  const distances = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));

  expect(distances.filter((distance) => distance !== 1).length).toBeLessThanOrEqual(2);
});

test('30 pictures a second, grabbed 33 333 µs apart, keep their places against the sound for an hour', () => {
  const { placed, due } = hourOf({ ...OPTIONS, frameRate: 30 });

  expect(placed.findIndex((at, index) => Math.round(at * 30) !== index)).toBe(-1);
  expect(placed).toHaveLength(due.length);
  expect(placed.reduce((most, at, index) => Math.max(most, Math.abs(at - (due[index] ?? 0))), 0)).toBeLessThan(0.002);
});

test('after pictures that came too late the next ones are in their place again', () => {
  const numbers = recorded(`0.07*between(N\\,${FIRST + 50}\\,${FIRST + 51})`);
  expect(numbers).toHaveLength(PICTURES);
  expect(numbers.slice(0, 50)).toEqual(all.slice(0, 50));
  expect(numbers.slice(54)).toEqual(all.slice(54));
});
