import { systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { DynamoLeaseStore } from '../leader/dynamo-lease-store.ts';
import { leaseStoreContract } from '../leader/lease-store.contract.ts';
import { DynamoChangeLog } from './dynamo-change-log.ts';
import { DynamoIdentityLocks } from './dynamo-identity-locks.ts';
import { DynamoMeetingStore } from './dynamo-meeting-store.ts';
import { type DynamoDbLocal, startDynamoDbLocal, whyNoDynamoDbLocal } from './dynamodb-local.fixture.ts';
import { ensureTable } from './ensure-table.ts';
import { identityLocksContract } from './identity-locks.contract.ts';
import { meetingStoreContract } from './meeting-store.contract.ts';

const why = whyNoDynamoDbLocal();

describe('against DynamoDB Local', () => {
  if (why !== undefined) {
    console.warn(`skipped: the contracts against Amazon's DynamoDB Local: ${why}`);
    it.skip(`keeps the contracts (${why})`);
    return;
  }
  let local: DynamoDbLocal;
  beforeAll(async () => {
    local = await startDynamoDbLocal();
  });
  afterAll(() => local.close());
  const tableOf = async (table: string) => {
    await ensureTable(local.client, table);
    // A second time: another replica starts.
    await ensureTable(local.client, table);
    return { client: local.client, table };
  };
  const dispose = async () => undefined;

  meetingStoreContract('the store in DynamoDB', async () => {
    const table = await tableOf('meetings');
    return {
      store: new DynamoMeetingStore({ ...table, clock: systemClock }),
      changes: new DynamoChangeLog(table),
      dispose,
    };
  });
  leaseStoreContract('the lease in DynamoDB', async () => ({
    store: new DynamoLeaseStore(await tableOf('lease')),
    dispose,
  }));
  identityLocksContract('the table in DynamoDB', async () => ({
    locks: new DynamoIdentityLocks(await tableOf('identities')),
    dispose,
  }));
});
