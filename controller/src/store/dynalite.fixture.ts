import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientConfig } from '../aws/client-options.ts';

export interface Dynalite {
  client: DynamoDBClient;
  /** For clients of other processes. */
  url: string;
  close(): Promise<void>;
}

/** DynamoDB's wire protocol in this process, in memory. */
export async function startDynalite(): Promise<Dynalite> {
  // The package has no types of its own.
  const name: string = 'dynalite';
  const { default: dynalite } = (await import(name)) as { default: (options: object) => Server };
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient(
    awsClientConfig({
      region: 'us-east-1',
      endpoint: url,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
  return {
    client,
    url,
    async close() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
