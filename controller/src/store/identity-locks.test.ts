import { startDynalite } from './dynalite.fixture.ts';
import { DynamoIdentityLocks } from './dynamo-identity-locks.ts';
import { ensureTable } from './ensure-table.ts';
import { identityLocksContract } from './identity-locks.contract.ts';
import { MemoryIdentityLocks } from './memory-identity-locks.ts';

const table = 'meetings';

identityLocksContract('memory', async () => ({ locks: new MemoryIdentityLocks(), dispose: async () => undefined }));

identityLocksContract('the table in DynamoDB', async () => {
  const { client, close } = await startDynalite();
  await ensureTable(client, table);
  return { locks: new DynamoIdentityLocks({ client, table }), dispose: close };
});
