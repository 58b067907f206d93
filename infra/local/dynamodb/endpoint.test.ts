import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoEndpoint, type DynamoEndpoint } from './endpoint.ts';

describe('the embedded DynamoDB', () => {
  const TableName = 'meetings';
  let dataDir: string;
  let endpoint: DynamoEndpoint;
  let client: DynamoDBClient;

  async function open(): Promise<void> {
    endpoint = await createDynamoEndpoint({ dataDir, host: '127.0.0.1', port: 0 });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  }
  async function shut(): Promise<void> {
    client.destroy();
    await endpoint.close();
  }
  const createTable = async () => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk', 'due'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'due',
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'due', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    const status = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
  };
  const put = (sk: string, more: Record<string, { S: string }> = {}) =>
    client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'ns' }, sk: { S: sk }, ...more } }));

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
    await open();
  });
  afterEach(async () => {
    await shut();
    await rm(dataDir, { recursive: true, maxRetries: 10 });
  });

  it('has a table once it is created, and finds its items again at the next start', async () => {
    await createTable();
    await put('one', { text: { S: 'ü' } });

    await shut();
    await open();

    const Key = { pk: { S: 'ns' }, sk: { S: 'one' } };
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    expect(Item?.['text']).toEqual({ S: 'ü' });
  });

  it('lets one of two conditional writes win', async () => {
    await createTable();
    await put('one', { version: { S: '1' } });
    const update = (to: string) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: 'ns' }, sk: { S: 'one' } },
          UpdateExpression: 'SET version = :to',
          ConditionExpression: 'version = :seen',
          ExpressionAttributeValues: { ':to': { S: to }, ':seen': { S: '1' } },
        }),
      );

    const [a, b] = await Promise.allSettled([update('2a'), update('2b')]);

    const lost = [a, b].filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toBeInstanceOf(ConditionalCheckFailedException);
  });

  it('pages through a sparse index in both directions', async () => {
    await createTable();
    for (let n = 0; n < 9; n++) await put(`item${n}`, n % 3 === 0 ? {} : { due: { S: `t${n}` } });

    for (const ScanIndexForward of [true, false]) {
      const found: (string | undefined)[] = [];
      let ExclusiveStartKey: Awaited<ReturnType<typeof put>>['Attributes'];
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            IndexName: 'due',
            KeyConditionExpression: 'pk = :pk AND due < :now',
            ExpressionAttributeValues: { ':pk': { S: 'ns' }, ':now': { S: 't8' } },
            ScanIndexForward,
            Limit: 2,
            ExclusiveStartKey,
          }),
        );
        found.push(...(page.Items ?? []).map((item) => item['sk']?.S));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);

      const forward = ['item1', 'item2', 'item4', 'item5', 'item7'];
      expect(found).toEqual(ScanIndexForward ? forward : forward.toReversed());
    }
  });

  it('lives on when a client goes away in the middle of a request', async () => {
    await createTable();
    const { hostname, port } = new URL(endpoint.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":');
    await new Promise((resolve) => setTimeout(resolve, 20));

    socket.resetAndDestroy();

    await put('after');
  });

  it('refuses a data directory that is in use, and names it', async () => {
    const second = createDynamoEndpoint({ dataDir, host: '127.0.0.1', port: 0 });

    await expect(second).rejects.toThrow(`${dataDir} cannot be used: another process is using it`);
  });

  it('says when its port is in use', async () => {
    const other = await mkdtemp(join(tmpdir(), 'dynamodb-'));

    const second = createDynamoEndpoint({
      dataDir: other,
      host: '127.0.0.1',
      port: Number(new URL(endpoint.url).port),
    });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await rm(other, { recursive: true, maxRetries: 10 });
  });
});
