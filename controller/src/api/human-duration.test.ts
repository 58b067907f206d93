import { expect, it } from 'vitest';
import { humanDuration } from './human-duration.ts';

it.each([
  [-5, '0s'],
  [0, '0s'],
  [119.9, '119s'],
  [120, '2m'],
  [200, '3m20s'],
  [600, '10m'],
  [10_799, '179m'],
  [10_800, '3h'],
  [20_000, '5h33m'],
  [100_000, '27h'],
  [200_000, '2d7h'],
  [900_000, '10d'],
])('prints %d seconds as %s', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});
