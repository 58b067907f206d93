import type { Clock } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { expect, test } from 'vitest';
import { DrawingWatch } from './drawing-watch.ts';

type Answer = 'drawn' | 'notDrawn' | 'none';

/** A recording and a page of which the test says how they are, half a second by half a second. */
function rig() {
  const time = { ms: 1_000_000 };
  const clock: Clock = { now: () => time.ms, monotonic: () => time.ms, sleep: () => Promise.resolve() };
  const world = { page: {} as Page | undefined, moves: true, recorded: true, answer: 'drawn' as Answer };
  const asked: number[] = [];
  const lost: number[] = [];
  let changedAt = time.ms;
  const watch = new DrawingWatch({
    takes: { stillMs: () => (world.recorded ? time.ms - changedAt : undefined) },
    page: () => world.page,
    onLost: () => void lost.push(time.ms),
    ask: async () => {
      asked.push(time.ms);
      // As long as the page itself takes to be sure of it.
      if (world.answer === 'notDrawn') time.ms += 2000;
      if (world.answer === 'none') throw new Error('the page did not answer');
      return world.answer === 'drawn';
    },
    clock,
  });
  const pass = async (seconds: number) => {
    const until = time.ms + seconds * 1000;
    while (time.ms < until) {
      time.ms += 500;
      if (world.moves) changedAt = time.ms;
      await watch.look();
    }
  };
  return { world, asked, lost, watch, pass, time };
}

test('a meeting in which something moves is never asked', async () => {
  const { asked, pass } = rig();
  await pass(3600);
  expect(asked).toEqual([]);
});

test('a page that stands still for an hour is no fault, and is asked every third second', async () => {
  const { world, asked, lost, pass } = rig();
  world.moves = false;
  await pass(3600);
  expect(lost).toEqual([]);
  expect(asked.length).toBeGreaterThan(1100);
  expect(asked.length).toBeLessThanOrEqual(1200);
});

test('a page that lives and is not drawn any more is lost within eight seconds, and said to be so once', async () => {
  const { world, lost, pass, time } = rig();
  await pass(10);
  Object.assign(world, { moves: false, answer: 'notDrawn' });
  const frozenAt = time.ms;
  await pass(7.5);
  expect(lost).toHaveLength(1);
  expect(lost[0]).toBeLessThan(frozenAt + 8000);
});

test('one answer that is late, as on a machine that is out of time, is no fault', async () => {
  const { world, lost, pass } = rig();
  Object.assign(world, { moves: false, answer: 'notDrawn' });
  await pass(3);
  world.answer = 'drawn';
  await pass(0.5);
  world.answer = 'notDrawn';
  await pass(3);
  expect(lost).toEqual([]);
});

test.each([
  ['does not answer: that is for those who look at it', { answer: 'none' }],
  ['is gone', { page: undefined, answer: 'notDrawn' }],
  ['is heard and not seen: no picture of it is recorded', { recorded: false, answer: 'notDrawn' }],
])('nothing is said of a page that %s', async (_, how) => {
  const { world, lost, pass } = rig();
  Object.assign(world, { moves: false, ...how });
  await pass(60);
  expect(lost).toEqual([]);
});

test.each([
  ['the page is another one', (world: { page: Page | undefined }) => (world.page = {} as Page)],
  ['the meeting is over', (_: unknown, watch: DrawingWatch) => watch.stop()],
])('an answer tells nothing any more once %s', async (_, change) => {
  const { world, lost, watch, pass, time } = rig();
  Object.assign(world, { moves: false, answer: 'notDrawn' });
  await pass(3);
  time.ms += 500;
  const looking = watch.look();
  change(world, watch);
  await looking;
  expect(lost).toEqual([]);
});
