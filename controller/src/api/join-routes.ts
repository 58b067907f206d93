import type { FastifyInstance } from 'fastify';
import { identityOf } from '../log.ts';
import type { ApiDeps } from './deps.ts';
import { JOIN_NAMESPACE, type JoinBody, Joins, PROVIDERS, type Provider } from './joins.ts';
import type { MeetingService } from './meeting-service.ts';
import { noteSubject } from './request-subject.ts';

/** The old bot's calls, with its bodies and answers; none is refused as busy. */
export function addJoinRoutes(app: FastifyInstance, deps: ApiDeps, service: MeetingService): void {
  const config = { access: { scope: 'meetings:join' }, isLegacy: true } as const;
  const joins = new Joins({ store: deps.store, service });
  for (const provider of Object.keys(PROVIDERS) as Provider[]) {
    app.post<{ Body: JoinBody | undefined }>(`/${provider}/join`, { config }, async (request, reply) => {
      const body = request.body ?? {};
      const { principal } = request;
      const namespace = (principal?.kind === 'user' ? principal.namespace : undefined) ?? JOIN_NAMESPACE;
      const { meeting } = await joins.ensure(body, provider, namespace);
      const { platform, title } = PROVIDERS[provider];
      noteSubject(request, meeting);
      deps.logger.info({ ...identityOf(meeting), platform }, 'join accepted');
      const { userId, teamId, eventId, botId } = body;
      return reply.code(202).send({
        success: true,
        message: `${title} join request accepted and processing started`,
        data: { userId, teamId, eventId, botId, status: 'processing' },
      });
    });
  }

  app.get('/isbusy', { config }, async () => ({ success: true, data: 0 }));
}
