import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Logger, type PrivateHosts, withoutBrackets } from '@meetingbot/crds-schema';
import type { HostMapping } from './host-mapping.ts';

/** How long a connection may take to be made, in milliseconds. */
const CONNECT_MS = 15_000;
/** Failures of hosts that are remembered for messages. */
const MAX_FAILURES = 100;
/** Headers that concern one hop only (RFC 9110 §7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'upgrade'];

/** Why a host could not be reached. */
export type EgressFailure = 'Refused' | 'NoSuchHost' | 'Unreachable';

/** All of the browser's HTTP, HTTPS and WebSocket traffic goes through here, and its WebRTC over TCP. */
export interface EgressProxy {
  /** As `--proxy-server` wants it: http://127.0.0.1:port */
  readonly url: string;
  /** Why `host` (as in a URL) could not be reached the last time; undefined where it could. */
  failureOf(host: string): EgressFailure | undefined;
  /** Ends it with all its connections. */
  close(): Promise<void>;
}

export interface EgressProxyDeps {
  readonly rules: Pick<PrivateHosts, 'permitsAddress'>;
  readonly logger: Logger;
  /** Resolves a name to all its addresses; default is the system's resolver. */
  readonly lookup?: (host: string) => Promise<readonly LookupAddress[]>;
  /** Where hosts are instead of where they say; what they are mapped to has to be permitted all the same. */
  readonly mapping?: HostMapping;
}

/** What may be connected to. */
interface Destination {
  readonly addresses: LookupAddress[];
  readonly port: number;
}

class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly failure: EgressFailure;
  constructor(failure: EgressFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/**
 * A forward proxy on loopback. It resolves names itself, keeps to the addresses that the rules permit and connects to
 * those very addresses, so that a name whose address changes between check and use (DNS rebinding) opens nothing.
 *
 * WebRTC's UDP does not come through here. A page can have STUN packets sent to any address, and learns only what answers
 * in STUN or DTLS: nothing that speaks HTTP, as the credential endpoints do, can be asked or read. Chromium's own checks
 * of local networks (LocalNetworkAccessChecksWebRTC) do not help: behind a proxy it does not know where a page is from, and
 * permits. Where even that is too much: `--webrtc-ip-handling-policy=disable_non_proxied_udp` in CHROME_EXTRA_ARGS
 * (conferences then have TURN over TCP, through here), or the network (security group).
 */
export async function startEgressProxy({ rules, logger, lookup, mapping }: EgressProxyDeps): Promise<EgressProxy> {
  const resolve = lookup ?? ((host: string) => systemLookup(host, { all: true }));
  const permits = (host: string, address: string) => rules.permitsAddress(host, address);
  const failures = new Map<string, EgressFailure>();
  const tunnels = new Set<Duplex>();

  async function destinationOf(host: string, port: number): Promise<Destination> {
    const asked = { host, port };
    const real = mapping === undefined ? asked : mapping(asked);
    if (real === undefined) throw new EgressError('NoSuchHost', `${host} is mapped to nowhere`);
    const family = isIP(real.host);
    const found = family > 0 ? [{ address: real.host, family }] : await resolve(real.host).catch(noSuchHost(real.host));
    const addresses = found.filter(({ address }) => permits(host, address) || permits(real.host, address));
    if (addresses.length === 0)
      throw new EgressError('Refused', `${host} has no address that may be reached from here`);
    return { addresses, port: real.port };
  }

  function note(host: string, error: unknown): EgressFailure {
    const failure = error instanceof EgressError ? error.failure : 'Unreachable';
    if (failures.get(host) !== failure) logger.warn({ host, failure, error: String(error) }, 'egress failed');
    if (failures.size >= MAX_FAILURES) failures.clear();
    failures.set(host, failure);
    return failure;
  }

  async function tunnel(message: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const target = URL.parse(`http://${message.url}`);
    client.on('error', () => client.destroy());
    if (target === null) {
      client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    const host = withoutBrackets(target.hostname);
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    try {
      const upstream = await open(await destinationOf(host, Number(target.port || 80)));
      failures.delete(host);
      upstream.on('error', () => client.destroy());
      upstream.once('close', () => client.destroy());
      client.once('close', () => upstream.destroy());
      if (client.destroyed) upstream.destroy();
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    } catch (error) {
      const refused = note(host, error) === 'Refused';
      client.end(`HTTP/1.1 ${refused ? '403 Forbidden' : '502 Bad Gateway'}\r\nContent-Length: 0\r\n\r\n`);
    }
  }

  async function forward(message: IncomingMessage, answer: ServerResponse): Promise<void> {
    const target = URL.parse(message.url ?? '');
    if (target?.protocol !== 'http:') {
      answer.writeHead(400).end('This is a proxy: an absolute http URL is wanted.');
      return;
    }
    const host = withoutBrackets(target.hostname);
    try {
      const { addresses, port } = await destinationOf(host, Number(target.port || 80));
      const upstream = request({
        host,
        port,
        method: message.method,
        path: `${target.pathname}${target.search}`,
        headers: endToEnd(message.headers),
        setHost: false,
        lookup: fixedLookup(addresses),
        agent: false,
      });
      upstream.setTimeout(CONNECT_MS, () => {
        if (upstream.socket?.connecting !== false) upstream.destroy(new Error('time-out'));
      });
      upstream.once('response', (response) => {
        failures.delete(host);
        answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
        response.on('error', () => answer.destroy());
        response.pipe(answer);
      });
      upstream.once('error', (error) => fail(answer, note(host, error), host));
      answer.once('close', () => upstream.destroy());
      message.pipe(upstream);
    } catch (error) {
      fail(answer, note(host, error), host);
    }
  }

  const server = createServer((message, answer) => void forward(message, answer));
  server.on('connect', (message, client, head) => void tunnel(message, client, head));
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failureOf: (host) => failures.get(withoutBrackets(host)),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
        for (const client of tunnels) client.destroy();
      }),
  };
}

function noSuchHost(host: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const failure = error.code === 'ENOTFOUND' ? 'NoSuchHost' : 'Unreachable';
    throw new EgressError(failure, `${host}: ${error.code ?? error.message}`);
  };
}

/** A resolver that knows one answer: what was checked is what is connected to. */
function fixedLookup(addresses: LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, addresses);
    else done(null, first?.address ?? '', first?.family);
  };
}

function open({ addresses, port }: Destination): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: 'checked', port, lookup: fixedLookup(addresses) });
    socket.setNoDelay(true);
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('time-out')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function endToEnd<H extends IncomingMessage['headers']>(headers: H): H {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name))) as H;
}

function fail(answer: ServerResponse, failure: EgressFailure, host: string): void {
  if (answer.headersSent) {
    answer.destroy();
    return;
  }
  answer.writeHead(failure === 'Refused' ? 403 : 502, { 'content-type': 'text/plain', 'x-egress-failure': failure });
  answer.end(`Meeting Bot: ${host}: ${failure}`);
}
