import { expect, test } from 'vitest';
import { drawnRate } from './drawn-rate.ts';

test.each([
  ['video', 25, 30],
  ['video', 30, 36],
  ['video', 10, 25],
  ['video', 5, 25],
  ['audio', 25, 5],
] as const)('a recording of %s at %d pictures a second has %d drawn', (kind, frameRate, hertz) => {
  expect(drawnRate({ kind, frameRate })).toBe(hertz);
});
