import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { explore, replay, shrink } from './explore.ts';
import { runHistory } from './history.ts';
import { replayCommand } from './report.ts';
import { setTrap } from './trap.ts';

describe('a history', () => {
  it('is the same each time it is run from the same seed', async () => {
    const first = await replay({ seed: 'same', mode: 'swarm' }, undefined, new Set());
    const second = await replay({ seed: 'same', mode: 'swarm' }, undefined, new Set());

    expect(second.trace).toEqual(first.trace);
    expect(second.events).toBe(first.events);
  });

  it('is another one from another seed', async () => {
    const first = await runHistory({ seed: 'one', mode: 'swarm' });
    const second = await runHistory({ seed: 'another', mode: 'swarm' });

    expect(second.events).not.toBe(first.events);
  });

  it('never lets core code read a clock, a random number or a network of its own', async () => {
    const caught: string[] = [];
    const release = setTrap((what) => caught.push(what));
    try {
      for (let seed = 0; seed < 20; seed++) await runHistory({ seed: `trap-${seed}`, mode: 'swarm' });
    } finally {
      release();
    }

    expect(caught).toEqual([]);
  });

  it('keeps only the faults that a failure needs, and says how to see it again', async () => {
    const bad = 'random-client-token';
    const { failures } = await explore({ seed: 'bad', runs: 100, bad, untilFailure: true });
    const [failure] = failures;
    if (failure === undefined) throw new Error('it was not caught');

    const all = await replay(failure, bad, new Set());
    const { needed, history } = await shrink(failure, bad);

    expect(history.violation?.invariant).toBe(failure.invariant);
    expect(needed.length).toBeLessThanOrEqual(all.fired.length);
    expect(replayCommand(failure, bad)).toContain(`--replay ${failure.seed} --mode ${failure.mode}`);
  });
});

describe('the trap', () => {
  it('catches core code that reads the real clock, and lets others do so', () => {
    const caught: string[] = [];
    const release = setTrap((what) => caught.push(what));
    try {
      expect(() => systemClock.now()).toThrow('during a history');
      expect(Date.now()).toBeGreaterThan(0);
    } finally {
      release();
    }

    expect(caught).toHaveLength(1);
    expect(systemClock.now()).toBeGreaterThan(0);
  });
});

describe('core code', () => {
  it.each(['reconcile', 'leader'])('%s names no clock and no chance', (folder) => {
    const directory = new URL(`../${folder}/`, import.meta.url);
    const sources = readdirSync(directory).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const banned =
      /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\bset(Timeout|Interval|Immediate)\b|\brandomUUID\b|\bfetch\(|\bprocess\.env\b/;

    const guilty = sources.filter((name) => banned.test(readFileSync(new URL(name, directory), 'utf8')));

    expect(guilty).toEqual([]);
  });
});
