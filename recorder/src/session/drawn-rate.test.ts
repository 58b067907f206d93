import { expect, test } from 'vitest';
import { drawnRate } from './drawn-rate.ts';

test.each([
  ['video', 25, 25],
  ['video', 30, 30],
  ['video', 10, 30],
  ['video', 5, 25],
  ['audio', 25, 5],
] as const)('a recording of %s at %d pictures a second has %d drawn', (kind, frameRate, hertz) => {
  expect(drawnRate({ kind, frameRate })).toBe(hertz);
});
