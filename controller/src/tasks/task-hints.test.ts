import { SQSClient } from '@aws-sdk/client-sqs';
import { silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awsClientConfig } from '../aws/client-options.ts';
import { SqsEndpoint } from './sqs-endpoint.fixture.ts';
import { HINTS_REQUEST_TIMEOUT, TaskHints } from './task-hints.ts';

const arn = (n: number) => `arn:aws:ecs:us-east-1:111122223333:task/cluster/${n}`;
/** As EventBridge puts it, shortened. */
const event = (n: number, lastStatus = 'RUNNING') =>
  JSON.stringify({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    detail: { taskArn: arn(n), lastStatus, desiredStatus: 'RUNNING', group: 'family:meetingbot-recorder', version: 3 },
  });

let queue: SqsEndpoint;
let end: () => Promise<void>;
let looks: (readonly string[])[];
let failingLooks: number;
let rests: number[];

beforeEach(async () => {
  queue = new SqsEndpoint();
  looks = [];
  failingLooks = 0;
  rests = [];
  const queueUrl = await queue.start();
  const client = new SQSClient(
    awsClientConfig({
      region: 'us-east-1',
      endpoint: new URL(queueUrl).origin,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      requestTimeoutMs: HINTS_REQUEST_TIMEOUT,
    }),
  );
  const hints = new TaskHints({
    client,
    queueUrl,
    look: async (tasks) => {
      looks.push(tasks);
      if (failingLooks-- > 0) throw new Error('ECS is away');
    },
    clock: {
      sleep: async (ms) => {
        rests.push(ms);
      },
    },
    log: silentLogger,
  });
  const ending = new AbortController();
  const running = hints.run(ending.signal);
  end = async () => {
    ending.abort();
    await running;
    client.destroy();
    await queue.stop();
  };
});

afterEach(() => end());

it('has a task looked at as soon as there is a hint, and takes the hint out of the queue', async () => {
  await vi.waitUntil(() => queue.waits.length === 1);
  expect(queue.waits).toEqual([20]);

  queue.put(event(1));

  await vi.waitUntil(() => looks.length === 1);
  expect(looks).toEqual([[arn(1)]]);
  expect(queue.deleted).toEqual(['receipt-0']);
});

it('looks once at many hints, and once at a task of many hints', async () => {
  queue.put(...Array.from({ length: 25 }, (_, n) => event(n % 20)));

  await vi.waitUntil(() => looks.length > 0 && queue.deleted.length === 25);
  const looked = looks.flat();
  expect(new Set(looked)).toEqual(new Set(Array.from({ length: 20 }, (_, n) => arn(n))));
  expect(looks.length).toBeLessThanOrEqual(2);
});

it('throws away what is no event of a task', async () => {
  queue.put('not JSON', '{}', '{"detail":{"taskArn":7}}', event(3));

  await vi.waitUntil(() => queue.deleted.length === 4);
  await vi.waitUntil(() => looks.length === 1);
  expect(looks).toEqual([[arn(3)]]);
});

it('goes on when the queue is away, and when ECS is', async () => {
  queue.failures = 2;
  queue.put(event(1));
  failingLooks = 1;
  queue.put(event(2));

  await vi.waitUntil(() => looks.length >= 1);
  queue.put(event(4));
  await vi.waitUntil(() => looks.flat().includes(arn(4)));

  expect(rests.filter((ms) => ms === 5_000).length).toBeGreaterThanOrEqual(1);
});

it('ends at once, though it waits for a message', async () => {
  await vi.waitUntil(() => queue.waits.length === 1);

  await end();

  expect(looks).toEqual([]);
  end = async () => {};
});
