import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsClientConfig } from '../aws/client-options.ts';
import { aMeeting } from './a-meeting.ts';
import { DynamoChangeLog } from './dynamo-change-log.ts';
import { DynamoMeetingStore } from './dynamo-meeting-store.ts';
import { ensureTable } from './ensure-table.ts';
import { meetingStoreContract } from './meeting-store.contract.ts';

const table = 'meetings';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** DynamoDB's wire protocol on loopback; the package has no types of its own. */
async function startDynalite(): Promise<{ port: number; close(): Promise<void> }> {
  const name: string = 'dynalite';
  const { default: dynalite } = (await import(name)) as { default: (options: object) => Server };
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  return { port: await listen(server), close: () => close(server) };
}

const listen = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.closeAllConnections?.();
    server.close(() => resolve());
  });

const clientAt = (port: number, options: { maxAttempts?: number; requestTimeoutMs?: number } = {}) =>
  new DynamoDBClient(
    awsClientConfig({ region: 'local', endpoint: `http://127.0.0.1:${port}`, credentials, ...options }),
  );

meetingStoreContract('the store in DynamoDB', async () => {
  const dynalite = await startDynalite();
  const client = clientAt(dynalite.port);
  await ensureTable(client, table);
  await ensureTable(client, table);
  return {
    store: new DynamoMeetingStore({ client, table, clock: systemClock }),
    changes: new DynamoChangeLog({ client, table }),
    dispose: async () => {
      client.destroy();
      await dynalite.close();
    },
  };
});

describe('the store in DynamoDB behind a bad line', () => {
  let dynalite: { port: number; close(): Promise<void> };
  let proxy: Server;
  let port: number;
  /** Calls whose answer is dropped after the database has done them. */
  let losing: string[] = [];
  /** Answers given instead of the database's. */
  let failing: { status: number; type: string }[] = [];
  let hang = false;

  beforeAll(async () => {
    dynalite = await startDynalite();
    proxy = createServer((incoming, outgoing) => {
      const target = String(incoming.headers['x-amz-target']);
      const failure = failing.shift();
      if (hang) return;
      if (failure !== undefined) {
        incoming.resume();
        outgoing.writeHead(failure.status, { 'content-type': 'application/x-amz-json-1.0' });
        outgoing.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${failure.type}`, message: 'no' }));
        return;
      }
      const headers = { ...incoming.headers, connection: 'close' };
      const onward = request({ port: dynalite.port, method: 'POST', path: '/', headers }, (answer) => {
        if (losing.some((operation) => target.endsWith(operation))) {
          losing = [];
          answer.resume().on('end', () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    port = await listen(proxy);
    await ensureTable(clientAt(dynalite.port), table);
  });
  afterAll(async () => {
    await close(proxy);
    await dynalite.close();
  });

  const storeWith = (options: { maxAttempts?: number; requestTimeoutMs?: number }) =>
    new DynamoMeetingStore({ client: clientAt(port, options), table, clock: systemClock });

  it('knows its own write when the answer was lost and the SDK tried again', async () => {
    const store = storeWith({});
    losing = ['GetItem'];
    expect(await store.get({ namespace: 'lost', name: 'x' })).toBeUndefined();
    await store.create(aMeeting({ namespace: 'lost', name: 'first' }), undefined);

    losing = ['PutItem'];
    const created = await store.create(aMeeting({ namespace: 'lost', name: 'second' }), undefined);
    losing = ['PutItem'];
    const updated = await store.update(created, 5);
    expect(await store.get(created.metadata)).toEqual(updated);
    losing = ['PutItem'];
    await store.remove(updated);

    expect(await store.get(created.metadata)).toBeUndefined();
  });

  it('says that the outcome is open when it may not try again', async () => {
    const store = storeWith({ maxAttempts: 1 });
    await store.create(aMeeting({ namespace: 'lost', name: 'third' }), undefined);

    losing = ['PutItem'];
    const write = store.create(aMeeting({ namespace: 'lost', name: 'fourth' }), undefined);

    await expect(write).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  });

  it.each([
    [400, 'ProvisionedThroughputExceededException', 'Throttled', true],
    [400, 'ThrottlingException', 'Throttled', true],
    [500, 'InternalServerError', 'Unavailable', true],
    [503, 'ServiceUnavailable', 'Unavailable', true],
    [400, 'ExpiredTokenException', 'Unavailable', true],
    [400, 'ResourceNotFoundException', 'Misconfigured', false],
    [400, 'AccessDeniedException', 'Misconfigured', false],
    [400, 'ValidationException', 'Misconfigured', false],
  ])('takes %s %s for %s', async (status, type, code, retryable) => {
    const store = storeWith({ maxAttempts: 1 });
    failing = [{ status, type }];

    await expect(store.get({ namespace: 'a', name: 'b' })).rejects.toMatchObject({ code, retryable });
  });

  it('gives up waiting after its time-out', async () => {
    const store = storeWith({ maxAttempts: 1, requestTimeoutMs: 50 });
    hang = true;
    const error = store.get({ namespace: 'a', name: 'b' });
    await expect(error).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    hang = false;
  });

  it('says so when nothing listens', async () => {
    const free = await startDynalite();
    await free.close();
    const store = new DynamoMeetingStore({
      client: clientAt(free.port, { maxAttempts: 1 }),
      table,
      clock: systemClock,
    });

    await expect(store.get({ namespace: 'a', name: 'b' })).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
