import { ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goodRun, runOne } from '../testing/endpoint.ts';
import { type SimulatedEcs, simulatedEcs } from '../testing/simulated.ts';

let ecs: SimulatedEcs;
beforeEach(async () => {
  ecs = await simulatedEcs();
});
afterEach(() => ecs.close());

const signature = (scope: string) =>
  `AWS4-HMAC-SHA256 Credential=AKID/20261123/${scope}/aws4_request, SignedHeaders=host, Signature=00`;

async function raw(operation: string, body: string, authorization = signature('us-east-1/ecs')) {
  const headers = { 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`, authorization };
  const response = await fetch(ecs.endpoint.url, { method: 'POST', headers, body });
  return { status: response.status, ...((await response.json()) as { __type?: string; message?: string }) };
}

const taskCount = async () => (await ecs.client.send(new ListTasksCommand({}))).taskArns?.length;

describe('the protocol', () => {
  it('refuses what it does not know, what is not JSON, and what is of the wrong type', async () => {
    expect(await raw('CreateUniverse', '{}')).toMatchObject({ status: 400, __type: 'UnknownOperationException' });
    expect(await raw('RunTask', '{')).toMatchObject({ status: 400, __type: 'SerializationException' });
    expect(await raw('RunTask', '{"taskDefinition":"recorder","count":"1"}')).toMatchObject({
      __type: 'SerializationException',
      message: 'count: expected a integer, got a string.',
    });
  });

  it('wants a signature for this service and region', async () => {
    expect(await raw('ListTasks', '{}', '')).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
    expect(await raw('ListTasks', '{}', 'Bearer x')).toMatchObject({ __type: 'IncompleteSignatureException' });
    expect(await raw('ListTasks', '{}', signature('us-east-1/s3'))).toMatchObject({
      __type: 'InvalidSignatureException',
    });
    expect(await raw('ListTasks', '{}', signature('eu-west-1/ecs'))).toMatchObject({
      __type: 'InvalidSignatureException',
    });
    expect(await raw('ListTasks', '{}')).toMatchObject({ status: 200, taskArns: [] });
  });
});

describe('a fault', () => {
  const add = (fault: object) => fetch(`${ecs.endpoint.url}/_faults`, { method: 'POST', body: JSON.stringify(fault) });

  it('hits as often as it says and has no effect where it comes before one', async () => {
    await add({ operation: 'RunTask', kind: 'throttle', times: 2 });
    await add({ operation: 'RunTask', kind: 'error' });
    await add({ operation: 'RunTask', kind: 'dropBefore' });

    const outcomes = [];
    for (let call = 0; call < 5; call += 1) {
      const answer = await ecs.client.send(new RunTaskCommand(goodRun())).catch((error: Error) => error.name);
      outcomes.push(typeof answer === 'string' ? answer : 'placed');
    }

    expect(outcomes.slice(0, 3)).toEqual(['ThrottlingException', 'ThrottlingException', 'ServerException']);
    expect(outcomes[3]).not.toBe('placed');
    expect(outcomes[4]).toBe('placed');
    expect(await taskCount()).toBe(1);
  });

  it.each(['errorAfter', 'dropAfter', 'hangAfter'])(
    '%s loses the answer, and the token finds the task again',
    async (kind) => {
      await add({ operation: 'RunTask', kind });
      const request = new RunTaskCommand(goodRun({ clientToken: 't1' }));

      const lost = ecs.client.send(request, { abortSignal: AbortSignal.timeout(200) });
      await expect(lost).rejects.toThrow();
      const { tasks } = await ecs.client.send(request);

      expect(tasks).toHaveLength(1);
      expect(await taskCount()).toBe(1);
    },
  );

  it('is outlived by the retries of the SDK, with one task as the result', async () => {
    await add({ operation: 'RunTask', kind: 'dropAfter' });
    const { ECSClient } = await import('@aws-sdk/client-ecs');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const retrying = new ECSClient({ endpoint: ecs.endpoint.url, region: 'us-east-1', credentials });

    await retrying.send(new RunTaskCommand(goodRun()));
    retrying.destroy();

    expect(await taskCount()).toBe(1);
  });

  it('delays the sight of a new task in List and Describe', async () => {
    await add({ operation: 'RunTask', kind: 'delayedVisibility', ms: 5_000 });
    await runOne(ecs.client);

    const early = await taskCount();
    await ecs.clock.advance(5_000);

    expect(early).toBe(0);
    expect(await taskCount()).toBe(1);
  });

  it('is refused when it could never hit', async () => {
    expect((await add({ operation: 'RunTsk', kind: 'throttle' })).status).toBe(400);
    expect((await add({ operation: 'ListTasks', kind: 'capacity' })).status).toBe(400);
    expect((await add({ operation: 'ListTasks', kind: 'explode' })).status).toBe(400);
  });
});
