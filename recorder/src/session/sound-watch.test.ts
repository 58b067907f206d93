import { type Clock, silentLogger } from '@meetingbot/crds-schema';
import { expect, test } from 'vitest';
import type { PageSound } from './sound-verdict.ts';
import { SoundWatch } from './sound-watch.ts';

/** A recording and a page of which the test says how they sound, second by second. */
function rig() {
  const time = { ms: 1_000_000 };
  const clock: Clock = { now: () => time.ms, monotonic: () => time.ms, sleep: () => Promise.resolve() };
  const done: string[] = [];
  const looks: number[] = [];
  const world = {
    recording: true,
    heard: true,
    talking: true,
    playing: true,
    players: 0,
    serviceLost: false,
    unseen: false,
  };
  let silentMs = 0;
  let [packets, played, energy] = [0, 0, 0];
  const watch = new SoundWatch({
    ...{ clock, logger: silentLogger },
    port: {
      recorded: () => (world.recording ? { isSilent: !world.heard, silentMs } : undefined),
      hasLostService: () => {
        const lost = world.serviceLost;
        world.serviceLost = false;
        return lost;
      },
      look: async (): Promise<PageSound> => {
        looks.push(time.ms);
        return {
          at: time.ms,
          received: packets > 0 ? [{ id: 'a', packets, playedSeconds: played, energy }] : [],
          players: world.players,
          clocks: [],
        };
      },
      reopen: async () => void done.push('reopen'),
      rejoin: () => void done.push('rejoin'),
      onChange: () => undefined,
    },
  });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) {
      time.ms += 1000;
      // Heard between two looks at the level, and silent again.
      silentMs = world.heard || world.unseen ? 0 : silentMs + 1000;
      world.unseen = false;
      packets += 50;
      if (world.playing) played += 1;
      if (world.playing && world.talking) energy += 0.01;
      await watch.look();
    }
  };
  const lostSeconds = () => watch.losses().reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  /** Sound that nothing brings back: all repairs are used up, and the meeting was joined again. */
  const spend = async () => {
    await pass(5);
    world.heard = false;
    await pass(20);
    world.recording = false;
    await pass(5);
    world.recording = true;
  };
  return { world, done, looks, watch, pass, lostSeconds, spend };
}

test('a meeting in which nobody talks is left in peace for as long as it likes', async () => {
  const { world, done, watch, pass } = rig();
  await pass(5);
  Object.assign(world, { heard: false, talking: false });
  await pass(1200);

  expect(done).toEqual([]);
  expect(watch.faults).toBe(0);
  expect(watch.pageRmsDb).toBe(-120);
  expect(watch.losses()).toEqual([]);
});

test('talk that the recording does not have is opened anew within ten seconds', async () => {
  const { world, done, watch, pass } = rig();
  await pass(5);
  world.heard = false;
  await pass(9);
  expect(done).toEqual(['reopen']);
  expect(watch.pageRmsDb).toBeCloseTo(-20, 0);

  world.heard = true;
  await pass(2);
  expect(watch.faults).toBe(1);
  expect(watch.losses()).toHaveLength(1);
  expect(watch.pageRmsDb).toBeUndefined();
});

test('where opening anew does not help it is joined again, once, until something is heard', async () => {
  const { world, done, watch, pass } = rig();
  await pass(5);
  Object.assign(world, { heard: false, playing: false });
  await pass(20);
  expect(done).toEqual(['reopen', 'reopen', 'rejoin']);
  world.recording = false;
  await pass(5);
  world.recording = true;
  await pass(600);
  expect(done).toEqual(['reopen', 'reopen', 'rejoin']);

  Object.assign(world, { heard: true, playing: true });
  await pass(5);
  world.heard = false;
  await pass(9);
  expect(done).toEqual(['reopen', 'reopen', 'rejoin', 'reopen']);
  expect(watch.faults).toBe(2);
});

test('the death of what plays the sound needs no looks when silence follows, and is nothing when none does', async () => {
  const { world, done, watch, pass } = rig();
  await pass(5);
  world.serviceLost = true;
  await pass(10);
  expect(done).toEqual([]);

  world.serviceLost = true;
  await pass(1);
  world.heard = false;
  await pass(1);
  expect(done).toEqual(['reopen']);
  world.heard = true;
  await pass(1);
  expect(watch.losses().map(({ from, to }) => to - from)).toEqual([2000]);
});

test('a page of which nothing can be measured is joined again when its sound died and does not come back', async () => {
  const { world, done, pass } = rig();
  world.playing = false;
  await pass(5);
  Object.assign(world, { heard: false, serviceLost: true, players: 1 });
  await pass(5);
  expect(done).toEqual(['reopen', 'reopen']);
  await pass(9);

  expect(done).toEqual(['reopen', 'reopen', 'rejoin']);
});

test('an hour of talk after the last repair is booked as lost, and its level is told', async () => {
  const { done, watch, pass, lostSeconds, spend } = rig();
  await spend();
  const before = lostSeconds();
  await pass(3600);

  expect(done).toEqual(['reopen', 'reopen', 'rejoin']);
  expect(lostSeconds() - before).toBeGreaterThan(3560);
  expect(lostSeconds() - before).toBeLessThanOrEqual(3600);
  expect(watch.losses()).toHaveLength(2);
  expect(watch.pageRmsDb).toBeCloseTo(-20, 0);
  expect(watch.faults).toBe(1);
});

test('sound that nobody plays is booked as lost after the last repair', async () => {
  const { world, watch, pass, lostSeconds, spend } = rig();
  await spend();
  const before = lostSeconds();
  world.playing = false;
  await pass(600);

  expect(lostSeconds() - before).toBeGreaterThan(560);
  expect(watch.pageRmsDb).toBeUndefined();
});

test('after the last repair the page is asked every half minute at the most often', async () => {
  const { looks, pass, spend } = rig();
  await spend();
  await pass(60);
  const before = looks.length;
  await pass(3600);

  expect(looks.length - before).toBe(120);
});

test('silence after the last repair is no loss, talk that ends is lost up to its end', async () => {
  const { world, watch, pass, lostSeconds, spend } = rig();
  await spend();
  const before = lostSeconds();
  world.talking = false;
  await pass(600);
  expect(lostSeconds()).toBe(before);
  expect(watch.pageRmsDb).toBe(-120);

  world.talking = true;
  await pass(300);
  world.talking = false;
  await pass(600);
  expect(watch.losses()).toHaveLength(2);
  expect(lostSeconds() - before).toBeGreaterThanOrEqual(300);
  expect(lostSeconds() - before).toBeLessThanOrEqual(360);
});

test('talk that is heard a moment after the page told of it was not lost', async () => {
  const { world, watch, pass, lostSeconds, spend } = rig();
  await spend();
  const before = lostSeconds();
  world.talking = false;
  await pass(120);
  world.talking = true;
  while (watch.pageRmsDb === -120) await pass(1);
  await pass(2);
  world.heard = true;
  await pass(60);

  expect(lostSeconds()).toBe(before);
});

test('what was heard between two looks unseen leaves the time between them unbooked', async () => {
  const { world, looks, pass, lostSeconds, spend } = rig();
  await spend();
  world.talking = false;
  await pass(120);
  const [before, count] = [lostSeconds(), looks.length];
  while (looks.length === count) await pass(1);
  Object.assign(world, { talking: true, unseen: true });
  await pass(5);
  world.talking = false;
  await pass(120);

  expect(lostSeconds()).toBe(before);
});
