import { silentLogger } from '@meetingbot/crds-schema';
import { expect, it, describe as suite } from 'vitest';
import type { TaskObservation, TaskRunner } from '../ports.ts';
import { ARN } from './a-meeting-with.ts';
import { TaskWatcher } from './task-watcher.ts';

/** A watcher of tasks that are as the test says. */
function aWatcher() {
  const tasks = new Map<string, TaskObservation['state']>();
  const batches: number[] = [];
  const changed: string[] = [];
  let now = 0;
  const describe: TaskRunner['describe'] = async (arns) => {
    batches.push(arns.length);
    return new Map(arns.map((taskArn) => [taskArn, { taskArn, state: tasks.get(taskArn) ?? 'Missing' }]));
  };
  const watcher = new TaskWatcher({
    runner: { describe } as TaskRunner,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    log: silentLogger,
    interval: 2_000,
    changed: (key) => changed.push(key),
  });
  const sweepAfter = async (ms: number) => {
    now += ms;
    await watcher.sweep();
  };
  return { watcher, tasks, batches, changed, sweepAfter };
}

suite('TaskWatcher', () => {
  it('looks at a hundred tasks a call', async () => {
    const { watcher, batches, sweepAfter } = aWatcher();
    for (let n = 0; n < 250; n++) watcher.watch(`${ARN}-${n}`, `key-${n}`);

    await sweepAfter(0);

    expect(batches).toEqual([100, 100, 50]);
  });

  it('calls nobody while there is nothing to watch', async () => {
    const { batches, sweepAfter } = aWatcher();

    await sweepAfter(0);

    expect(batches).toEqual([]);
  });

  it('looks ahead of its turn at tasks that are hinted at, if they are watched', async () => {
    const { watcher, tasks, batches, changed } = aWatcher();
    for (const key of ['a', 'b']) watcher.watch(`${ARN}-${key}`, key);
    tasks.set(`${ARN}-a`, 'Stopped');

    await watcher.look([`${ARN}-a`, `${ARN}-stranger`]);
    await watcher.look([`${ARN}-stranger`]);

    expect(batches).toEqual([1]);
    expect(changed).toEqual(['a']);
  });

  it('says which tasks have changed, and only those', async () => {
    const { watcher, tasks, changed, sweepAfter } = aWatcher();
    for (const key of ['a', 'b']) {
      tasks.set(`${ARN}-${key}`, 'Running');
      watcher.watch(`${ARN}-${key}`, key);
    }
    await sweepAfter(0);
    changed.length = 0;

    tasks.set(`${ARN}-b`, 'Stopped');
    await sweepAfter(2_000);

    expect(changed).toEqual(['b']);
  });

  it('answers from its newest look, and looks itself where there is none', async () => {
    const { watcher, tasks, batches } = aWatcher();
    tasks.set(ARN, 'Running');

    await watcher.observe(ARN, 'key');
    const seen = await watcher.observe(ARN, 'key');

    expect(seen.state).toBe('Running');
    expect(batches).toEqual([1]);
  });

  it('counts for how long every look has found nothing', async () => {
    const { watcher, tasks, sweepAfter } = aWatcher();
    watcher.watch(ARN, 'key');

    await sweepAfter(0);
    await sweepAfter(20_000);
    await sweepAfter(20_000);
    expect(watcher.missingFor(ARN)).toBe(40_000);
    tasks.set(ARN, 'Running');
    await sweepAfter(2_000);

    expect(watcher.missingFor(ARN)).toBe(0);
  });

  it('takes nothing as said of the time in which it did not look', async () => {
    const { watcher, sweepAfter } = aWatcher();
    watcher.watch(ARN, 'key');

    await sweepAfter(0);
    await sweepAfter(10 * 60_000);

    expect(watcher.missingFor(ARN)).toBe(0);
  });

  it('watches the newest task of a key, and none of one that has no task', async () => {
    const { watcher, batches, sweepAfter } = aWatcher();
    watcher.watch(`${ARN}-1`, 'key');
    watcher.watch(`${ARN}-2`, 'key');
    expect(watcher.size).toBe(1);

    watcher.forget('key');
    await sweepAfter(0);

    expect(watcher.size).toBe(0);
    expect(batches).toEqual([]);
  });
});
