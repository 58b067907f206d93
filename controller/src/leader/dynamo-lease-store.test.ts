import { startDynalite } from '../store/dynalite.fixture.ts';
import { ensureTable } from '../store/ensure-table.ts';
import { DynamoLeaseStore } from './dynamo-lease-store.ts';
import { leaseStoreContract } from './lease-store.contract.ts';

const table = 'meetings';

leaseStoreContract('the lease in DynamoDB', async () => {
  const { client, close } = await startDynalite();
  await ensureTable(client, table);
  return { store: new DynamoLeaseStore({ client, table }), dispose: close };
});
