import { expect, it } from 'vitest';
import { passcodeFault } from './passcode.ts';

const SECOND = 1000;
/** What was done, and at which second. */
const done = (acts: Record<string, number>) =>
  new Map(Object.entries(acts).map(([key, at]) => [key, { times: 1, at: at * SECOND }]));
const fault = (askedSince: number | undefined, now: number, acts?: Record<string, number>) =>
  passcodeFault({
    askedSince: askedSince === undefined ? undefined : askedSince * SECOND,
    ...{ hasPasscode: acts !== undefined, done: done(acts ?? {}), now: now * SECOND },
  });

it('is told where a passcode is asked for a while that we do not have', () => {
  expect(fault(undefined, 100)).toBeUndefined();
  expect(fault(10, 12)).toBeUndefined();
  expect(fault(10, 13)).toContain('neither url nor spec.passcode has one');
});

it('is none while ours is not typed or not sent yet', () => {
  expect(fault(10, 100, {})).toBeUndefined();
  expect(fault(10, 100, { passcode: 11, 'join 0': 5 })).toBeUndefined();
});

it('is told where the question stays after ours was sent, without a word that it was wrong', () => {
  expect(fault(10, 31, { passcode: 11, 'join 3': 12 })).toBeUndefined();
  expect(fault(10, 32, { passcode: 11, 'join 3': 12 })).toContain('goes on asking');
});

it('counts anew where the question was gone in between', () => {
  expect(fault(30, 49, { passcode: 11, 'join 3': 12 })).toBeUndefined();
  expect(fault(30, 50, { passcode: 11, 'join 3': 12 })).toContain('goes on asking');
});
