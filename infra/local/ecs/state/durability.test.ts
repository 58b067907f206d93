import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, ListTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describe as describeTask, goodRun, runOne } from '../testing/endpoint.ts';
import { type SimulatedEcs, simulatedEcs } from '../testing/simulated.ts';
import { FileJournal } from './journal.ts';

let dataDir: string;
let ecs: SimulatedEcs | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'ecs-'));
});
afterEach(async () => {
  await ecs?.close();
  ecs = undefined;
  rmSync(dataDir, { recursive: true });
});

async function restart(options: { clock?: SimulatedEcs['clock'] } = {}): Promise<SimulatedEcs> {
  await ecs?.close();
  ecs = await simulatedEcs({ dataDir, ...options });
  return ecs;
}

describe('the state on disk', () => {
  it('keeps stopped tasks, tokens and task definitions over a restart', async () => {
    const first = await restart();
    const task = await runOne(first.client, { clientToken: 't1' });
    await first.clock.advance(1_000);
    await first.client.send(new StopTaskCommand({ task, reason: 'done' }));
    await first.clock.advance(1_000);
    const before = await describeTask(first.client, task);

    const second = await restart({ clock: first.clock });

    expect(await describeTask(second.client, task)).toEqual(before);
    const { tasks } = await second.client.send(new RunTaskCommand(goodRun({ clientToken: 't1' })));
    expect(tasks?.[0]?.taskArn).toBe(task);
    const described = await second.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'recorder' }));
    expect(described.taskDefinition?.revision).toBe(1);
  });

  it('tells of tasks that the close of the endpoint ended', async () => {
    const first = await restart();
    const task = await runOne(first.client);
    await first.clock.advance(1_000);

    const second = await restart({ clock: first.clock });

    expect(await describeTask(second.client, task)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TerminationNotice',
      containers: [{ exitCode: 143 }],
    });
    expect((await second.client.send(new ListTasksCommand({}))).taskArns).toEqual([]);
  });

  it('is used by one endpoint at a time', async () => {
    await restart();

    await expect(simulatedEcs({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });
});

describe('the journal', () => {
  const path = () => join(dataDir, 'journal.jsonl');

  it('leaves out a last line that a kill cut off', () => {
    const journal = new FileJournal(path());
    journal.write({ kind: 'task', key: 'a', value: 1 });
    journal.close();
    appendFileSync(path(), '{"kind":"task","key":"b","va');

    const again = new FileJournal(path());
    again.close();

    expect(again.records()).toEqual([{ kind: 'task', key: 'a', value: 1 }]);
  });

  it('gives the newest value of each key, and none of what is gone, however often it was rewritten', () => {
    const journal = new FileJournal(path());
    for (let n = 0; n < 12_000; n += 1) journal.write({ kind: 'task', key: String(n % 3), value: n });
    journal.write({ kind: 'task', key: '1' });
    journal.close();

    const again = new FileJournal(path());
    again.close();

    expect(again.records()).toEqual([
      { kind: 'task', key: '0', value: 11_997 },
      { kind: 'task', key: '2', value: 11_999 },
    ]);
  });
});
