import { silentLogger } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { Chance } from '../simulation/chance.ts';
import { Life } from '../simulation/life.ts';
import { Scheduler } from '../simulation/scheduler.ts';
import { type RunResult, WorkQueue } from './work-queue.ts';

/** A queue on simulated time; a run of a key ends when the test says so. */
function aQueue({ concurrency = 2, result = {} as RunResult } = {}) {
  const scheduler = new Scheduler(new Chance('queue'));
  const runs: string[] = [];
  const ends: (() => void)[] = [];
  let failing = false;
  let holding = false;
  const queue = new WorkQueue({
    clock: new Life('queue', scheduler).clock,
    log: silentLogger,
    concurrency,
    backoff: (failures) => 100 * 2 ** failures,
    run: async (key) => {
      runs.push(key);
      if (holding) await new Promise<void>((resolve) => ends.push(resolve));
      if (failing) throw new Error('not now');
      return result;
    },
  });
  return {
    queue,
    runs,
    hold: () => {
      holding = true;
    },
    fail: (fails = true) => {
      failing = fails;
    },
    endOne: () => ends.shift()?.(),
    pass: (ms: number) => scheduler.run(scheduler.time + ms, () => false),
  };
}

describe('WorkQueue', () => {
  it('runs a key once however often it is added before a worker is free', async () => {
    const { queue, runs, hold, endOne, pass } = aQueue({ concurrency: 1 });
    hold();
    queue.add('busy');
    await pass(0);

    for (let n = 0; n < 5; n++) queue.add('key');
    endOne();
    await pass(0);

    expect(runs).toEqual(['busy', 'key']);
  });

  it('makes exactly one more run of a key that is added while it is worked on', async () => {
    const { queue, runs, hold, endOne, pass } = aQueue();
    hold();
    queue.add('key');
    await pass(0);

    for (let n = 0; n < 5; n++) queue.add('key');
    await pass(0);
    expect(runs).toEqual(['key']);
    endOne();
    await pass(0);
    endOne();
    await pass(0);

    expect(runs).toEqual(['key', 'key']);
  });

  it('works on as many keys at once as it is told, in the order they came', async () => {
    const { queue, runs, hold, endOne, pass } = aQueue({ concurrency: 2 });
    hold();

    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await pass(0);
    expect(runs).toEqual(['a', 'b']);
    expect(queue.active).toBe(2);
    expect(queue.depth).toBe(2);
    endOne();
    await pass(0);

    expect(runs).toEqual(['a', 'b', 'c']);
  });

  it('runs a key again after the delay that its run asked for', async () => {
    const { queue, runs, pass } = aQueue({ result: { again: 1_000 } });
    queue.add('key');

    await pass(999);
    expect(runs).toHaveLength(1);
    await pass(1);

    expect(runs).toHaveLength(2);
  });

  it('keeps the earlier of two delayed wishes for a key', async () => {
    const { queue, runs, pass } = aQueue();
    queue.addAfter('key', 500);
    queue.addAfter('key', 100);
    queue.addAfter('key', 900);

    await pass(100);
    expect(runs).toHaveLength(1);
    await pass(2_000);

    expect(runs).toHaveLength(1);
  });

  it('backs off further with each failure in a row and forgets them after a success', async () => {
    const { queue, runs, fail, pass } = aQueue();
    fail();
    queue.add('key');
    await pass(0);

    await pass(199);
    expect(runs).toHaveLength(1);
    await pass(1);
    expect(runs).toHaveLength(2);
    await pass(399);
    expect(runs).toHaveLength(2);
    fail(false);
    await pass(1);
    expect(runs).toHaveLength(3);
    fail();
    queue.add('key');
    await pass(200);

    expect(runs).toHaveLength(5);
  });

  it('drops what waits when it stops, ends what is under way, and takes nothing more', async () => {
    const { queue, runs, hold, endOne, pass } = aQueue({ concurrency: 1 });
    hold();
    for (const key of ['under way', 'waiting']) queue.add(key);
    queue.addAfter('delayed', 10);
    await pass(0);

    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    queue.add('late');
    await pass(100);
    expect(stopped).toBe(false);
    endOne();
    await stopping;
    await pass(100);

    expect(runs).toEqual(['under way']);
  });
});
