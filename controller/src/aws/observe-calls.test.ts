import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { systemClock } from '@meetingbot/crds-schema';
import { afterEach, expect, it } from 'vitest';
import { type AwsCall, observeCalls } from './observe-calls.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A DynamoDB that gives these answers in turn. */
async function observed(...answers: [status: number, type?: string][]) {
  const server = createServer((request, response) => {
    const [status, type] = answers.shift() ?? [200];
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(type === undefined ? {} : { __type: `com.amazonaws.dynamodb.v20120810#${type}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 3,
  });
  closing.push(() => client.destroy());
  const calls: Partial<AwsCall>[] = [];
  const throttled: string[] = [];
  observeCalls(client, 'dynamodb', systemClock, {
    called: ({ milliseconds: _, ...call }) => calls.push(call),
    throttled: ({ operation }) => throttled.push(operation),
  });
  return { client, calls, throttled };
}

it('a call that a retry made good is one call, and its throttle is seen', async () => {
  const { client, calls, throttled } = await observed([400, 'ThrottlingException'], [200]);
  await client.send(new GetItemCommand({ TableName: 't', Key: {} }));
  expect(calls).toEqual([{ service: 'dynamodb', operation: 'GetItem', outcome: 'ok', retries: 1 }]);
  expect(throttled).toEqual(['GetItem']);
});

it('a condition that does not hold is no failure of AWS, a 5xx is', async () => {
  const { client, calls } = await observed([400, 'ConditionalCheckFailedException'], [500], [500], [500]);
  const put = new PutItemCommand({ TableName: 't', Item: {} });
  await expect(client.send(put)).rejects.toThrow();
  await expect(client.send(put)).rejects.toThrow();
  expect(calls.map(({ outcome, retries }) => [outcome, retries])).toEqual([
    ['conflict', 0],
    ['unavailable', 2],
  ]);
});
