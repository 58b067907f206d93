import { createHash } from 'node:crypto';
import { completeSpec, type MeetingKey, type Platform } from '@meetingbot/crds-schema';
import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from './deps.ts';
import type { MeetingService } from './meeting-service.ts';
import { ApiError } from './status-error.ts';

/** The old bot's providers (screenappai/meeting-bot, src/app/*.ts): path, platform, how its answer names it. */
const PROVIDERS: readonly { path: string; platform: Platform; title: string }[] = [
  { path: '/google/join', platform: 'google-meet', title: 'Google Meet' },
  { path: '/microsoft/join', platform: 'microsoft-teams', title: 'Microsoft Teams' },
  { path: '/zoom/join', platform: 'zoom', title: 'Zoom' },
];
const REQUIRED = ['bearerToken', 'url', 'name', 'teamId', 'timezone', 'userId'] as const;
/** Where joins go whose token is not bound to another. */
const NAMESPACE = 'default';

/** The body as the old bot took it: only whether a field is there was looked at. */
type JoinBody = Partial<Record<(typeof REQUIRED)[number] | 'botId' | 'eventId', unknown>>;

/** Old names of our fields, for errors. */
const OLD_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^spec\.displayName\b/, 'name'],
  [/^spec\.context\./, ''],
  [/^spec\./, ''],
];

/**
 * The old bot's joins, with its bodies and answers. Each becomes a Meeting named after botId or eventId and url,
 * so that a repeated join is the same Meeting; none is refused as busy. The body's bearerToken must be there, as
 * it had to be, and is neither kept nor logged.
 */
export function addJoinRoutes(app: FastifyInstance, deps: ApiDeps, service: MeetingService): void {
  const config = { access: { scope: 'join' }, isLegacy: true } as const;
  for (const { path, platform, title } of PROVIDERS) {
    app.post<{ Body: JoinBody | undefined }>(path, { config }, async (request, reply) => {
      const body = request.body ?? {};
      if (REQUIRED.some((field) => !body[field])) {
        throw new ApiError('BadRequest', `Missing required fields: ${REQUIRED.join(', ')}`);
      }
      if (!body.botId && !body.eventId) throw new ApiError('BadRequest', 'Missing required fields: botId or eventId');
      const { principal } = request;
      const namespace = (principal?.kind === 'user' ? principal.namespace : undefined) ?? NAMESPACE;
      const key = await ensureMeeting(body, platform, namespace);
      deps.logger.info({ ...key, platform }, 'join accepted');
      const { userId, teamId, eventId, botId } = body;
      return reply.code(202).send({
        success: true,
        message: `${title} join request accepted and processing started`,
        data: { userId, teamId, eventId, botId, status: 'processing' },
      });
    });
  }

  app.get('/isbusy', { config }, async () => ({ success: true, data: 0 }));

  const ensureMeeting = async (body: JoinBody, platform: Platform, namespace: string): Promise<MeetingKey> => {
    const { url, name: displayName, userId, teamId, botId, eventId, timezone } = body;
    const ids = { ...(botId ? { botId } : {}), ...(eventId ? { eventId } : {}) };
    const result = completeSpec({ url, platform, displayName, context: { userId, teamId, ...ids, timezone } });
    if (result.spec === undefined) {
      throw new ApiError(
        'BadRequest',
        result.causes.map((cause) => `${oldName(cause.field)}: ${cause.message}`).join('; '),
      );
    }
    const key = { namespace, name: nameOf(botId || eventId, url) };
    if ((await deps.store.get(key)) !== undefined) return key;
    try {
      await service.create({ metadata: { name: key.name }, spec: result.spec, warnings: [] }, namespace, {
        dryRun: false,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'Invalid') {
        const causes = error.details?.causes ?? [];
        throw new ApiError('BadRequest', causes.map((cause) => `${oldName(cause.field)}: ${cause.message}`).join('; '));
      }
      if (error.reason !== 'AlreadyExists') throw error;
    }
    return key;
  };
}

/** The same for the same bot (or event) and url, whoever asks how often. */
function nameOf(entity: unknown, url: unknown): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([entity, url]))
    .digest('hex');
  return `join-${hash.slice(0, 32)}`;
}

function oldName(field: string): string {
  const [pattern, replacement] = OLD_NAMES.find(([known]) => known.test(field)) ?? [/^/, ''];
  return field.replace(pattern, replacement);
}
