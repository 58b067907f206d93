import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, describe as group, it } from 'vitest';
import {
  clientOf,
  definitionOf,
  describe as describeTask,
  eventually,
  goodRun,
  reaches,
  runOne,
} from './testing/endpoint.ts';
import { processesWith } from './testing/processes.ts';

const main = join(import.meta.dirname, 'main.ts');

let dataDir: string;
let marker: string;
let started: ChildProcess[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'ecs-'));
  marker = `9879${process.pid}.${Math.trunc(performance.now())}`;
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts the endpoint as a process of its own, with a task definition of a program that has a detached grandchild. */
async function start(): Promise<{ child: ChildProcess; url: string }> {
  const script = `setsid sleep ${marker} & trap "exit 5" TERM; while :; do sleep 0.05; done`;
  const file = join(dataDir, 'definitions.json');
  writeFileSync(file, JSON.stringify([definitionOf(['sh', '-c', script], { stopTimeout: 5 })]));
  const settings = { LOCAL_ECS_DATA_DIR: dataDir, LOCAL_ECS_PORT: '0', LOCAL_ECS_TASK_DEFINITIONS: file };
  const env = { PATH: process.env['PATH'], LOCAL_ECS_CLUSTERS: 'default', LOG_LEVEL: 'warn', ...settings };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  started.push(child);
  const [message] = (await once(child, 'message')) as [{ info: { url: string } }];
  return { child, url: message.info.url };
}

/** Two tasks, both with their grandchild. */
async function startTasks(url: string): Promise<string[]> {
  const client = clientOf(url);
  const tasks = [await runOne(client, { clientToken: 't1' }), await runOne(client)];
  for (const task of tasks) await reaches(client, task, 'RUNNING');
  await eventually('the grandchildren of two tasks', () => sleepers().length === 2);
  client.destroy();
  return tasks;
}

/** The detached grandchildren: nothing else has this command line and nothing more. */
const sleepers = () => processesWith(`sleep\0${marker}`);

group('the endpoint as a process', () => {
  it('takes its tasks with it when it is killed, and tells so when it is started again', async () => {
    const first = await start();
    const [task, other] = await startTasks(first.url);

    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await eventually('no process of any task', () => processesWith(marker).length === 0, 2_000);
    const { url } = await start();
    const client = clientOf(url);

    for (const arn of [task ?? '', other ?? '']) {
      const found = await describeTask(client, arn);
      expect(found).toMatchObject({
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'InfrastructureHealth',
      });
      expect(found?.stoppedReason).toMatch(/^The infrastructure hosting the task was lost/);
      expect(found?.containers?.[0]?.exitCode).toBeUndefined();
    }
    const again = await client.send(new RunTaskCommand(goodRun({ clientToken: 't1' })));
    expect(again.tasks).toEqual([{ taskArn: task, lastStatus: 'STOPPED' }]);
    expect(readdirSync(join(dataDir, 't'))).toEqual([]);
    client.destroy();
  });

  it('leaves no process however often it is killed in the middle of launches', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { child, url } = await start();
      const client = clientOf(url);
      await client.send(new RunTaskCommand(goodRun({ count: 10 })));
      await new Promise((resolve) => setTimeout(resolve, 60 + round * 15));
      child.kill('SIGKILL');
      await once(child, 'exit');
      client.destroy();
      await eventually('no process of any task', () => processesWith(marker).length === 0, 3_000);
    }
  });

  it.each(['SIGTERM', 'disconnect'])('stops its tasks gently and ends with 0 on %s', async (how) => {
    const { child, url } = await start();
    const [task] = await startTasks(url);

    const exit = once(child, 'exit');
    if (how === 'disconnect') child.disconnect();
    else child.kill('SIGTERM');
    const [code] = await exit;

    expect(code).toBe(0);
    expect(processesWith(marker)).toEqual([]);
    const client = clientOf((await start()).url);
    expect(await describeTask(client, task ?? '')).toMatchObject({
      stopCode: 'TerminationNotice',
      containers: [{ exitCode: 5 }],
    });
    client.destroy();
  });

  it('says in one line what is wrong with its settings', async () => {
    const env = { PATH: process.env['PATH'], LOCAL_ECS_DATA_DIR: dataDir, LOCAL_ECS_PORT: 'high' };
    const child = spawn(process.execPath, [main], { env, stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });

    const [code] = await once(child, 'close');

    expect(code).toBe(1);
    expect(said).toBe('ECS: LOCAL_ECS_PORT must be a port between 0 and 65535, not "high"\n');
  });
});
