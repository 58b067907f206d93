import {
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { definitionOf, describe as describeTask, goodRun, runOne } from '../testing/endpoint.ts';
import { type SimulatedEcs, simulatedEcs } from '../testing/simulated.ts';

let ecs: SimulatedEcs;
beforeEach(async () => {
  ecs = await simulatedEcs();
});
afterEach(() => ecs.close());

const run = (changes: Parameters<typeof goodRun>[0]) => ecs.client.send(new RunTaskCommand(goodRun(changes)));
const subnets = (names: string[]) => ({ awsvpcConfiguration: { subnets: names } });
const override = (environment: { name: string; value: string }[], name = 'recorder') => ({
  containerOverrides: [{ name, environment }],
});

describe('RunTask', () => {
  it('answers with a task in PROVISIONING that carries what was asked for', async () => {
    const tags = [{ key: 'meeting', value: 'm1' }];
    const overrides = override([{ name: 'MEETING', value: 'm1' }]);

    const { tasks, failures } = await run({ startedBy: 'meetingbot/1', tags, overrides });

    expect(failures).toEqual([]);
    expect(tasks?.[0]).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/recorder:1',
      clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/default',
      group: 'family:recorder',
      launchType: 'FARGATE',
      startedBy: 'meetingbot/1',
      version: 1,
      tags,
      overrides,
      createdAt: new Date(ecs.clock.now()),
    });
    expect(tasks?.[0]?.taskArn).toMatch(/^arn:aws:ecs:us-east-1:000000000000:task\/default\/[0-9a-f]{32}$/);
  });

  it.each([
    ['a blank task definition', { taskDefinition: '' }, 'InvalidParameterException'],
    ['an unknown family', { taskDefinition: 'nobody' }, 'ClientException'],
    ['an unknown revision', { taskDefinition: 'recorder:7' }, 'ClientException'],
    ['an unknown cluster', { cluster: 'elsewhere' }, 'ClusterNotFoundException'],
    ['no task', { count: 0 }, 'InvalidParameterException'],
    ['eleven tasks', { count: 11 }, 'InvalidParameterException'],
    [
      'a launch type beside a strategy',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
      'InvalidParameterException',
    ],
    [
      'a strategy without weight',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException',
    ],
    [
      'an unknown provider',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'mine', weight: 1 }] },
      'InvalidParameterException',
    ],
    ['no launch type, which means EC2', { launchType: undefined }, 'InvalidParameterException'],
    ['no network configuration', { networkConfiguration: undefined }, 'InvalidParameterException'],
    ['no subnet', { networkConfiguration: subnets([]) }, 'InvalidParameterException'],
    ['what is not a subnet', { networkConfiguration: subnets(['vpc-1']) }, 'InvalidParameterException'],
    ['an override of an unknown container', { overrides: override([], 'sidecar') }, 'InvalidParameterException'],
    [
      'overrides of more than 8192 characters',
      { overrides: override([{ name: 'A', value: 'x'.repeat(8_192) }]) },
      'InvalidParameterException',
    ],
    ['a size that Fargate has not', { overrides: { cpu: '1024', memory: '512' } }, 'ClientException'],
    ['a startedBy of 129 characters', { startedBy: 'x'.repeat(129) }, 'InvalidParameterException'],
    ['a startedBy with a colon', { startedBy: 'a:b' }, 'InvalidParameterException'],
    ['a client token of 65 characters', { clientToken: 'x'.repeat(65) }, 'InvalidParameterException'],
    ['a client token with a space', { clientToken: 'a b' }, 'InvalidParameterException'],
    [
      '51 tags',
      { tags: Array.from({ length: 51 }, (_, n) => ({ key: `k${n}`, value: '' })) },
      'InvalidParameterException',
    ],
    ['a tag of AWS', { tags: [{ key: 'aws:x', value: '' }] }, 'InvalidParameterException'],
    ['an unknown platform version', { platformVersion: '9.9.9' }, 'PlatformUnknownException'],
    ['ECS Exec without a task role', { enableExecuteCommand: true }, 'InvalidParameterException'],
  ] as [string, Parameters<typeof goodRun>[0], string][])('refuses %s', async (_, changes, name) => {
    await expect(run(changes)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('takes the latest active revision of a family, and a revision by number or ARN', async () => {
    const { client } = ecs;
    await client.send(new RegisterTaskDefinitionCommand(definitionOf(['record', '--two'])));
    await client.send(new RegisterTaskDefinitionCommand(definitionOf(['record', '--three'])));
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'recorder:3' }));

    const latest = await describeTask(client, await runOne(client));
    const first = await describeTask(client, await runOne(client, { taskDefinition: 'recorder:1' }));
    const byArn = await describeTask(client, await runOne(client, { taskDefinition: first?.taskDefinitionArn }));

    expect(latest?.taskDefinitionArn).toMatch(/recorder:2$/);
    expect(first?.taskDefinitionArn).toMatch(/recorder:1$/);
    expect(byArn?.taskDefinitionArn).toBe(first?.taskDefinitionArn);
    await expect(run({ taskDefinition: 'recorder:3' })).rejects.toMatchObject({
      message: 'TaskDefinition is inactive',
    });
  });

  it('spreads tasks over a strategy: the base first, then by weight', async () => {
    const { tasks } = await run({
      count: 5,
      launchType: undefined,
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 3 },
      ],
    });

    const spot = ['FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT'];
    expect(tasks?.map((task) => task.capacityProviderName)).toEqual(['FARGATE', 'FARGATE', ...spot]);
  });
});

describe('a client token', () => {
  it('gives the same task for the same request, in whatever order its members come', async () => {
    const first = await runOne(ecs.client, { clientToken: 't1', startedBy: 'a' });
    const { startedBy, ...rest } = goodRun({ clientToken: 't1', startedBy: 'a' });

    const { tasks } = await ecs.client.send(new RunTaskCommand({ startedBy, ...rest }));

    expect(tasks?.map((task) => task.taskArn)).toEqual([first]);
  });

  it('refuses another request and names the tasks it stands for', async () => {
    const first = await runOne(ecs.client, { clientToken: 't1' });

    const second = run({ clientToken: 't1', startedBy: 'another' });

    await expect(second).rejects.toMatchObject({ name: 'ConflictException', resourceIds: [first] });
  });

  it('is known in its own cluster only', async () => {
    await ecs.close();
    ecs = await simulatedEcs({ clusters: ['default', 'other'] });

    const first = await runOne(ecs.client, { clientToken: 't1' });
    const second = await runOne(ecs.client, { clientToken: 't1', cluster: 'other' });

    expect(second).not.toBe(first);
  });

  it('gives ARN and status of a stopped task for an hour, then starts a new one', async () => {
    const { client, clock } = ecs;
    const first = await runOne(client, { clientToken: 't1' });
    await client.send(new StopTaskCommand({ task: first }));
    await clock.advance(60_000);

    const { tasks } = await run({ clientToken: 't1' });
    await clock.advance(3_600_000);
    const later = await runOne(client, { clientToken: 't1' });

    expect(tasks).toEqual([{ taskArn: first, lastStatus: 'STOPPED' }]);
    expect(later).not.toBe(first);
  });

  it('ends after 24 hours, though its task runs on', async () => {
    const first = await runOne(ecs.client, { clientToken: 't1' });
    await ecs.clock.advance(24 * 3_600_000);

    const second = await runOne(ecs.client, { clientToken: 't1' });

    expect(second).not.toBe(first);
  });

  it('repeats a failure to place, too', async () => {
    ecs.endpoint.faults.add({ operation: 'RunTask', kind: 'capacity' });

    const first = await run({ clientToken: 't1' });
    const again = await run({ clientToken: 't1' });
    const fresh = await run({ clientToken: 't2' });

    expect(first.tasks).toEqual([]);
    expect(first.failures?.[0]?.reason).toMatch(/^Capacity is unavailable at this time/);
    expect(again.failures).toEqual(first.failures);
    expect(fresh.tasks).toHaveLength(1);
  });
});
