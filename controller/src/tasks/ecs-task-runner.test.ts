import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECSClient } from '@aws-sdk/client-ecs';
import PQueue from 'p-queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsClientConfig } from '../aws/client-options.ts';
import type { LaunchRequest } from '../ports.ts';
import { EcsTaskRunner, type EcsTaskRunnerOptions } from './ecs-task-runner.ts';

interface Answer {
  status?: number;
  body: unknown;
}
type Json = Record<string, unknown>;

const settings = {
  ECS_CLUSTER: 'main',
  ECS_TASK_DEFINITION: 'recorder',
  ECS_CONTAINER_NAME: 'recorder',
  ECS_SUBNETS: 'subnet-a, subnet-b',
  ECS_SECURITY_GROUPS: 'sg-1',
  ECS_ASSIGN_PUBLIC_IP: false,
};
const request: LaunchRequest = {
  taskDefinition: 'arn:aws:ecs:eu-central-1:1:task-definition/recorder:7',
  clientToken: 'a'.repeat(64),
  startedBy: 'meetingbot/uid/1',
  environment: { ZED: '1', ALPHA: '2' },
  tags: { 'meetingbot.dev/meeting': 'default/standup' },
};
const taskArn = (n: number) => `arn:aws:ecs:eu-central-1:1:task/main/${String(n).padStart(32, '0')}`;
const exception = (type: string, message: string, status = 400, more: Json = {}): Answer => ({
  status,
  body: { __type: type, message, ...more },
});

let server: Server;
let port: number;
let calls: { operation: string; body: Json }[];
let answer: (operation: string, body: Json) => Answer;
let time: number;

beforeEach(async () => {
  calls = [];
  time = 0;
  server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const body = JSON.parse(text) as Json;
    calls.push({ operation, body });
    const { status = 200, body: reply } = answer(operation, body);
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(reply));
  });
  port = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);

function runnerWith(changes: Partial<EcsTaskRunnerOptions['settings']> = {}, limiter = new PQueue({ concurrency: 8 })) {
  const client = new ECSClient(
    awsClientConfig({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    }),
  );
  return new EcsTaskRunner({
    client,
    settings: { ...settings, ...changes },
    clock: { monotonic: () => time },
    limiter,
  });
}

describe('launching on ECS', () => {
  it('asks for one task with token, origin, network and environment', async () => {
    answer = () => ({ body: { tasks: [{ taskArn: taskArn(1) }], failures: [] } });

    const result = await runnerWith().launch(request);

    expect(result).toEqual({ kind: 'started', taskArn: taskArn(1) });
    expect(calls).toEqual([
      {
        operation: 'RunTask',
        body: {
          cluster: 'main',
          taskDefinition: request.taskDefinition,
          clientToken: request.clientToken,
          startedBy: 'meetingbot/uid/1',
          count: 1,
          launchType: 'FARGATE',
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: ['subnet-a', 'subnet-b'],
              securityGroups: ['sg-1'],
              assignPublicIp: 'DISABLED',
            },
          },
          overrides: {
            containerOverrides: [
              {
                name: 'recorder',
                environment: [
                  { name: 'ALPHA', value: '2' },
                  { name: 'ZED', value: '1' },
                ],
              },
            ],
          },
          tags: [{ key: 'meetingbot.dev/meeting', value: 'default/standup' }],
          enableECSManagedTags: true,
          propagateTags: 'TASK_DEFINITION',
        },
      },
    ]);
  });

  it('places by capacity providers instead of a launch type where they are set', async () => {
    answer = () => ({ body: { tasks: [{ taskArn: taskArn(1) }] } });

    await runnerWith({ ECS_CAPACITY_PROVIDERS: 'FARGATE_SPOT:1, FARGATE:3' }).launch(request);

    expect(calls[0]?.body['launchType']).toBeUndefined();
    expect(calls[0]?.body['capacityProviderStrategy']).toEqual([
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
      { capacityProvider: 'FARGATE', weight: 3 },
    ]);
  });

  it.each(['FARGATE:x', 'FARGATE:1001', 'FARGATE:0', 'a b'])('refuses the capacity providers %j at start', (text) => {
    expect(() => runnerWith({ ECS_CAPACITY_PROVIDERS: text })).toThrow(/^settings: ECS_CAPACITY_PROVIDERS: /);
  });

  it.each([
    ['Capacity is unavailable at this time. Please try again later or in a different availability zone', 'capacity'],
    ['RESOURCE:ENI', 'capacity'],
    ['a word of the future', 'capacity'],
    ['INACTIVE', 'configuration'],
    ['MISSING', 'configuration'],
  ])('takes the failure %j for a lack of %s', async (reason, why) => {
    answer = () => ({ body: { tasks: [], failures: [{ arn: 'x', reason, detail: 'more' }] } });

    expect(await runnerWith().launch(request)).toEqual({ kind: 'rejected', why, message: `${reason}: more` });
  });

  it.each([
    exception('ClientException', "You've reached the limit on the number of vCPUs you can run concurrently"),
    exception('LimitExceededException', 'too many'),
  ])('holds an exhausted quota for an answer, not an error: %j', async (refusal) => {
    answer = () => refusal;

    expect(await runnerWith().launch(request)).toMatchObject({ kind: 'rejected', why: 'quota' });
  });

  it('adopts the task that its token already started', async () => {
    answer = () => exception('ConflictException', 'token used', 400, { resourceIds: [taskArn(9)] });

    expect(await runnerWith().launch(request)).toEqual({ kind: 'started', taskArn: taskArn(9) });
  });

  it.each([
    [exception('ThrottlingException', 'Rate exceeded'), 'Throttled', true],
    [exception('ServerException', 'oops', 500), 'Unavailable', true],
    [{ body: {} }, 'Unavailable', true],
    [exception('AccessDeniedException', 'no'), 'Misconfigured', false],
    [exception('ClusterNotFoundException', 'no'), 'Misconfigured', false],
    [exception('InvalidParameterException', 'no'), 'Misconfigured', false],
    [exception('ClientException', 'TaskDefinition is inactive'), 'Misconfigured', false],
  ])('takes %j for %s', async (reply, code, retryable) => {
    answer = () => reply;

    await expect(runnerWith().launch(request)).rejects.toMatchObject({ code, retryable });
  });

  it('leaves the outcome open when the line breaks', async () => {
    const runner = runnerWith();
    server.removeAllListeners('request');
    server.on('request', (incoming) => incoming.socket.destroy());

    await expect(runner.launch(request)).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  });

  it('has no more calls under way than the limiter lets', async () => {
    const limiter = new PQueue({ concurrency: 2 });
    let most = 0;
    answer = () => {
      most = Math.max(most, limiter.pending);
      return { body: { tasks: [{ taskArn: taskArn(1) }] } };
    };
    const runner = runnerWith({}, limiter);

    await Promise.all(Array.from({ length: 10 }, () => runner.launch(request)));

    expect(most).toBeLessThanOrEqual(2);
    expect(calls).toHaveLength(10);
  });
});

describe('looking at tasks on ECS', () => {
  it('asks for a hundred tasks a call and takes what ECS leaves out for missing', async () => {
    const arns = Array.from({ length: 250 }, (_, index) => taskArn(index));
    answer = (_, body) => {
      const asked = body['tasks'] as string[];
      const known = asked.filter((arn) => arn !== taskArn(120));
      return {
        body: {
          tasks: known.map((arn) => ({ taskArn: arn, lastStatus: 'RUNNING' })),
          failures: known.length < asked.length ? [{ arn: taskArn(120), reason: 'MISSING' }] : [],
        },
      };
    };

    const seen = await runnerWith().describe(arns);

    expect(calls.map(({ body }) => (body['tasks'] as string[]).length)).toEqual([100, 100, 50]);
    expect([...seen.keys()]).toEqual(arns);
    expect(seen.get(taskArn(119))?.state).toBe('Running');
    expect(seen.get(taskArn(120))).toEqual({ taskArn: taskArn(120), state: 'Missing' });
  });

  it('keeps the word of the container beside that of the task', async () => {
    answer = () => ({
      body: {
        tasks: [
          {
            taskArn: taskArn(1),
            lastStatus: 'STOPPED',
            startedBy: 'meetingbot/uid/1',
            overrides: {
              containerOverrides: [
                {
                  name: 'recorder',
                  environment: [
                    { name: 'MEETING_NAMESPACE', value: 'default' },
                    { name: 'MEETING_NAME', value: 'standup' },
                  ],
                },
              ],
            },
            stopCode: 'EssentialContainerExited',
            stoppedReason: 'Essential container in task exited',
            createdAt: 1_770_000_000.5,
            startedAt: 1_770_000_010,
            stoppedAt: 1_770_000_020,
            containers: [
              { name: 'sidecar', exitCode: 0 },
              { name: 'recorder', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
            ],
          },
        ],
      },
    });

    expect((await runnerWith().describe([taskArn(1)])).get(taskArn(1))).toEqual({
      taskArn: taskArn(1),
      state: 'Stopped',
      startedBy: 'meetingbot/uid/1',
      key: { namespace: 'default', name: 'standup' },
      stopCode: 'EssentialContainerExited',
      stopReason: 'Essential container in task exited; OutOfMemoryError: Container killed due to memory usage',
      exitCode: 137,
      createdAt: 1_770_000_000_500,
      startedAt: 1_770_000_010_000,
      stoppedAt: 1_770_000_020_000,
    });
  });

  it.each([
    ['PROVISIONING', 'Starting'],
    ['PENDING', 'Starting'],
    ['ACTIVATING', 'Starting'],
    ['RUNNING', 'Running'],
    ['DEACTIVATING', 'Stopping'],
    ['STOPPING', 'Stopping'],
    ['DEPROVISIONING', 'Stopping'],
    ['STOPPED', 'Stopped'],
    ['DELETED', 'Stopped'],
  ])('folds %s into %s', async (lastStatus, state) => {
    answer = () => ({ body: { tasks: [{ taskArn: taskArn(1), lastStatus }] } });

    expect((await runnerWith().describe([taskArn(1)])).get(taskArn(1))?.state).toBe(state);
  });

  it('lists the running tasks of the family over all pages and looks at each', async () => {
    answer = (operation, body) => {
      if (operation === 'DescribeTasks') {
        const asked = body['tasks'] as string[];
        return { body: { tasks: asked.map((arn) => ({ taskArn: arn, lastStatus: 'RUNNING', startedBy: 'x' })) } };
      }
      return body['nextToken'] === 'second'
        ? { body: { taskArns: [taskArn(2)] } }
        : { body: { taskArns: [taskArn(1)], nextToken: 'second' } };
    };

    const live = await runnerWith({ ECS_TASK_DEFINITION: 'arn:aws:ecs:r:1:task-definition/recorder:4' }).listLive();

    expect(live.map((task) => task.taskArn)).toEqual([taskArn(1), taskArn(2)]);
    expect(calls[0]?.body).toEqual({ cluster: 'main', family: 'recorder', desiredStatus: 'RUNNING', maxResults: 100 });
    expect(calls.map(({ operation }) => operation)).toEqual(['ListTasks', 'ListTasks', 'DescribeTasks']);
  });
});

describe('stopping on ECS', () => {
  it('takes a task that is not found for stopped', async () => {
    answer = () => exception('InvalidParameterException', 'The referenced task was not found.');

    await runnerWith().stop(taskArn(1), 'gone');
  });

  it('cuts a reason that ECS would refuse', async () => {
    answer = () => ({ body: { task: {} } });

    await runnerWith().stop(taskArn(1), 'x'.repeat(400));

    expect(calls[0]?.body).toEqual({ cluster: 'main', task: taskArn(1), reason: 'x'.repeat(255) });
  });

  it('says when it could not ask', async () => {
    answer = () => exception('ThrottlingException', 'Rate exceeded');

    await expect(runnerWith().stop(taskArn(1), 'now')).rejects.toMatchObject({ code: 'Throttled' });
  });
});

describe('resolving the task definition', () => {
  const arn = 'arn:aws:ecs:eu-central-1:1:task-definition/recorder:7';

  it('asks once for many launches, and again when some time has passed', async () => {
    answer = () => ({ body: { taskDefinition: { taskDefinitionArn: arn } } });
    const runner = runnerWith();

    const all = await Promise.all([runner.resolveTaskDefinition(), runner.resolveTaskDefinition()]);
    expect(all).toEqual([arn, arn]);
    expect(calls).toHaveLength(1);

    time = 60_000;
    await runner.resolveTaskDefinition();
    expect(calls).toHaveLength(2);
  });

  it('asks nobody for an ARN that names its revision', async () => {
    expect(await runnerWith({ ECS_TASK_DEFINITION: arn }).resolveTaskDefinition()).toBe(arn);
    expect(calls).toHaveLength(0);
  });

  it('does not remember a failure', async () => {
    answer = () => exception('ServerException', 'oops', 500);
    const runner = runnerWith();
    await expect(runner.resolveTaskDefinition()).rejects.toMatchObject({ code: 'Unavailable' });

    answer = () => ({ body: { taskDefinition: { taskDefinitionArn: arn } } });
    expect(await runner.resolveTaskDefinition()).toBe(arn);
  });
});
