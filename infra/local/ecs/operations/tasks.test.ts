import {
  DescribeTasksCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  paginateListTasks,
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

const list = async (input: ListTasksCommandInput = {}) => (await ecs.client.send(new ListTasksCommand(input))).taskArns;
const missing = `arn:aws:ecs:us-east-1:000000000000:task/default/${'0'.repeat(32)}`;

describe('DescribeTasks', () => {
  it('tells what it knows, and MISSING of what it does not know', async () => {
    const known = await runOne(ecs.client);

    const answer = await ecs.client.send(new DescribeTasksCommand({ tasks: ['0'.repeat(32), known] }));

    expect(answer.tasks?.map((task) => task.taskArn)).toEqual([known]);
    expect(answer.failures).toEqual([{ arn: missing, reason: 'MISSING' }]);
  });

  it('shows tags only where they are asked for', async () => {
    const task = await runOne(ecs.client, { tags: [{ key: 'a', value: 'b' }] });

    const without = await ecs.client.send(new DescribeTasksCommand({ tasks: [task] }));

    expect(without.tasks?.[0]?.tags).toEqual([]);
    expect((await describeTask(ecs.client, task))?.tags).toEqual([{ key: 'a', value: 'b' }]);
  });

  it.each([
    ['no task', []],
    ['101 tasks', Array.from({ length: 101 }, () => missing)],
    ['an id of the wrong length', ['abc']],
    ['the ARN of another cluster', [missing.replace('/default/', '/other/')]],
  ])('refuses %s', async (_, tasks) => {
    const answer = ecs.client.send(new DescribeTasksCommand({ tasks }));

    await expect(answer).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('ListTasks', () => {
  it('lists by family, by desired status, and by startedBy', async () => {
    const other = { ...definitionOf(['x']), family: 'other' };
    await ecs.client.send(new RegisterTaskDefinitionCommand(other));
    const a = await runOne(ecs.client, { startedBy: 'a' });
    const b = await runOne(ecs.client, { taskDefinition: 'other', startedBy: 'b' });
    await ecs.client.send(new StopTaskCommand({ task: a }));

    expect(await list()).toEqual([b]);
    expect(await list({ desiredStatus: 'STOPPED' })).toEqual([a]);
    expect(await list({ family: 'other' })).toEqual([b]);
    expect(await list({ family: 'recorder', desiredStatus: 'STOPPED' })).toEqual([a]);
    expect(await list({ startedBy: 'b' })).toEqual([b]);
    expect(await list({ desiredStatus: 'PENDING' })).toEqual([]);
  });

  it('takes startedBy as its only filter', async () => {
    await expect(list({ startedBy: 'a', desiredStatus: 'STOPPED' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('gives every task once, a hundred a page', async () => {
    const placed = new Set<string | undefined>();
    for (let call = 0; call < 25; call += 1) {
      const { tasks } = await ecs.client.send(new RunTaskCommand(goodRun({ count: 10 })));
      for (const task of tasks ?? []) placed.add(task.taskArn);
    }

    const pages = [];
    for await (const page of paginateListTasks({ client: ecs.client }, {})) pages.push(page.taskArns ?? []);

    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(new Set(pages.flat())).toEqual(placed);
  });

  it('refuses a token of another listing and a page of 101', async () => {
    await ecs.client.send(new RunTaskCommand(goodRun({ count: 2 })));
    const { nextToken } = await ecs.client.send(new ListTasksCommand({ maxResults: 1 }));

    await expect(list({ nextToken, family: 'recorder' })).rejects.toMatchObject({ message: 'Invalid token' });
    await expect(list({ maxResults: 101 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('StopTask', () => {
  it('answers at once, keeps its reason, and deletes the tags', async () => {
    const task = await runOne(ecs.client, { tags: [{ key: 'a', value: 'b' }] });
    await ecs.clock.advance(1_000);

    const answer = await ecs.client.send(new StopTaskCommand({ task, reason: 'the meeting is over' }));

    expect(answer.task).toMatchObject({
      desiredStatus: 'STOPPED',
      lastStatus: 'RUNNING',
      stopCode: 'UserInitiated',
      stoppedReason: 'the meeting is over',
      tags: [],
    });
  });

  it('leaves a stopped task as it is, and does not know a forgotten one', async () => {
    const task = await runOne(ecs.client);
    await ecs.clock.advance(1_000);
    ecs.runtime.end(task.slice(-32), { exitCode: 3 });
    await ecs.clock.advance(1_000);

    const again = await ecs.client.send(new StopTaskCommand({ task }));
    await ecs.clock.advance(3_600_000);

    expect(again.task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
    const late = ecs.client.send(new StopTaskCommand({ task }));
    await expect(late).rejects.toMatchObject({ message: 'The referenced task was not found.' });
  });
});
