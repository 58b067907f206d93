import { createHash } from 'node:crypto';
import { completeSpec, type Meeting, type Platform } from '@meetingbot/crds-schema';
import type { MeetingStore } from '../ports.ts';
import type { MeetingService } from './meeting-service.ts';
import { ApiError, isAlreadyExists, type StatusCause } from './status-error.ts';

/** The old bot's providers (screenappai/meeting-bot, src/app/*.ts): how its answer names them, and their platform. */
export const PROVIDERS = {
  google: { platform: 'google-meet', title: 'Google Meet' },
  microsoft: { platform: 'microsoft-teams', title: 'Microsoft Teams' },
  zoom: { platform: 'zoom', title: 'Zoom' },
} as const satisfies Record<string, { platform: Platform; title: string }>;
export type Provider = keyof typeof PROVIDERS;

const REQUIRED = ['bearerToken', 'url', 'name', 'teamId', 'timezone', 'userId'] as const;
/** Where joins go whose token is not bound to another. */
export const JOIN_NAMESPACE = 'default';

/** The body as the old bot took it: only whether a field is there was looked at. */
export type JoinBody = Partial<Record<(typeof REQUIRED)[number] | 'botId' | 'eventId', unknown>>;

/** Old names of our fields, for errors. */
const OLD_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^spec\.displayName\b/, 'name'],
  [/^spec\.context\./, ''],
  [/^spec\./, ''],
];

/**
 * Joins as the old bot took them, by HTTP or from its list in Redis. Each becomes a Meeting named after botId or
 * eventId and url, so that a repeated join is the same Meeting. The body's bearerToken must be there, as it had to
 * be, and is neither kept nor logged.
 */
export class Joins {
  readonly #store: Pick<MeetingStore, 'get'>;
  readonly #service: Pick<MeetingService, 'create'>;

  constructor({ store, service }: { store: Pick<MeetingStore, 'get'>; service: Pick<MeetingService, 'create'> }) {
    this.#store = store;
    this.#service = service;
  }

  /**
   * The Meeting of a join, made if it is not there; `isNew` where this call made it.
   * @throws ApiError `BadRequest` in the old bot's words, or the store's errors
   */
  async ensure(body: JoinBody, provider: Provider, namespace: string): Promise<{ meeting: Meeting; isNew: boolean }> {
    expectFields(body);
    const { platform } = PROVIDERS[provider];
    const { url, name: displayName, userId, teamId, botId, eventId, timezone } = body;
    const ids = { ...(botId ? { botId } : {}), ...(eventId ? { eventId } : {}) };
    const result = completeSpec({ url, platform, displayName, context: { userId, teamId, ...ids, timezone } });
    if (result.spec === undefined) throw refusal(result.causes);
    const key = { namespace, name: nameOf(botId || eventId, url) };
    const there = await this.#store.get(key);
    if (there !== undefined) return { meeting: there, isNew: false };
    try {
      const draft = { metadata: { name: key.name }, spec: result.spec, warnings: [] };
      const { meeting } = await this.#service.create(draft, namespace, { dryRun: false });
      return { meeting, isNew: true };
    } catch (error) {
      const made = isAlreadyExists(error) ? await this.#store.get(key) : undefined;
      if (made !== undefined) return { meeting: made, isNew: false };
      if (error instanceof ApiError && error.reason === 'Invalid') throw refusal(error.details?.causes ?? []);
      throw error;
    }
  }
}

function expectFields(body: JoinBody): void {
  if (REQUIRED.some((field) => !body[field])) {
    throw new ApiError('BadRequest', `Missing required fields: ${REQUIRED.join(', ')}`);
  }
  if (!body.botId && !body.eventId) throw new ApiError('BadRequest', 'Missing required fields: botId or eventId');
}

/** The same for the same bot (or event) and url, whoever asks how often. */
function nameOf(entity: unknown, url: unknown): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([entity, url]))
    .digest('hex');
  return `join-${hash.slice(0, 32)}`;
}

function refusal(causes: readonly Pick<StatusCause, 'field' | 'message'>[]): ApiError {
  return new ApiError('BadRequest', causes.map(({ field, message }) => `${oldName(field)}: ${message}`).join('; '));
}

function oldName(field: string): string {
  const [pattern, replacement] = OLD_NAMES.find(([known]) => known.test(field)) ?? [/^/, ''];
  return field.replace(pattern, replacement);
}
