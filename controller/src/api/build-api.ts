import Fastify, { type FastifyInstance } from 'fastify';
import { authorize } from './access.ts';
import { ApiTokens } from './api-tokens.ts';
import { addBodyParsers } from './body-parser.ts';
import type { ApiDeps } from './deps.ts';
import { addDiscoveryRoutes } from './discovery-routes.ts';
import { addDocsRoutes } from './docs/docs-routes.ts';
import { addEventRoutes } from './event-routes.ts';
import { addJoinRoutes } from './join-routes.ts';
import { addMeetingReadRoutes } from './meeting-read-routes.ts';
import { MeetingService } from './meeting-service.ts';
import { addMeetingWriteRoutes } from './meeting-write-routes.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { addProbeRoutes } from './probe-routes.ts';
import { RateLimit } from './rate-limit.ts';
import { describeRequest, subjectOfClaims } from './request-subject.ts';
import { addResendRoutes } from './resend-routes.ts';
import { ApiError } from './status-error.ts';
import { addStatusRoutes } from './status-routes.ts';
import { toApiError } from './to-api-error.ts';

/** Bytes of a body; a Meeting with everything in it is a tenth of it. */
const BODY_LIMIT = 256 * 1024;
/** Longer than a load balancer keeps an idle connection (ALB: 60 s), so that it never writes into a closed one. */
const KEEP_ALIVE_MS = 75_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Requests a second of one token. */
const DEFAULT_RATE_LIMIT = 1000;

/**
 * The controller's HTTP surface, ready to listen.
 * @throws SettingsError for API_TOKENS that can't be read
 */
export function buildApi(deps: ApiDeps): FastifyInstance {
  const options = {
    // Requests are logged by the hook below: Fastify's own lines would hold urls and headers as they came.
    logger: false,
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
  } as const;
  const app =
    deps.tls === undefined
      ? Fastify(options)
      : (Fastify({
          ...options,
          https: { cert: Buffer.from(deps.tls.cert), key: Buffer.from(deps.tls.key) },
        }) as unknown as FastifyInstance);
  const control = {
    tokens: deps.tokens ?? { current: new ApiTokens(deps.settings.API_TOKENS) },
    recorderTokenKey: deps.recorderTokenKey,
    allowAnonymousJoin: deps.settings.ALLOW_ANONYMOUS_JOIN,
    limit: new RateLimit(deps.settings.API_RATE_LIMIT ?? DEFAULT_RATE_LIMIT),
    clock: deps.clock,
  };

  addBodyParsers(app);
  app.decorateRequest('principal', undefined);
  app.decorateRequest('subject', undefined);
  app.addHook('onRequest', async (request) => {
    request.principal = authorize(request, control);
    if (request.principal?.kind === 'recorder') request.subject = subjectOfClaims(request.principal.claims);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, query } = request;
    deps.onAnswered?.(
      { method, route: routeOptions.url, status: reply.statusCode, milliseconds: reply.elapsedTime },
      (query as { watch?: unknown }).watch !== undefined,
    );
    const answer = { status: reply.statusCode, milliseconds: reply.elapsedTime };
    deps.logger.debug({ ...describeRequest(request), ...answer }, 'request');
  });
  app.setErrorHandler((error, request, reply) => {
    const answer = toApiError(error);
    if (answer.httpCode >= 500) deps.logger.error({ ...describeRequest(request), err: error }, 'request failed');
    if (answer.reason === 'Unauthorized') reply.header('www-authenticate', 'Bearer');
    const retryAfter = answer.details?.retryAfterSeconds;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    const isLegacy = request.routeOptions.config.isLegacy === true;
    return reply
      .code(answer.httpCode)
      .type('application/json')
      .send(isLegacy ? { success: false, error: answer.message } : answer.toStatus());
  });
  app.setNotFoundHandler(() => {
    throw new ApiError('NotFound', 'the server could not find the requested resource');
  });

  const routes = refuseOtherMethods(app, () => addRoutes(app, deps));
  for (const route of routes) deps.onRoute?.(route);
  return app;
}

/** All routes. */
export function addRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const service = new MeetingService(deps);
  addProbeRoutes(app, deps);
  addDocsRoutes(app);
  addDiscoveryRoutes(app, deps.store);
  addMeetingReadRoutes(app, deps, service);
  addEventRoutes(app, deps);
  addMeetingWriteRoutes(app, service);
  addStatusRoutes(app, service);
  addResendRoutes(app, deps, service);
  addJoinRoutes(app, deps, service);
}
