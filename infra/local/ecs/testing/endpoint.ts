import {
  DescribeTasksCommand,
  ECSClient,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';

/** The unmodified SDK client, without retries of its own so that each answer is seen. */
export const clientOf = (url: string): ECSClient =>
  new ECSClient({
    endpoint: url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** A task definition as small as Fargate takes it. */
export const definitionOf = (
  command: string[],
  container: Partial<NonNullable<RegisterTaskDefinitionCommandInput['containerDefinitions']>[number]> = {},
): RegisterTaskDefinitionCommandInput => ({
  family: 'recorder',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '1024',
  memory: '2048',
  containerDefinitions: [{ name: 'recorder', image: 'recorder:1', command, ...container }],
});

/** A RunTask request that is fine in every field. */
export const goodRun = (changes: Partial<RunTaskCommandInput> = {}): RunTaskCommandInput => ({
  taskDefinition: 'recorder',
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
  ...changes,
});

/** Runs one task and gives its ARN. */
export async function runOne(client: ECSClient, changes: Partial<RunTaskCommandInput> = {}): Promise<string> {
  const { tasks, failures } = await client.send(new RunTaskCommand(goodRun(changes)));
  const arn = tasks?.[0]?.taskArn;
  if (arn === undefined) throw new Error(`no task was placed: ${JSON.stringify(failures)}`);
  return arn;
}

/** The task as DescribeTasks tells it, undefined where it is MISSING. */
export async function describe(client: ECSClient, arn: string): Promise<Task | undefined> {
  const { tasks } = await client.send(new DescribeTasksCommand({ tasks: [arn], include: ['TAGS'] }));
  return tasks?.[0];
}

/** Asks until the answer is there. @throws Error with `what` after `limitMs` milliseconds. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`still waiting after ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until the task has a status. */
export const reaches = (client: ECSClient, arn: string, status: string, limitMs?: number): Promise<Task> =>
  eventually(
    `${arn} ${status}`,
    async () => {
      const task = await describe(client, arn);
      return task?.lastStatus === status && task;
    },
    limitMs,
  );
