import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { lockDirectory } from './directory-lock.ts';

export interface DynamoEndpointOptions {
  /** Where the tables are kept; made when missing, found again at the next start. One endpoint at a time uses it. */
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface DynamoEndpoint {
  readonly url: string;
  /** Ends all connections and closes the tables. */
  close(): Promise<void>;
}

/**
 * DynamoDB on this machine's disk: dynalite over LevelDB, in DynamoDB's own wire protocol. What was acknowledged
 * survives a SIGKILL of the process (LevelDB's log is written before the answer), not a power cut.
 *
 * What dynalite 4.0 lacks, and so nothing of ours may use: TransactWriteItems and TransactGetItems, PartiQL,
 * UpdateTimeToLive (items are never expired) and Streams (UnknownOperationException);
 * ReturnValuesOnConditionCheckFailure (accepted, but the error carries no Item: read again); on-demand backups.
 * Signatures are demanded but not verified. ListTables reads every key of the store.
 *
 * @throws DirectoryLockError when the directory is in use or cannot be written; node's listen errors (`EADDRINUSE`)
 */
export async function createDynamoEndpoint({ dataDir, host, port }: DynamoEndpointOptions): Promise<DynamoEndpoint> {
  // dynalite's own answer to a store that is open elsewhere is an uncaught exception.
  const unlock = lockDirectory(dataDir);
  const server = dynalite({ path: join(dataDir, 'leveldb'), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  surviveAbortedRequests(server);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    unlock();
    throw error;
  }
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      await closeServer(server);
      unlock();
    },
  };
}

/**
 * dynalite throws out of the process when a client goes away in the middle of a request, as a killed controller does;
 * such a request is dropped instead.
 */
function surviveAbortedRequests(server: Server): void {
  const [handle] = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response) => {
    handle?.(request, response);
    request.removeAllListeners('error');
    request.on('error', () => response.destroy());
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
  server.closeAllConnections();
  await closed;
}
