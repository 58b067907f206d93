import { RegisterTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { outOfMemoryReason } from '../runtime/runtime.ts';
import { definitionOf, describe as describeTask, runOne } from '../testing/endpoint.ts';
import { type SimulatedEcs, simulatedEcs } from '../testing/simulated.ts';

/** Each state lasts long enough to be looked at: one second. */
const durations = {
  provisioningMs: 1_000,
  pendingMs: 1_000,
  activatingMs: 1_000,
  deactivatingMs: 1_000,
  deprovisioningMs: 1_000,
};

let ecs: SimulatedEcs;
afterEach(() => ecs.close());

async function admin(task: string, call: 'stop' | 'kill', body: object): Promise<void> {
  const url = `${ecs.endpoint.url}/_tasks/${task.slice(-32)}/${call}`;
  const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect(status).toBe(200);
}

/** The states that a task goes through while `seconds` pass, one look a second. */
async function watch(task: string, seconds: number): Promise<(string | undefined)[]> {
  const seen = [];
  for (let second = 0; second < seconds; second += 1) {
    await ecs.clock.advance(1_000);
    seen.push((await describeTask(ecs.client, task))?.lastStatus);
  }
  return seen;
}

describe('the life of a task', () => {
  it('goes through the states of ECS, each with its time, and ends with the exit code', async () => {
    const onSigterm = { afterMs: 2_000, exitCode: 0 };
    ecs = await simulatedEcs({ durations, life: { onSigterm } });
    const start = ecs.clock.now();
    const task = await runOne(ecs.client);

    const up = await watch(task, 4);
    await ecs.client.send(new StopTaskCommand({ task }));
    const down = await watch(task, 5);

    expect(up).toEqual(['PENDING', 'ACTIVATING', 'RUNNING', 'RUNNING']);
    expect(down).toEqual(['STOPPING', 'STOPPING', 'DEPROVISIONING', 'STOPPED', 'STOPPED']);
    expect(await describeTask(ecs.client, task)).toMatchObject({
      desiredStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'Task stopped by user',
      createdAt: new Date(start),
      pullStartedAt: new Date(start + 2_000),
      pullStoppedAt: new Date(start + 3_000),
      startedAt: new Date(start + 3_000),
      stoppingAt: new Date(start + 4_000),
      executionStoppedAt: new Date(start + 7_000),
      stoppedAt: new Date(start + 8_000),
      containers: [{ name: 'recorder', lastStatus: 'STOPPED', exitCode: 0 }],
    });
  });

  it('raises the version with each change', async () => {
    ecs = await simulatedEcs({ durations });
    const task = await runOne(ecs.client);

    const versions = [];
    for (let second = 0; second < 4; second += 1) {
      versions.push((await describeTask(ecs.client, task))?.version);
      await ecs.clock.advance(1_000);
    }

    expect(versions).toEqual([1, 2, 3, 4]);
  });

  it('is killed when its stopTimeout is over', async () => {
    ecs = await simulatedEcs({
      life: { onSigterm: 'ignore' },
      taskDefinitions: [definitionOf(['x'], { stopTimeout: 7 })],
    });
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);

    await ecs.client.send(new StopTaskCommand({ task }));
    await ecs.clock.advance(6_900);
    const before = await describeTask(ecs.client, task);
    await ecs.clock.advance(200);

    expect(before?.lastStatus).toBe('STOPPING');
    const after = await describeTask(ecs.client, task);
    expect(after).toMatchObject({ lastStatus: 'STOPPED', containers: [{ exitCode: 137 }] });
  });

  it('never runs when it is stopped before it runs', async () => {
    ecs = await simulatedEcs({ durations });
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_500);

    await ecs.client.send(new StopTaskCommand({ task }));
    const states = await watch(task, 2);

    const stopped = await describeTask(ecs.client, task);
    expect(states).toEqual(['STOPPED', 'STOPPED']);
    expect(stopped).toMatchObject({ stopCode: 'UserInitiated' });
    expect(stopped?.startedAt).toBeUndefined();
    expect(stopped?.containers?.[0]?.exitCode).toBeUndefined();
  });

  it('tells why it could not start', async () => {
    ecs = await simulatedEcs({ life: { startError: 'no such file' } });
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);

    expect(await describeTask(ecs.client, task)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotStartContainerError: no such file',
      containers: [{ reason: 'CannotStartContainerError: no such file' }],
    });
  });

  it('tells of memory that ran out in the container, as ECS does', async () => {
    ecs = await simulatedEcs();
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);

    await admin(task, 'kill', { reason: outOfMemoryReason });
    await ecs.clock.advance(1_000);

    expect(await describeTask(ecs.client, task)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 137, reason: outOfMemoryReason }],
    });
  });

  it('is interrupted as a Spot task, with SIGTERM', async () => {
    ecs = await simulatedEcs({ life: { onSigterm: { afterMs: 100, exitCode: 0 } } });
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);

    await admin(task, 'stop', { stopCode: 'SpotInterruption' });
    await ecs.clock.advance(1_000);

    expect(await describeTask(ecs.client, task)).toMatchObject({
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
      containers: [{ exitCode: 0 }],
    });
  });

  it('has no exit code when its host was lost, whatever was ordered before', async () => {
    ecs = await simulatedEcs({ life: { onSigterm: 'ignore' } });
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);
    await ecs.client.send(new StopTaskCommand({ task }));

    await admin(task, 'stop', { stopCode: 'InfrastructureHealth', abrupt: true });
    await ecs.clock.advance(100);

    const stopped = await describeTask(ecs.client, task);
    expect(stopped).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
    expect(stopped?.containers?.[0]?.exitCode).toBeUndefined();
  });

  it('outlives a container that is not essential, and ends with one that is', async () => {
    ecs = await simulatedEcs({ life: {} });
    const both = definitionOf([]);
    const sidecar = { name: 'sidecar', image: 's', essential: false };
    both.containerDefinitions = [...(both.containerDefinitions ?? []), sidecar];
    await ecs.client.send(new RegisterTaskDefinitionCommand(both));
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);

    ecs.runtime.end(task.slice(-32), { exitCode: 4 }, 'sidecar');
    await ecs.clock.advance(1_000);
    const alone = await describeTask(ecs.client, task);
    ecs.runtime.end(task.slice(-32), { exitCode: 5 }, 'recorder');
    await ecs.clock.advance(1_000);

    expect(alone).toMatchObject({ lastStatus: 'RUNNING', containers: [{}, { lastStatus: 'STOPPED', exitCode: 4 }] });
    expect(await describeTask(ecs.client, task)).toMatchObject({
      lastStatus: 'STOPPED',
      containers: [{ exitCode: 5 }, { exitCode: 4 }],
    });
  });
});
