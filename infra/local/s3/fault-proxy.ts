import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, systemClock } from '@meetingbot/crds-schema';
import { corruptByte, cutAfter, throttle } from './fault-streams.ts';
import { xmlDocument } from './xml.ts';

/** What goes wrong with a request. */
export type Fault =
  /** It is forwarded `ms` milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Its body and the answer's take their time. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** It is answered with an error of S3 and not forwarded. */
  | { readonly kind: 'error'; readonly status: number; readonly code: string }
  /** The connection is reset after `afterBytes` of its body (0: at once); what came before was forwarded. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** It is carried out, and the connection is reset in place of the answer. */
  | { readonly kind: 'answer-lost' }
  /** One byte of its body is another when it arrives. */
  | { readonly kind: 'corrupt' };

/** A request as rules and tests see it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
}

export interface FaultRule {
  readonly fault: Fault;
  /** Which requests; all when absent. */
  readonly match?: (request: SeenRequest) => boolean;
  /** How many of them; all when absent. */
  readonly times?: number;
  /** For how long, in milliseconds from now; until removed when absent. */
  readonly forMs?: number;
}

export interface FaultProxy {
  readonly url: string;
  /** The requests since the start, oldest first. */
  readonly seen: readonly SeenRequest[];
  /** Adds a rule; several may meet in one request. Returns what removes it. */
  inject(rule: FaultRule): () => void;
  /** Removes all rules. */
  heal(): void;
  /** Connections are refused, and those open are reset, until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Matches the uploads of parts. */
export const uploadsPart = ({ method, url }: SeenRequest): boolean => method === 'PUT' && /[?&]partNumber=/.test(url);

/** 503 SlowDown, S3's way to say that it is asked too much. */
export const SLOW_DOWN: Fault = { kind: 'error', status: 503, code: 'SlowDown' };

/** Which byte of a body `corrupt` changes: behind the framing that the SDK puts in front of streams. */
const CORRUPT_AT = 1000;

interface ActiveRule extends FaultRule {
  used: number;
  readonly expires: number;
}

/**
 * An HTTP proxy in front of an endpoint of the embedded stack that fails as it is told: for tests.
 * @param options.target the endpoint, `http://host:port`
 */
export async function createFaultProxy(options: { target: string; clock?: Clock }): Promise<FaultProxy> {
  const { target, clock = systemClock } = options;
  const rules = new Set<ActiveRule>();
  const seen: SeenRequest[] = [];

  function faultsOf(request: SeenRequest): Fault[] {
    const applying = [...rules].filter(
      ({ match, times = Number.POSITIVE_INFINITY, used, expires }) =>
        used < times && clock.monotonic() < expires && (match?.(request) ?? true),
    );
    for (const rule of applying) rule.used += 1;
    return applying.map(({ fault }) => fault);
  }

  const server = createServer((request, response) => {
    const { method = 'GET', url = '/' } = request;
    seen.push({ method, url });
    // A connection that either side gives up is part of the game.
    pass({ request, response, target: new URL(target), faults: faultsOf({ method, url }), clock }).catch(() =>
      response.destroy(),
    );
  });
  server.requestTimeout = 0;
  let port = 0;
  const listen = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const goAway = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    inject(rule) {
      const active = { ...rule, used: 0, expires: clock.monotonic() + (rule.forMs ?? Number.POSITIVE_INFINITY) };
      rules.add(active);
      return () => void rules.delete(active);
    },
    heal: () => rules.clear(),
    goAway,
    comeBack: listen,
    close: goAway,
  };
}

interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: URL;
  readonly faults: readonly Fault[];
  readonly clock: Clock;
}

async function pass({ request, response, target, faults, clock }: Passage): Promise<void> {
  const reset = () => request.socket.resetAndDestroy();
  const requestStages: Duplex[] = [];
  const responseStages: Duplex[] = [];
  for (const fault of faults) {
    switch (fault.kind) {
      case 'delay':
        await clock.sleep(fault.ms);
        break;
      case 'bandwidth':
        requestStages.push(throttle(fault.bytesPerSecond, clock));
        responseStages.push(throttle(fault.bytesPerSecond, clock));
        break;
      case 'error':
        answerWithError(response, fault);
        return;
      case 'reset':
        if (fault.afterBytes === 0) {
          reset();
          return;
        }
        requestStages.push(cutAfter(fault.afterBytes, reset));
        break;
      case 'answer-lost':
        break;
      case 'corrupt':
        requestStages.push(
          corruptByte(Math.min(CORRUPT_AT, Number(request.headers['content-length'] ?? Infinity) - 1)),
        );
        break;
    }
  }
  const { expect: _expect, ...headers } = request.headers;
  const upstream = forward(new URL(request.url ?? '/', target), { method: request.method, headers, agent: false });
  request.once('close', () => {
    if (!request.complete) upstream.destroy();
  });
  const answered = once(upstream, 'response') as Promise<[IncomingMessage]>;
  await Promise.all([pipeline([request, ...requestStages, upstream]), answered]);
  const [answer] = await answered;
  if (faults.some(({ kind }) => kind === 'answer-lost')) {
    reset();
    return;
  }
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline([answer, ...responseStages, response]);
}

function answerWithError(response: ServerResponse, { status, code }: Fault & { kind: 'error' }): void {
  const body = xmlDocument('Error', { Code: code, Message: `${code}, as the test asked` }, { namespace: false });
  response.writeHead(status, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
  response.req.resume();
}
