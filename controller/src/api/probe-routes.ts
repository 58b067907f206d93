import type { FastifyInstance } from 'fastify';
import type { ApiDeps, ReadyCheck } from './deps.ts';

/** Probes and metrics: open to all who reach the port, and without anything of a Meeting in them. */
export function addProbeRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const config = { access: { scope: 'anybody' } } as const;
  const startedAt = deps.clock.monotonic();

  app.get('/livez', { config }, async () => ({ status: 'ok' }));

  app.get('/readyz', { config }, async (_request, reply) => {
    const checks = await deps.ready();
    const isReady = checks.every(({ ok, isRequired = true }) => ok || !isRequired);
    return reply.code(isReady ? 200 : 503).send({ status: statusOf(isReady, checks), checks });
  });

  app.get('/metrics', { config }, async (_request, reply) => {
    const { contentType, body } = await deps.metrics();
    return reply.header('content-type', contentType).send(body);
  });

  // The old bot's: always healthy, it says only that the process answers.
  app.get('/health', { config }, async () => ({
    status: 'healthy',
    timestamp: new Date(deps.clock.now()).toISOString(),
    uptime: (deps.clock.monotonic() - startedAt) / 1000,
  }));
}

function statusOf(isReady: boolean, checks: readonly ReadyCheck[]): string {
  if (!isReady) return 'not ready';
  return checks.every(({ ok }) => ok) ? 'ok' : 'degraded';
}
