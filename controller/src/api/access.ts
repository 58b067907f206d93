import type { FastifyRequest } from 'fastify';
import { type ApiTokens, opens, type Scope } from './api-tokens.ts';
import { isLoopback } from './assert-bindable.ts';
import { RECORDER_TOKEN_PREFIX, type RecorderClaims, verifyRecorderToken } from './recorder-token.ts';
import { ApiError } from './status-error.ts';

/** Who is asking. */
export type Principal = { kind: 'user'; scope: Scope } | { kind: 'recorder'; claims: RecorderClaims };

/** Who may use a route: anybody, a user of a scope, a Meeting's own recorder. */
export interface Access {
  scope?: Scope | 'anybody';
  /** true: also the recorder of the Meeting in the path. */
  recorder?: boolean;
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
  tokens: ApiTokens;
  recorderTokenKey: Uint8Array;
  /** The old joins need no token. */
  allowAnonymousJoin: boolean;
}

/**
 * Who sent the request, if it may use its route.
 * @throws ApiError `Unauthorized` or `Forbidden`
 */
export function authorize(request: FastifyRequest, control: AccessControl): Principal | undefined {
  const { scope = 'read', recorder = false } = request.routeOptions.config.access ?? {};
  if (scope === 'anybody') return undefined;
  const principal = authenticate(request, control);
  if (principal === undefined) {
    if (scope === 'join' && control.allowAnonymousJoin) return undefined;
    throw new ApiError('Unauthorized', 'a bearer token is required');
  }
  if (principal.kind === 'user') {
    if (opens(principal.scope, scope)) return principal;
    throw new ApiError('Forbidden', `the token's scope is ${principal.scope}, this takes ${scope}`);
  }
  const { ns, name } = request.params as { ns?: string; name?: string };
  if (recorder && principal.claims.namespace === ns && principal.claims.name === name) return principal;
  throw new ApiError('Forbidden', "a recorder's token opens its own Meeting only");
}

function authenticate(request: FastifyRequest, control: AccessControl): Principal | undefined {
  const token = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token?.startsWith(RECORDER_TOKEN_PREFIX)) {
    const claims = verifyRecorderToken(control.recorderTokenKey, token);
    if (claims === undefined) throw new ApiError('Unauthorized', 'the token is not valid');
    return { kind: 'recorder', claims };
  }
  if (control.tokens.isEmpty) {
    // Whoever can name us by another host is not on this machine: a page whose DNS name was turned to us.
    if (isLoopback(request.hostname)) return { kind: 'user', scope: 'admin' };
    throw new ApiError('Forbidden', 'without API_TOKENS the API is for this machine only');
  }
  if (token === undefined) return undefined;
  const scope = control.tokens.scopeOf(token);
  if (scope === undefined) throw new ApiError('Unauthorized', 'the token is not valid');
  return { kind: 'user', scope };
}
