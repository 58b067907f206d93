import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type WebhookBody } from '@meetingbot/crds-schema';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { type Lookup, type ProxySettings, webhookDispatcher } from './dispatcher.ts';
import { HttpWebhookSender, type HttpWebhookSenderOptions } from './http-sender.ts';
import { signatureHeaders } from './signature.ts';

const body = {
  recordingId: 'r',
  meetingLink: 'https://meet.example.com/ü',
  status: 'completed',
  timestamp: '2026-02-06T15:00:00Z',
  metadata: { userId: '', teamId: '', botId: '', uploaderType: 's3' },
  meeting: { namespace: 'default', name: 'm', uid: 'u' },
} satisfies WebhookBody;

const servers: Server[] = [];
const seen: { url: string | undefined; headers: IncomingMessage['headers']; raw: Buffer }[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function receiver(answer: (response: ServerResponse) => void): Promise<string> {
  seen.length = 0;
  const port = await listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({ url: request.url, headers: request.headers, raw: Buffer.concat(chunks) });
      answer(response);
    }),
  );
  return `http://127.0.0.1:${port}/hook`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Ways extends Partial<HttpWebhookSenderOptions> {
  proxies?: ProxySettings;
  lookup?: Lookup;
}

function senderTo(target: string, { proxies = {}, lookup, ...options }: Ways = {}): HttpWebhookSender {
  const url = new URL(target);
  const dispatcher = webhookDispatcher(url.protocol, proxies, lookup);
  return new HttpWebhookSender({ url, secrets: () => ['secret'], dispatcher, clock: systemClock, ...options });
}

/** DNS as the test has it. */
const namesAre =
  (...addresses: string[]): Lookup =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('sending a webhook', () => {
  it('signs exactly the bytes it sends', async () => {
    const url = await receiver((response) => response.writeHead(204).end());
    expect(await senderTo(url).send({ id: 'rec_1', body })).toEqual({
      kind: 'answered',
      statusCode: 204,
      milliseconds: expect.any(Number),
    });
    const [first] = seen;
    if (first === undefined) throw new Error('nothing came');
    expect(JSON.parse(first.raw.toString())).toEqual(body);
    const at = Number(first.headers['webhook-timestamp']) * 1000;
    expect(first.headers).toMatchObject(signatureHeaders('rec_1', at, first.raw, ['secret']));
  });

  it("is verified by Standard Webhooks' own library with either of two secrets", async () => {
    const secrets = ['new', 'old'].map(
      (name) => `whsec_${Buffer.from(`${name}-secret-0123456789`).toString('base64')}`,
    );
    const url = await receiver((response) => response.writeHead(202).end());
    await senderTo(url, { secrets: () => secrets }).send({ id: 'rec_1', body });
    const [{ raw, headers } = { raw: Buffer.alloc(0), headers: {} }] = seen;
    for (const secret of secrets) {
      expect(new Webhook(secret).verify(raw.toString(), headers as Record<string, string>)).toEqual(body);
    }
    const other = `whsec_${Buffer.from('another-secret-0123456789').toString('base64')}`;
    expect(() => new Webhook(other).verify(raw.toString(), headers as Record<string, string>)).toThrow();
    const tampered = raw.toString().replace('"completed"', '"failed"');
    expect(() => new Webhook(secrets[0] ?? '').verify(tampered, headers as Record<string, string>)).toThrow();
  });

  it('signs each try by the secrets of its moment', async () => {
    const url = await receiver((response) => response.writeHead(202).end());
    let secret = 'before';
    const sender = senderTo(url, { secrets: () => [secret] });
    await sender.send({ id: 'rec_1', body });
    secret = 'after';
    await sender.send({ id: 'rec_1', body });
    const legacy = seen.map(({ headers }) => headers['x-webhook-signature']);
    expect(legacy).toEqual(
      ['before', 'after'].map(
        (each) => signatureHeaders('', 0, seen[0]?.raw ?? Buffer.alloc(0), [each])['x-webhook-signature'],
      ),
    );
  });

  it('does not follow a redirect', async () => {
    const url = await receiver((response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await senderTo(url).send({ id: 'rec_1', body })).toMatchObject({ kind: 'answered', statusCode: 307 });
    expect(seen.map((request) => request.url)).toEqual(['/hook']);
  });

  it('tells what Retry-After asks for, in seconds or as a date, a day at most', async () => {
    let asked = '999999';
    const url = await receiver((response) => response.writeHead(503, { 'retry-after': asked }).end());
    const sender = senderTo(url);
    expect(await sender.send({ id: 'rec_1', body })).toMatchObject({ statusCode: 503, retryAfterSeconds: 86_400 });
    asked = new Date(Date.now() + 600_000).toUTCString();
    const { retryAfterSeconds } = (await sender.send({ id: 'rec_1', body })) as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(500);
    expect(retryAfterSeconds).toBeLessThanOrEqual(600);
  });

  it('keeps a line of what the receiver said of a delivery that it did not take', async () => {
    const url = await receiver((response) => response.writeHead(401).end(`{"detail":"no\nsecret"}${'x'.repeat(9000)}`));
    const result = await senderTo(url).send({ id: 'rec_1', body });
    expect(result).toMatchObject({ statusCode: 401, detail: expect.stringMatching(/^\{"detail":"no secret"\}x+$/) });
    expect((result as { detail: string }).detail).toHaveLength(200);
  });

  it('says why there was no answer instead of throwing', async () => {
    const url = await receiver((response) => response.destroy());
    expect(await senderTo(url).send({ id: 'rec_1', body })).toMatchObject({ kind: 'unanswered' });
    const silent = await receiver(() => undefined);
    expect(await senderTo(silent, { timeoutMs: 50 }).send({ id: 'rec_1', body })).toMatchObject({
      kind: 'unanswered',
      error: 'no answer within 0.05 s',
    });
  });

  it('counts an answer that never ends among its time', async () => {
    const url = await receiver((response) => response.writeHead(500).write('and then'));
    const { milliseconds = 0 } = await senderTo(url, { timeoutMs: 80 }).send({ id: 'rec_1', body });
    expect(milliseconds).toBeLessThan(5000);
  });
});

describe('where a webhook goes', () => {
  it('is to the address that was checked, though the name means another one a moment later', async () => {
    const { port } = new URL(await receiver((response) => response.writeHead(202).end()));
    let asked = 0;
    const lookup: Lookup = (hostname, options, callback) =>
      namesAre(asked++ === 0 ? '127.0.0.1' : '169.254.169.254')(hostname, options, callback);
    const sender = senderTo(`http://maf.test:${port}/hook`, { lookup });
    expect(await sender.send({ id: 'rec_1', body })).toMatchObject({ statusCode: 202 });
    expect(await sender.send({ id: 'rec_1', body })).toEqual({
      kind: 'unanswered',
      error: 'maf.test: 169.254.169.254 is a linkLocal address',
      milliseconds: expect.any(Number),
    });
    expect(asked).toBe(2);
    expect(seen[0]?.headers.host).toBe(`maf.test:${port}`);
  });

  it('is nowhere if one of the addresses of a name is refused', async () => {
    const { port } = new URL(await receiver((response) => response.writeHead(202).end()));
    const mixed = senderTo(`http://maf.test:${port}/hook`, { lookup: namesAre('127.0.0.1', '169.254.170.2') });
    expect(await mixed.send({ id: 'rec_1', body })).toMatchObject({ kind: 'unanswered' });
    const open = senderTo('http://maf.test/hook', { lookup: namesAre('93.184.216.34') });
    expect(await open.send({ id: 'rec_1', body })).toMatchObject({ error: expect.stringContaining('takes https') });
    expect(seen).toEqual([]);
  });

  it('is through the proxy of the environment for https, unless NO_PROXY names the host', async () => {
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url);
      socket.end('HTTP/1.1 502 no\r\n\r\n');
    });
    const httpsProxy = `http://127.0.0.1:${await listen(proxy)}`;
    const url = 'https://maf.test/hook';
    const lookup = namesAre('169.254.169.254');

    const tunnelled = await senderTo(url, { proxies: { httpsProxy }, lookup }).send({ id: 'rec_1', body });
    const direct = await senderTo(url, { proxies: { httpsProxy, noProxy: 'maf.test' }, lookup }).send({
      id: 'rec_1',
      body,
    });

    expect(tunnels).toEqual(['maf.test:443']);
    expect(tunnelled.kind).toBe('unanswered');
    expect(direct).toMatchObject({ error: 'maf.test: 169.254.169.254 is a linkLocal address' });
  });

  it('is not through a proxy for http, which is for private addresses', async () => {
    const proxy = createServer((_request, response) => response.writeHead(500).end());
    const httpsProxy = `http://127.0.0.1:${await listen(proxy)}`;
    const url = await receiver((response) => response.writeHead(202).end());
    expect(await senderTo(url, { proxies: { httpsProxy } }).send({ id: 'rec_1', body })).toMatchObject({
      statusCode: 202,
    });
  });

  it('keeps no connection between two tries', async () => {
    const url = await receiver((response) => response.writeHead(202).end());
    const ports = new Set<number | undefined>();
    servers[0]?.on('connection', (socket) => ports.add(socket.remotePort));
    const sender = senderTo(url);
    for (let tries = 0; tries < 3; tries++) await sender.send({ id: 'rec_1', body });
    expect(ports.size).toBe(3);
  });
});
