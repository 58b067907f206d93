import type { Clock } from '@meetingbot/crds-schema';
import type { FastifyRequest } from 'fastify';
import { type CurrentTokens, type Grant, opens, type Scope } from './api-tokens.ts';
import { isLoopback } from './assert-bindable.ts';
import type { RateLimit } from './rate-limit.ts';
import { RECORDER_TOKEN_PREFIX, type RecorderClaims, verifyRecorderToken } from './recorder-token.ts';
import { ApiError } from './status-error.ts';

/** Without tokens: whoever is on this machine. */
const LOCAL = 'local';

/** Who is asking. */
export type Principal = ({ kind: 'user' } & Grant) | { kind: 'recorder'; claims: RecorderClaims };

/** Who may use a route: anybody, a user of a scope, a Meeting's own recorder. */
export interface Access {
  scope?: Scope | 'anybody';
  /** true: also the recorder of the Meeting in the path. */
  recorder?: boolean;
  /** true: it reaches over all namespaces, which no token does that is bound to one. */
  everywhere?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** @default users who may read */
    access?: Access;
    /** true: errors as the old bot's `{success: false, error}`. */
    isLegacy?: boolean;
  }
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

export interface AccessControl {
  tokens: CurrentTokens;
  recorderTokenKey: Uint8Array;
  /** The old joins need no token. */
  allowAnonymousJoin: boolean;
  limit: RateLimit;
  clock: Pick<Clock, 'monotonic'>;
}

/**
 * Who sent the request, if it may use its route.
 * @throws ApiError `Unauthorized`, `Forbidden` or `TooManyRequests`
 */
export function authorize(request: FastifyRequest, control: AccessControl): Principal | undefined {
  const { scope = 'meetings:read', recorder = false, everywhere = false } = request.routeOptions.config.access ?? {};
  if (scope === 'anybody') return undefined;
  const principal = identify(request, control);
  if (principal === undefined) {
    if (scope === 'meetings:join' && control.allowAnonymousJoin) return undefined;
    throw new ApiError('Unauthorized', 'a bearer token is required');
  }
  const { ns, name } = request.params as { ns?: string; name?: string };
  if (principal.kind === 'user') {
    if (!opens(principal.scope, scope)) {
      throw new ApiError('Forbidden', `the token's scope is ${principal.scope}, this takes ${scope}`);
    }
    const bound = principal.namespace;
    if (bound !== undefined && (everywhere || (ns !== undefined && ns !== bound))) {
      throw new ApiError('Forbidden', `the token opens namespace ${bound} only`);
    }
    return principal;
  }
  if (recorder && principal.claims.namespace === ns && principal.claims.name === name) return principal;
  throw new ApiError('Forbidden', "a recorder's token (status:write) opens its own Meeting only");
}

/** Who it is; each sender has so many requests, and who is refused has as many tries. */
function identify(request: FastifyRequest, control: AccessControl): Principal | undefined {
  const { clock, limit } = control;
  const count = (sender: string) => {
    const retryAfterSeconds = limit.take(sender, clock.monotonic());
    if (retryAfterSeconds === undefined) return;
    throw new ApiError('TooManyRequests', 'too many requests, please try again later', { retryAfterSeconds });
  };
  let principal: Principal | undefined;
  try {
    principal = authenticate(request, control);
  } catch (error) {
    count(`refused ${request.ip}`);
    throw error;
  }
  if (principal === undefined) count(`anonymous ${request.ip}`);
  else if (principal.kind === 'recorder') count(`recorder ${principal.claims.namespace}/${principal.claims.name}`);
  else if (principal.id !== LOCAL) count(principal.id);
  return principal;
}

function authenticate(request: FastifyRequest, control: AccessControl): Principal | undefined {
  const token = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token?.startsWith(RECORDER_TOKEN_PREFIX)) {
    const claims = verifyRecorderToken(control.recorderTokenKey, token);
    if (claims === undefined) throw new ApiError('Unauthorized', 'the token is not valid');
    return { kind: 'recorder', claims };
  }
  if (control.tokens.current.isEmpty) {
    // Whoever can name us by another host is not on this machine: a page whose DNS name was turned to us.
    if (isLoopback(request.hostname)) return { kind: 'user', scope: 'meetings:write', id: LOCAL };
    throw new ApiError('Forbidden', 'without API_TOKENS the API is for this machine only');
  }
  if (token === undefined) return undefined;
  const grant = control.tokens.current.grantOf(token);
  if (grant === undefined) throw new ApiError('Unauthorized', 'the token is not valid');
  return { kind: 'user', ...grant };
}
