import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PrivateHosts, silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';
import { type HostMapping, hostMapping } from './host-mapping.ts';

let site: Server;
let port: number;
let proxy: EgressProxy;
const seen: string[] = [];

beforeEach(async () => {
  site = createServer((message, answer) => {
    seen.push(`${message.method} ${message.url} ${message.headers.host} ${message.headers['proxy-connection'] ?? '-'}`);
    message.pipe(answer);
    if (message.method === 'GET') answer.end('hello');
  });
  site.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhi'));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  port = (site.address() as AddressInfo).port;
});
afterEach(async () => {
  await proxy.close();
  site.closeAllConnections();
  site.close();
  seen.length = 0;
});

async function start(
  privateHosts?: string,
  names: Record<string, string[][]> = {},
  mapping: HostMapping = (asked) => asked,
): Promise<void> {
  const asked: Record<string, number> = {};
  proxy = await startEgressProxy({
    rules: new PrivateHosts(privateHosts),
    logger: silentLogger,
    mapping,
    lookup: async (host) => {
      const answers = names[host];
      if (answers === undefined) throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
      asked[host] = (asked[host] ?? -1) + 1;
      const addresses = answers[Math.min(asked[host], answers.length - 1)] ?? [];
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  });
}

async function get(url: string, body?: string): Promise<{ status: number; text: string }> {
  const { hostname, port: proxyPort } = new URL(proxy.url);
  const message = request({
    host: hostname,
    port: proxyPort,
    path: url,
    method: body === undefined ? 'GET' : 'POST',
    headers: { host: new URL(url).host, 'proxy-connection': 'keep-alive' },
  });
  message.end(body);
  const [answer] = await once(message, 'response');
  let text = '';
  for await (const piece of answer) text += piece;
  return { status: answer.statusCode, text };
}

async function tunnel(authority: string): Promise<{ status: string; socket: Socket }> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const [head] = await once(socket, 'data');
  return { status: String(head).split(' ')[1] ?? '', socket };
}

describe('the egress proxy', () => {
  it('hands on a plain request and its answer', async () => {
    await start('127.0.0.0/8');
    const answer = await get(`http://127.0.0.1:${port}/a?b=c`);
    expect(answer).toEqual({ status: 200, text: 'hello' });
    expect(seen).toEqual([`GET /a?b=c 127.0.0.1:${port} -`]);
  });

  it('hands on a body', async () => {
    await start('127.0.0.0/8');
    expect(await get(`http://127.0.0.1:${port}/`, 'what I say')).toEqual({ status: 200, text: 'what I say' });
  });

  it('makes tunnels, as for https and web sockets', async () => {
    await start('meet.test', { 'meet.test': [['127.0.0.1']] });
    const { status, socket } = await tunnel(`meet.test:${port}`);
    expect(status).toBe('200');
    socket.write('GET / HTTP/1.1\r\nHost: meet.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('101 Switching Protocols');
    socket.destroy();
  });

  it('refuses loopback by default, by address and by name, plain and tunnelled', async () => {
    await start(undefined, { 'meet.test': [['127.0.0.1', '::1']] });
    expect((await get(`http://127.0.0.1:${port}/`)).status).toBe(403);
    expect((await get(`http://meet.test:${port}/`)).status).toBe(403);
    expect((await tunnel(`meet.test:${port}`)).status).toBe('403');
    expect((await tunnel(`[::1]:${port}`)).status).toBe('403');
    expect(seen).toEqual([]);
    expect(proxy.failureOf('meet.test')).toBe('Refused');
  });

  it('refuses the credential endpoint of ECS even where all private addresses are allowed', async () => {
    await start('0.0.0.0/0,::/0,creds.test', { 'creds.test': [['169.254.170.2']] });
    expect((await get('http://169.254.170.2/v2/credentials')).status).toBe(403);
    expect((await get('http://creds.test/v2/credentials')).status).toBe(403);
    expect((await tunnel('[::ffff:169.254.170.2]:80')).status).toBe('403');
  });

  it('connects to the address it checked, also when the name has another one a moment later', async () => {
    await start('127.0.0.1', { 'rebind.test': [['127.0.0.1'], ['169.254.170.2']] });
    expect((await get(`http://rebind.test:${port}/`)).status).toBe(200);
    expect((await get(`http://rebind.test:${port}/`)).status).toBe(403);
  });

  it('uses the permitted one of several addresses', async () => {
    await start('127.0.0.1', { 'meet.test': [['169.254.1.1', '127.0.0.1']] });
    expect((await get(`http://meet.test:${port}/`)).status).toBe(200);
  });

  it('goes where the operator maps a host, plain and tunnelled, if it may go there', async () => {
    const mapping = hostMapping([`--host-resolver-rules=MAP meet.test 127.0.0.1:${port}, MAP no.test ~NOTFOUND`]);
    await start('127.0.0.0/8', {}, mapping);
    expect(await get('http://meet.test/a')).toEqual({ status: 200, text: 'hello' });
    expect((await tunnel('meet.test:443')).status).toBe('200');
    expect(seen).toEqual(['GET /a meet.test -']);
    await get('http://no.test/');
    expect(proxy.failureOf('no.test')).toBe('NoSuchHost');
    await proxy.close();

    await start(undefined, {}, mapping);
    expect((await get('http://meet.test/a')).status).toBe(403);
  });

  it('says which host does not exist', async () => {
    await start();
    expect((await get('http://nowhere.test/')).status).toBe(502);
    expect(proxy.failureOf('nowhere.test')).toBe('NoSuchHost');
  });

  it('says which host does not answer, and forgets it when it does', async () => {
    await start('127.0.0.0/8');
    const { port: free } = await closedPort();
    expect((await tunnel(`127.0.0.1:${free}`)).status).toBe('502');
    expect(proxy.failureOf('127.0.0.1')).toBe('Unreachable');
    await get(`http://127.0.0.1:${port}/`);
    expect(proxy.failureOf('127.0.0.1')).toBeUndefined();
  });

  it('takes nothing but proxy requests', async () => {
    await start('127.0.0.0/8');
    const answer = await fetch(`${proxy.url}/direct`);
    expect(answer.status).toBe(400);
    expect((await tunnel('a:b:c')).status).toBe('400');
  });

  it('ends open tunnels when it is closed', async () => {
    await start('127.0.0.0/8');
    const { socket } = await tunnel(`127.0.0.1:${port}`);
    await Promise.all([once(socket, 'close'), proxy.close()]);
    expect(socket.destroyed).toBe(true);
  });
});

async function closedPort(): Promise<AddressInfo> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return address;
}
