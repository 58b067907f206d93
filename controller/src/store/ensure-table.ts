import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { ControllerError } from '../errors.ts';
import { DUE_INDEX } from './meeting-item.ts';

const POLL_MS = 50;

/**
 * Creates the table with its index where it is missing and waits until it can be used.
 * For local endpoints only: on AWS the table is the stack's, and the task role may not create one.
 * @param timeoutMs - how long to wait for it to become active, @default 30000
 * @throws ControllerError `Unavailable` when the time is up
 */
export async function ensureTable(client: DynamoDBClient, table: string, timeoutMs = 30_000): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          { AttributeName: 'dueShard', AttributeType: 'S' },
          { AttributeName: 'dueAt', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: DUE_INDEX,
            KeySchema: [
              { AttributeName: 'dueShard', KeyType: 'HASH' },
              { AttributeName: 'dueAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    );
  } catch (error) {
    if (awsFailureOf(error).name !== 'ResourceInUseException') throw toControllerError(error, 'CreateTable');
  }
  const deadline = performance.now() + timeoutMs;
  while ((await statusOf(client, table)) !== 'ACTIVE') {
    if (performance.now() > deadline) {
      throw new ControllerError('Unavailable', `table ${table} was not active within ${timeoutMs} ms`);
    }
    await sleep(POLL_MS);
  }
}

/** `ACTIVE` when the table and its index can be used. */
async function statusOf(client: DynamoDBClient, table: string): Promise<string | undefined> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table })).catch((error: unknown) => {
    throw toControllerError(error, 'DescribeTable');
  });
  const index = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === DUE_INDEX);
  return Table?.TableStatus === 'ACTIVE' ? index?.IndexStatus : Table?.TableStatus;
}
