import { createSocket, type Socket as Datagrams } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { PrivateHosts, silentLogger } from '@meetingbot/crds-schema';
import { type EgressProxy, startEgressProxy } from '../browser/index.ts';

/** Stands for the public internet: the one address of loopback that the browser may reach. */
const PUBLIC = '127.0.0.7';
/** What stands behind closed doors. */
export const SECRET = 'AKIA-canary-5f3a91';
/** The page is one colour inside a frame of another, so that whatever is drawn over it shows. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>hostile</title><link rel="icon" href="data:,">
<style>html,body{margin:0;height:100%;background:#f00;overflow:hidden}b{position:absolute;inset:4px;background:#00f}</style><b></b>
<script type="module">${scriptOf('page.js')}</script><script type="module">${scriptOf('acts.js')}</script>`;
/** In the page itself: where a name has changed its address, nothing more of it comes. */
function scriptOf(file: string): string {
  // An element of that name inside a string of the script would end it.
  return readFileSync(new URL(`./${file}`, import.meta.url), 'utf8').replaceAll('</script', '<\\/script');
}

/** Reads what it was registered to read, and tells the page. */
const WORKER = `const url = new URL(location).searchParams.get('read');
addEventListener('message', ({ source }) => fetch(url).then((it) => it.text(), String).then((text) => source.postMessage({ url, text })));`;

/** What the proxy was asked to connect to, and what it said. */
export interface Asked {
  readonly host: string;
  readonly address: string;
  readonly permitted: boolean;
}

export interface Datagram {
  readonly at: string;
  /** By its magic cookie, RFC 8489 §5. */
  readonly isStun: boolean;
}

/** A hostile site on what stands for the internet, canaries on what is closed, and the proxy in between. */
export interface Ground {
  readonly proxy: EgressProxy;
  readonly port: number;
  readonly origin: string;
  readonly asked: Asked[];
  /** Every connection that came to a canary, and what it asked for. */
  readonly reached: string[];
  /** Every datagram that did. */
  readonly datagrams: Datagram[];
  /** Addresses of this machine where canaries are: loopback, and its own private ones where it has such. */
  readonly inner: readonly string[];
  close(): Promise<void>;
}

type Heard = Pick<Ground, 'reached' | 'datagrams'>;

/** Names, and what they resolve to at the first question, the second, and all further ones. */
const NAMES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'evil.test': [[PUBLIC]],
  'ec2.test': [['169.254.169.254']],
  'ecs.test': [['169.254.170.2']],
  'six.test': [['fd00:ec2::254']],
  'ten.test': [['10.0.0.1']],
  'inner.test': [['127.0.0.2']],
  'many.test': [['169.254.170.2', '127.0.0.2', '::1']],
  localhost: [['127.0.0.1', '::1']],
  // DNS rebinding: a public address to begin with, then another one under the same name.
  'rebind.test': [[PUBLIC], ['127.0.0.2']],
  'rebind-ecs.test': [[PUBLIC], ['169.254.170.2']],
  'rebind-both.test': [[PUBLIC], ['127.0.0.2', '169.254.170.2']],
};

export async function prepareGround(): Promise<Ground> {
  const heardOf: Heard = { reached: [], datagrams: [] };
  const inner = ['127.0.0.1', '127.0.0.2', '::1', ...ownPrivateAddresses()];
  const { site, canaries, port } = await occupy(inner, heardOf);
  const asked: Asked[] = [];
  const proxy = await startEgressProxy({ rules: heard(asked), logger: silentLogger, lookup: resolver() });
  return {
    ...{ ...heardOf, proxy, port, asked, inner, origin: `http://evil.test:${port}` },
    async close() {
      await proxy.close();
      site.closeAllConnections();
      site.close();
      for (const canary of canaries) canary.close();
    },
  };
}

/** Site and canaries on one port, which is free at each of their addresses. */
async function occupy(inner: readonly string[], heardOf: Heard, tries = 5): ReturnType<typeof occupied> {
  try {
    return await occupied(inner, heardOf);
  } catch (error) {
    if (tries === 1) throw error;
    return occupy(inner, heardOf, tries - 1);
  }
}

async function occupied(
  inner: readonly string[],
  heardOf: Heard,
): Promise<{ site: Server; canaries: (Server | Datagrams)[]; port: number }> {
  const site = createServer(answerAsSite).listen(0, PUBLIC);
  await once(site, 'listening');
  const { port } = site.address() as AddressInfo;
  const made = await Promise.allSettled(inner.map((host) => canaryAt(host, port, heardOf)));
  const canaries = made.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = made.find((each) => each.status === 'rejected');
  if (failed === undefined) return { site, canaries, port };
  for (const each of [site, ...canaries]) each.close();
  throw failed.reason;
}

/** The rules as they are, with an ear on them. */
function heard(asked: Asked[]): Pick<PrivateHosts, 'permitsAddress'> {
  const rules = new PrivateHosts(PUBLIC);
  return {
    permitsAddress(host, address) {
      const permitted = rules.permitsAddress(host, address);
      asked.push({ host, address, permitted });
      return permitted;
    },
  };
}

function resolver(): (host: string) => Promise<readonly LookupAddress[]> {
  const questions = new Map<string, number>();
  return async (host) => {
    // Each way has a name of its own below one of these, by which it is told from the others.
    const name = Object.keys(NAMES).find((known) => host === known || host.endsWith(`.${known}`));
    if (name === undefined) throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
    const answers = NAMES[name] ?? [];
    const question = questions.get(host) ?? 0;
    questions.set(host, question + 1);
    const addresses = answers[Math.min(question, answers.length - 1)] ?? [];
    return addresses.map((address) => ({ address, family: isIP(address) }));
  };
}

function answerAsSite({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, `http://${headers.host}`);
  const to = searchParams.get('to');
  const send = (type: string, body: string, more = {}) =>
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...more }).end(body);
  if (to !== null) response.writeHead(302, { location: to, 'access-control-allow-origin': '*' }).end();
  else if (pathname === '/loot') {
    send('application/octet-stream', 'loot', { 'content-disposition': 'attachment; filename=loot-header.bin' });
  } else if (pathname === '/worker.js') send('text/javascript', WORKER, { 'service-worker-allowed': '/' });
  else send('text/html', PAGE);
}

/** Something private: whoever comes is written down, and gets what should never be got. */
async function canaryAt(
  host: string,
  port: number,
  { reached, datagrams: received }: Heard,
): Promise<(Server | Datagrams)[]> {
  const server = createServer(({ method, url }, response) => {
    reached.push(`tcp ${host}: ${method} ${url}`);
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' }).end(SECRET);
  });
  server.on('connection', () => reached.push(`tcp ${host}: a connection`));
  const datagrams = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  datagrams.on('message', (message) => {
    received.push({ at: host, isStun: message.length >= 20 && message.readUInt32BE(4) === 0x2112a442 });
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
    datagrams.bind(port, host);
    await once(datagrams, 'listening');
    return [server, datagrams];
  } catch (error) {
    // A machine without IPv6 has no such canary, and nothing there that could be got.
    if (host === '::1') return [];
    throw error;
  }
}

/** Addresses that this machine has in a private network, one of each kind; those of a link would need its name, too. */
function ownPrivateAddresses(): string[] {
  const rules = new PrivateHosts(undefined);
  const isOurs = ({ internal, address, scopeid = 0 }: NetworkInterfaceInfo) =>
    !internal && scopeid === 0 && !rules.permitsAddress(address, address);
  const own = Object.values(networkInterfaces()).flatMap((each) => each?.filter(isOurs) ?? []);
  return ['IPv4', 'IPv6'].flatMap((kind) => own.find(({ family }) => family === kind)?.address ?? []);
}
