import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { SettingsError } from '@meetingbot/crds-schema';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { ControllerError } from '../errors.ts';
import { CHANGE_INDEX, DUE_INDEX } from './meeting-item.ts';

const POLL_MS = 50;

const ATTRIBUTES = [
  { AttributeName: 'pk', AttributeType: 'S' as const },
  { AttributeName: 'sk', AttributeType: 'S' as const },
  { AttributeName: 'dueShard', AttributeType: 'S' as const },
  { AttributeName: 'dueAt', AttributeType: 'N' as const },
  { AttributeName: 'changeShard', AttributeType: 'S' as const },
  { AttributeName: 'rv', AttributeType: 'N' as const },
];
const INDEXES = [index(DUE_INDEX, 'dueShard', 'dueAt'), index(CHANGE_INDEX, 'changeShard', 'rv')];
const KEY_SCHEMA = keySchema('pk', 'sk');

/** The table as the store needs it, for whoever makes it. */
export const TABLE_SCHEMA = { ATTRIBUTES, INDEXES, KEY_SCHEMA };

/**
 * Creates the table with its indexes where it is missing and waits until it can be used.
 * For local endpoints only: on AWS the table is the stack's, and the task role may not create one.
 * @param timeoutMs - how long to wait for it to become active, @default 30000
 * @throws ControllerError `Unavailable` when the time is up, SettingsError when a table of that name lacks an index
 */
export async function ensureTable(client: DynamoDBClient, table: string, timeoutMs = 30_000): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ATTRIBUTES,
        KeySchema: KEY_SCHEMA,
        GlobalSecondaryIndexes: INDEXES,
      }),
    );
  } catch (error) {
    if (awsFailureOf(error).name !== 'ResourceInUseException') throw toControllerError(error, 'CreateTable');
  }
  const deadline = performance.now() + timeoutMs;
  while (!isActive(await describe(client, table))) {
    if (performance.now() > deadline) {
      throw new ControllerError('Unavailable', `table ${table} was not active within ${timeoutMs} ms`);
    }
    await sleep(POLL_MS);
  }
  await assertTable(client, table);
}

/**
 * Looks whether the table is what the store needs.
 * @throws SettingsError in one line that says what is missing
 */
export async function assertTable(client: DynamoDBClient, table: string): Promise<void> {
  const description = await describe(client, table).catch((error: unknown) => {
    if (awsFailureOf((error as Error).cause).name !== 'ResourceNotFoundException') throw error;
    throw new SettingsError(`settings: DYNAMODB_TABLE: there is no table ${table}`);
  });
  const missing = missingIndexes(description).map(({ IndexName }) => IndexName);
  if (missing.length > 0) {
    throw new SettingsError(`settings: DYNAMODB_TABLE: table ${table} lacks the index ${missing.join(', ')}`);
  }
}

function keySchema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
}

function index(name: string, hash: string, range: string) {
  return {
    IndexName: name,
    KeySchema: keySchema(hash, range),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  };
}

async function describe(client: DynamoDBClient, table: string): Promise<TableDescription> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table })).catch((error: unknown) => {
    throw toControllerError(error, 'DescribeTable');
  });
  return Table ?? {};
}

/** The table and its indexes can be used. */
function isActive({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription): boolean {
  return TableStatus === 'ACTIVE' && GlobalSecondaryIndexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE');
}

function missingIndexes({ GlobalSecondaryIndexes = [] }: TableDescription): typeof INDEXES {
  return INDEXES.filter(({ IndexName }) => !GlobalSecondaryIndexes.some((one) => one.IndexName === IndexName));
}
