import { expect, test } from 'vitest';
import { countFrames } from './recorder-frames.ts';

const RATES = { camera: 30, file: 25 };

/** What a file of 25 pictures a second shows of a camera of 30, seen through `shown`: the frame on the screen at a time. */
function film(seconds: number, shown: (at: number) => number) {
  return Array.from({ length: seconds * 25 }, (_, index) => {
    const at = index / 25;
    return { at, frame: Math.floor(shown(at) + 1e-6) % 30 };
  });
}

test('a camera that is faster than the file loses nothing that was due', () => {
  const count = countFrames(
    film(10, (at) => at * 30),
    RATES,
  );

  expect(count).toMatchObject({ pictures: 250, doubled: 0, lost: 0 });
  expect(count.newPerSecond).toBeCloseTo(25, 5);
  expect(count.longestStillMs).toBeCloseTo(40, 5);
});

test('a picture that stands for a fifth of a second counts as doubled ones, and what it hid as lost', () => {
  const count = countFrames(
    film(10, (at) => (at > 5 && at <= 5.2 ? 150 : at * 30)),
    RATES,
  );

  expect(count.doubled * count.pictures).toBe(5);
  expect(count.longestStillMs).toBeCloseTo(240, 5);
  expect(count.lost).toBeGreaterThan(0.015);
  expect(count.lost).toBeLessThan(0.025);
});

test('a file at the rate of the camera must have each of its frames', () => {
  const frames = [0, 1, 2, 4, 5, 6, 7, 9];

  const count = countFrames(
    frames.map((frame, index) => ({ at: index / 30, frame })),
    { camera: 30, file: 30 },
  );

  expect(count).toMatchObject({ doubled: 0, lost: 2 / 9 });
});
