import { REASONS } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { BAD_RECONCILERS } from './bad-reconcilers.ts';
import { explore } from './explore.ts';
import { reportFailure } from './report.ts';
import { exploreOnAllCores } from './threads.ts';

const HISTORIES = 20_000;

/** States that are worth nothing unless the histories reach them. */
const SOMETIMES = [
  'crash after ecs.launch',
  'crash after store.update',
  'crash after webhook',
  'crash after s3.remove',
  'token replay: the same task',
  'token replay: the same refusal',
  'conditional write lost',
  'late effect refused',
  'launch refused',
  'launch by a leader that had slept',
  'orphan stopped',
  'webhook tried again',
  'leader killed',
  'lease given back',
  'leads no more: Error: another process took the lease',
  'leads no more: Error: the lease ran out',
  'queue wait',
  'signed in',
  'step awaitIdentity',
  'identity taken over',
  'identity lost to another',
  'crash after identity.write',
  'salvage',
  'another attempt',
  'a task is remembered that nobody wants any more',
  'step adopt',
  'step noteStop',
  'step stopTask',
  'step remove',
  'step resend',
  'step schedule',
  ...REASONS.map((reason) => `ended ${reason}`),
];

/** Within how many histories each is caught: most in a few dozen. */
const PATIENCE = 2_000;

describe('the simulation', () => {
  // Yesterday's seeds are known to be good: each day looks at others, and says which.
  const seeds = ['fixed', new Date().toISOString().slice(0, 10)] as const;
  const marks = new Map<string, number>();

  for (const seed of seeds) {
    it(`finds every promise kept from seed ${seed}`, async () => {
      const found = await exploreOnAllCores({ seed, runs: HISTORIES / seeds.length });

      console.log(
        `seed ${seed}: ${found.histories} histories, ${(found.cpuMs / found.histories).toFixed(1)} ms CPU each`,
      );
      for (const [what, times] of found.marks) marks.set(what, (marks.get(what) ?? 0) + times);
      const [failure] = found.failures;
      expect(failure === undefined ? 'kept' : await reportFailure(failure)).toBe('kept');
      expect(found.histories).toBeGreaterThanOrEqual(HISTORIES / seeds.length);
    });
  }

  it('has been in every dangerous state', () => {
    expect(SOMETIMES.filter((what) => !marks.has(what))).toEqual([]);
  });
});

describe('a bad reconciler is caught', () => {
  it.each(Object.keys(BAD_RECONCILERS))('%s', async (bad) => {
    const found = await explore({ seed: 'bad', runs: PATIENCE, bad, untilFailure: true });

    expect(found.failures).not.toEqual([]);
    console.log(`${bad}: caught after ${found.histories} histories: ${found.failures[0]?.invariant}`);
  });
});
