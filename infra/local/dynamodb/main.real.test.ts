import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from '../service/index.ts';

describe('the process of the embedded DynamoDB', () => {
  const TableName = 'meetings';
  let directory: string;
  let service: Service;
  let client: DynamoDBClient;

  async function start(): Promise<void> {
    service = await startService({
      name: 'DynamoDB',
      entry: new URL('./main.ts', import.meta.url),
      env: { LOCAL_DYNAMODB_DATA_DIR: join(directory, 'data'), LOCAL_DYNAMODB_PORT: '0' },
      logFile: join(directory, 'dynamodb.log'),
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: service.info.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dynamodb-main-'));
    await start();
  });
  afterEach(async () => {
    client.destroy();
    await service.stop();
    await rm(directory, { recursive: true, maxRetries: 10 });
  });

  it('keeps every acknowledged write across SIGKILLs in the middle of writing', async () => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const before = acknowledged.length;
      const writes = Array.from({ length: 300 }, async (_, n) => {
        const id = `${round}-${n}`;
        await client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
        acknowledged.push(id);
      });
      const settled = Promise.allSettled(writes);
      await expect.poll(() => acknowledged.length, { interval: 1 }).toBeGreaterThan(before + 20);

      process.kill(service.pid, 'SIGKILL');

      await service.exited;
      await settled;
      client.destroy();
      await start();
    }

    for (const id of acknowledged) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
      expect(Item).toBeDefined();
    }
  });
});
