import { expect, it } from 'vitest';
import { CallLimit } from './call-limit.ts';

const PART = 5 * 1024 * 1024;
const SEGMENT = 1024 * 1024;

/** Calls of a size until one ends in time on a line that carries `pace` bytes a millisecond; how many it took. */
function callsUntilDone(limit: CallLimit, bytes: number, pace: number): number {
  for (let calls = 1; calls < 20; calls++) {
    const ms = bytes / pace;
    if (ms <= limit.msFor(bytes)) {
      limit.ended(bytes, ms);
      return calls;
    }
    limit.ranOut(bytes);
  }
  return Number.POSITIVE_INFINITY;
}

it('gives every call the least time while the line has shown no weakness', () => {
  const limit = new CallLimit();
  expect([0, SEGMENT, PART].map((bytes) => limit.msFor(bytes))).toEqual([30_000, 30_000, 30_000]);
  expect(limit.msFor(4 * PART)).toBe(120_000);
});

it.each([
  ['1.3 Mbit/s', 162, 2],
  ['700 kbit/s', 87, 3],
  ['300 kbit/s', 37, 4],
])('gets a part through a line of %s, and from then on at the first try', (_, pace, first) => {
  const limit = new CallLimit();
  expect(callsUntilDone(limit, PART, pace)).toBe(first);
  expect(callsUntilDone(limit, SEGMENT, pace)).toBe(1);
  expect(callsUntilDone(limit, PART, pace)).toBe(1);
});

it('gives a dead line no more than the slowest one needs', () => {
  const limit = new CallLimit();
  for (let calls = 0; calls < 10; calls++) limit.ranOut(PART);
  expect(limit.msFor(PART)).toBe(150_000);
  expect(limit.msFor(SEGMENT)).toBe(30_000);
});

it('learns nothing from small calls that run out', () => {
  const limit = new CallLimit();
  for (const bytes of [0, 1000, SEGMENT]) limit.ranOut(bytes);
  expect(limit.msFor(PART)).toBe(30_000);
});

it('is as strict as before once the line is fast again', () => {
  const limit = new CallLimit();
  for (let calls = 0; calls < 10; calls++) limit.ranOut(PART);
  limit.ended(PART, 200);
  expect(limit.msFor(PART)).toBe(30_000);
});
