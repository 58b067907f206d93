import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMeeting } from './a-meeting.ts';
import { startDynalite } from './dynalite.fixture.ts';
import { DynamoMeetingStore } from './dynamo-meeting-store.ts';
import { assertTable, ensureTable } from './ensure-table.ts';

describe('the table', () => {
  let dynalite: Awaited<ReturnType<typeof startDynalite>>;
  beforeAll(async () => {
    dynalite = await startDynalite();
  });
  afterAll(() => dynalite.close());

  it('of another layout is refused, by the index that it lacks', async () => {
    const { client } = dynalite;
    const attributes = ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' as const }));
    await client.send(
      new CreateTableCommand({
        TableName: 'older',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributes,
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );

    await expect(ensureTable(client, 'older')).rejects.toThrow(
      'settings: DYNAMODB_TABLE: table older lacks the index due, change',
    );
  });

  it('that is not there is named in one line', async () => {
    await expect(assertTable(dynalite.client, 'none')).rejects.toThrow(
      'settings: DYNAMODB_TABLE: there is no table none',
    );
  });

  it('gives a name greater versions also when the clock of who creates it is behind', async () => {
    await ensureTable(dynalite.client, 'skewed');
    const at = (now: number) =>
      new DynamoMeetingStore({ client: dynalite.client, table: 'skewed', clock: { now: () => now } });
    const ahead = at(2_000_000);
    const behind = at(1_000_000);
    await ahead.remove(await ahead.create(aMeeting(), undefined));

    const again = await behind.create(aMeeting(), undefined);

    expect(Number(again.metadata.resourceVersion)).toBeGreaterThan(2_000_000_000);
    await expect(behind.create(aMeeting(), undefined)).rejects.toMatchObject({ code: 'AlreadyExists' });
  });
});
