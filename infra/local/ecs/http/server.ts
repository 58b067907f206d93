import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '@meetingbot/crds-schema';
import { EcsError, serverError, throttled } from '../errors.ts';
import { operations } from '../operations/index.ts';
import type { Injected, World } from '../operations/world.ts';
import { Fields } from '../protocol/fields.ts';
import { adminRequest } from './admin.ts';
import { requireSignature } from './authorization.ts';
import { readBody, sendError, sendJson } from './exchange.ts';
import { type Fault, type Faults, faultError } from './faults.ts';

export interface ServerDeps {
  readonly world: World;
  readonly faults: Faults;
  readonly log: Logger;
}

const targetPrefix = 'AmazonEC2ContainerServiceV20141113.';

/** ECS's own protocol on `POST /`, and the admin surface for tests on the paths that begin with `/_`. */
export function buildServer(deps: ServerDeps): Server {
  return createServer((request, response) => {
    deps.world.tasks.forgetOld();
    const handle = request.url?.startsWith('/_') ? adminRequest : ecsRequest;
    handle(request, response, deps).catch((error: unknown) => {
      if (!(error instanceof EcsError)) deps.log.error({ err: error, url: request.url }, 'a request failed');
      if (response.destroyed || response.headersSent) return;
      sendError(response, error instanceof EcsError ? error : serverError('An internal error occurred.'));
    });
  });
}

async function ecsRequest(request: IncomingMessage, response: ServerResponse, deps: ServerDeps): Promise<void> {
  const body = await readBody(request);
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
  const operation = operations.get(name);
  if (request.method !== 'POST' || operation === undefined) {
    throw new EcsError('UnknownOperationException', `Unknown operation: ${target === '' ? 'no x-amz-target' : target}`);
  }
  requireSignature(request.headers.authorization, deps.world.place.region);

  const fault = deps.faults.take(name);
  if (fault?.kind === 'throttle') throw throttled();
  if (fault?.kind === 'error') throw faultError(fault);
  if (fault?.kind === 'dropBefore') {
    request.socket.destroy();
    return;
  }
  const answer = operation(Fields.parse(body), deps.world, injectedBy(fault));
  if (fault?.kind === 'errorAfter') throw faultError(fault);
  if (fault?.kind === 'dropAfter') {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'hangAfter') {
    await waitOrHangUp(deps, response, fault.ms);
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'delay') await waitOrHangUp(deps, response, fault.ms ?? 0);
  if (!response.destroyed) sendJson(response, 200, answer);
}

function injectedBy(fault: Fault | undefined): Injected {
  if (fault?.kind === 'capacity') return { capacityReason: fault.message ?? noCapacity };
  if (fault?.kind === 'delayedVisibility') return { visibilityDelayMs: fault.ms ?? 2_000 };
  return {};
}

/** Fargate's words. Source: ECS developer guide, "API failures messages". */
const noCapacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';

/** Waits `ms` milliseconds, without end where absent, or until the caller hangs up. */
async function waitOrHangUp(deps: ServerDeps, response: ServerResponse, ms: number | undefined): Promise<void> {
  const over = new AbortController();
  const hungUp = new Promise<void>((resolve) => response.once('close', () => resolve()));
  const waited = ms === undefined ? [] : [deps.world.clock.sleep(ms, over.signal).catch(() => undefined)];
  await Promise.race([hungUp, ...waited]);
  over.abort();
}
