import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ECSClient, RegisterTaskDefinitionCommand, StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEcsEndpoint, type EcsEndpoint } from '../endpoint.ts';
import { clientOf, definitionOf, eventually, reaches, runOne } from '../testing/endpoint.ts';
import { processesWith } from '../testing/processes.ts';
import { type Confinement, pidNamespace, processGroup } from './confinement.ts';
import { processRuntime } from './process-runtime.ts';

/** A program that says "ready" when it handles SIGTERM, which it does by exiting with 5. */
const gentle = 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done';
const stubborn = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';

describe.each([pidNamespace, processGroup])('tasks in a $name', (confinement: Confinement) => {
  let dataDir: string;
  let endpoint: EcsEndpoint;
  let client: ECSClient;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'ecs-'));
    const runtime = await processRuntime({ dataDir, clock: systemClock, log: silentLogger, confinement });
    endpoint = await createEcsEndpoint({ dataDir, runtime });
    client = clientOf(endpoint.url);
  });
  afterAll(async () => {
    await endpoint.close();
    client.destroy();
    rmSync(dataDir, { recursive: true });
  });

  const log = (arn: string) => readFileSync(join(dataDir, 'logs', `${arn.slice(-32)}.log`), 'utf8');
  const start = async (command: string[], container: Parameters<typeof definitionOf>[1] = {}, init = true) => {
    const linuxParameters = { initProcessEnabled: init };
    const definition = definitionOf(command, { stopTimeout: 2, linuxParameters, ...container });
    await client.send(new RegisterTaskDefinitionCommand(definition));
    return runOne(client);
  };
  const shell = (script: string, init = true) => start(['sh', '-c', script], {}, init);
  const ready = (arn: string) =>
    eventually('ready', async () => (await reaches(client, arn, 'RUNNING')) && log(arn).includes('ready'));
  const stop = async (arn: string): Promise<Task> => {
    await client.send(new StopTaskCommand({ task: arn }));
    return reaches(client, arn, 'STOPPED');
  };
  const exitCode = (task: Task) => task.containers?.[0]?.exitCode;

  it.each([0, 7, 143])('end with exit code %i when their program does', async (code) => {
    const arn = await shell(`exit ${code}`);

    const task = await reaches(client, arn, 'STOPPED');

    expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: code }] });
  });

  it('end with 137 when their program is killed by somebody else', async () => {
    const marker = `9876${process.pid}.1`;
    const arn = await start(['sleep', marker]);
    await reaches(client, arn, 'RUNNING');
    const pids = await eventually('its program', () => {
      const found = processesWith(marker).filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
      return found.length > 0 && found;
    });

    for (const pid of pids) process.kill(pid, 'SIGKILL');

    expect(exitCode(await reaches(client, arn, 'STOPPED'))).toBe(137);
  });

  it.each(['no-such-program', '/no/such/program'])('fail to start without their program: %s', async (program) => {
    const arn = await start([program]);

    const task = await reaches(client, arn, 'STOPPED');

    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(/^CannotStartContainerError: .*unable to start container process: exec: "/);
    expect(exitCode(task)).toBeUndefined();
  });

  it('get SIGTERM, and their own exit code back', async () => {
    const arn = await shell(gentle);
    await ready(arn);

    expect(exitCode(await stop(arn))).toBe(5);
  });

  it('get SIGKILL when their stopTimeout is over, and not before', async () => {
    const arn = await shell(stubborn);
    await ready(arn);
    const before = performance.now();

    const task = await stop(arn);

    expect(exitCode(task)).toBe(137);
    expect(performance.now() - before).toBeGreaterThan(2_000);
  });

  it('with an init process end by SIGTERM though they do not handle it, without one they do not notice', async () => {
    const withInit = await start(['sleep', '60']);
    const without = await start(['sleep', '60'], {}, false);
    await Promise.all([reaches(client, withInit, 'RUNNING'), reaches(client, without, 'RUNNING')]);

    const [one, other] = await Promise.all([stop(withInit), stop(without)]);

    expect([exitCode(one), exitCode(other)]).toEqual([143, 137]);
  });

  it('leave no process behind, however they end', async () => {
    const marker = `9877${process.pid}.${confinement.name.length}`;
    const children = `sleep ${marker} & (sleep ${marker} &) & `;
    const ending = await shell(`${children} sleep 0.2; exit 0`);
    const stopped = await shell(children + stubborn);
    await ready(stopped);
    await reaches(client, ending, 'STOPPED');
    const running = processesWith(marker).length;

    await stop(stopped);

    expect(running).toBeGreaterThanOrEqual(2);
    expect(processesWith(marker)).toEqual([]);
  });

  it('see a scrubbed environment and directories of their own, which are gone afterwards', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'not-for-tasks';
    const arn = await start(
      ['sh', '-c', 'env; stat -c mode=%a "$HOME" "$TMPDIR"; echo x > "$TMPDIR/file"; ls "$HOME/t"'],
      {
        environment: [{ name: 'MEETING', value: 'm1' }],
      },
    );

    await reaches(client, arn, 'STOPPED');

    delete process.env['AWS_SECRET_ACCESS_KEY'];
    const lines = log(arn).trim().split('\n');
    const ofTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_', 'mode'];
    const names = lines.filter((line) => line.includes('=')).map((line) => line.split('=')[0] ?? '');
    const ours = ['HOME', 'LANG', 'MEETING', 'PATH', 'TMPDIR', 'TZ', 'XDG_RUNTIME_DIR'];
    expect(names.filter((name) => !ofTheShell.includes(name)).sort()).toEqual(ours);
    expect(lines).toEqual(expect.arrayContaining(['mode=711', 'mode=1777']));
    expect(lines).toContain('file');
    expect(readdirSync(join(dataDir, 't'))).toEqual([]);
  });
});

describe('a task in a PID namespace', () => {
  it('takes with it even what has left its session', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'ecs-'));
    const marker = `9878${process.pid}.1`;
    const script = `setsid sleep ${marker} & setsid sh -c 'trap "" TERM; sleep ${marker}; :' & echo ready; sleep 60`;
    const taskDefinitions = [definitionOf(['sh', '-c', script], { stopTimeout: 2 })];
    const endpoint = await createEcsEndpoint({ dataDir, taskDefinitions });
    const client = clientOf(endpoint.url);
    const arn = await runOne(client);
    await eventually('grandchildren', () => processesWith(marker).length >= 4);

    await client.send(new StopTaskCommand({ task: arn }));
    await reaches(client, arn, 'STOPPED');

    expect(processesWith(marker)).toEqual([]);
    await endpoint.close();
    client.destroy();
    rmSync(dataDir, { recursive: true });
  });
});
