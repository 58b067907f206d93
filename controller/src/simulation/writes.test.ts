import { keyString, type Meeting } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { openAttempt } from '../reconcile/attempts.ts';
import type { Plan } from './scenario.ts';
import { User } from './user.ts';
import { CALM } from './weather.ts';
import { World } from './world.ts';

const HEALTHY = { ...CALM, sickness: 0, rejection: 0, refusal: 0, meddling: 0 };
const HOUR = 3_600_000;

/** One Meeting through its whole life: what was written, as it was after each write. */
async function aLife(seed: string): Promise<Meeting[]> {
  const world = new World({ seed, weather: HEALTHY, limits: { total: 1, perNamespace: 1 } });
  const plan: Plan = {
    key: { namespace: 'red', name: 'm0' },
    createAt: 0,
    spec: { maxAttempts: 3, deletionPolicy: 'Retain' },
    deeds: [],
  };
  const written: Meeting[] = [];
  world.watchers.add(({ namespace, name }, moment) => {
    const meeting = world.table.peek({ namespace, name });
    if (moment !== 'TaskStarted' && meeting !== undefined) written.push(meeting);
  });
  new User(world, plan).start();
  world.start(HOUR);
  await world.scheduler.run(HOUR, () => false);
  expect(world.violation).toBeUndefined();
  expect(written.map(({ metadata }) => keyString(metadata))).not.toEqual([]);
  return written;
}

describe('the writes of a life', () => {
  it.each(['a', 'b', 'c', 'd'])('are one a phase, one for the task and one for its end (%s)', async (seed) => {
    const written = await aLife(seed);

    const phases = written.map(({ status }) => status.phase);
    const changes = phases.filter((phase, index) => phase !== phases[index - 1]);
    const beside = written.filter((_, index) => index > 0 && phases[index] === phases[index - 1]);
    expect(changes.at(-1)).toMatch(/Completed|Failed/);
    expect(new Set(changes).size).toBe(changes.length);
    expect(beside.map((meeting) => (openAttempt(meeting) === undefined ? 'end of the task' : 'its ARN'))).toEqual([
      'its ARN',
      'end of the task',
    ]);
  });
});
