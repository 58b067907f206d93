import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify';
import type { KnownRoute } from '../metrics/http-metrics.ts';
import { ApiError } from './status-error.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Adds routes, and for each of their paths one for the methods it lacks: 405 with Allow (RFC 9110 §15.5.6).
 * @returns the routes that were added, without those
 */
export function refuseOtherMethods(app: FastifyInstance, addRoutes: () => void): KnownRoute[] {
  const known = new Map<string, Pick<RouteOptions, 'config'> & { methods: Set<string> }>();
  let isListening = true;
  app.addHook('onRoute', ({ url, method, config }) => {
    if (!isListening) return;
    const route = known.get(url) ?? { config: config ?? {}, methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    known.set(url, route);
  });
  addRoutes();
  isListening = false;
  for (const [url, { config, methods }] of known) {
    const allow = [...methods].join(', ');
    app.route({
      url,
      method: METHODS.filter((method) => !methods.has(method)),
      ...(config === undefined ? {} : { config }),
      // Before the body is looked at: whatever it is, it is not for this path.
      onRequest: async (request, reply) => {
        reply.header('allow', allow);
        if (request.method === 'OPTIONS') return reply.code(204).send();
        throw new ApiError('MethodNotAllowed', `${request.method} is not allowed here, only ${allow}`);
      },
      handler: () => undefined,
    });
  }
  return [...known].map(([route, { methods }]) => ({ route, methods }));
}
