import { type AttributeValue, DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { DescribeTasksCommand, ECSClient, RunTaskCommand } from '@aws-sdk/client-ecs';
import { isTerminal, type Meeting, systemClock } from '@meetingbot/crds-schema';
import PQueue from 'p-queue';
import { LOCAL } from '../local/stack/places.ts';

/**
 * The controller that one would write first, for comparison: each five seconds it reads all Meetings, asks ECS for each
 * one's task, and launches those that have none. It does no more than that: no evidence, no retries, no webhook.
 * Its one argument: tasks a DescribeTasks call. It tells its parent what each sweep cost.
 */
const INTERVAL_MS = 5000;
const CALLS_AT_ONCE = 32;

/** One look at everything. */
export interface Sweep {
  milliseconds: number;
  calls: { dynamodb: number; ecs: number };
}

const batch = Number(process.argv[2]);
const dynamodb = new DynamoDBClient({});
const ecs = new ECSClient({});
const last = new Map<string, string | undefined>();

for (;;) {
  const startedAt = performance.now();
  const calls = { dynamodb: 0, ecs: 0 };
  const queue = new PQueue({ concurrency: CALLS_AT_ONCE });
  const live = await liveMeetings(calls);
  for (const { meeting, item } of live) {
    if (meeting.status.phase === 'Pending') queue.add(() => launch(meeting, item, calls));
  }
  const arns = live.flatMap(({ meeting }) => meeting.status.attempts.at(-1)?.taskArn ?? []);
  for (let first = 0; first < arns.length; first += batch) {
    queue.add(() => describe(arns.slice(first, first + batch), calls));
  }
  await queue.onIdle();
  const milliseconds = performance.now() - startedAt;
  process.send?.({ milliseconds, calls } satisfies Sweep);
  await systemClock.sleep(Math.max(0, INTERVAL_MS - milliseconds));
}

async function liveMeetings(calls: Sweep['calls']) {
  const found: { meeting: Meeting; item: Record<string, AttributeValue> }[] = [];
  const query = {
    TableName: LOCAL.table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'ns#default' }, ':sk': { S: 'meeting#' } },
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    calls.dynamodb += 1;
    for (const item of Items) {
      const meeting = JSON.parse(item['doc']?.S ?? '') as Meeting;
      if (!isTerminal(meeting.status.phase)) found.push({ meeting, item });
    }
  }
  return found;
}

async function launch(meeting: Meeting, item: Record<string, AttributeValue>, calls: Sweep['calls']): Promise<void> {
  calls.ecs += 1;
  const { tasks = [] } = await ecs.send(
    new RunTaskCommand({
      ...{ cluster: LOCAL.cluster, taskDefinition: LOCAL.family, launchType: 'FARGATE' },
      clientToken: meeting.metadata.uid,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0'] } },
      overrides: {
        containerOverrides: [
          { name: 'recorder', environment: [{ name: 'MEETING_NAME', value: meeting.metadata.name }] },
        ],
      },
    }),
  );
  const taskArn = tasks[0]?.taskArn;
  if (taskArn === undefined) return;
  const attempts: Meeting['status']['attempts'] = [
    { number: 1, mode: 'record', startTime: new Date().toISOString(), taskArn },
  ];
  const doc = { ...meeting, status: { ...meeting.status, phase: 'Launching', attempts } };
  calls.dynamodb += 1;
  await dynamodb.send(
    new PutItemCommand({ TableName: LOCAL.table, Item: { ...item, doc: { S: JSON.stringify(doc) } } }),
  );
}

async function describe(tasks: string[], calls: Sweep['calls']): Promise<void> {
  calls.ecs += 1;
  const { tasks: found = [] } = await ecs.send(new DescribeTasksCommand({ cluster: LOCAL.cluster, tasks }));
  for (const { taskArn = '', lastStatus } of found) last.set(taskArn, lastStatus);
}
