import { KIND, NAME_PATTERN } from '@meetingbot/crds-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { continueAfter } from '../store/continue-token.ts';
import { acceptedForm } from './accept.ts';
import type { ApiDeps } from './deps.ts';
import { eventTable } from './event-table.ts';
import { includeObject, isWatch, type ListQuery, listQuery } from './list-query.ts';
import { type CoreEvent, eventsOf, meetingOfEvent } from './meeting-events.ts';
import { noteSubject } from './request-subject.ts';
import { type FieldSelector, type Fields, fieldSelector } from './selectors.ts';
import { ApiError } from './status-error.ts';

const FIELDS: Fields<CoreEvent> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
  'involvedObject.kind': ({ involvedObject }) => involvedObject.kind,
  'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace,
  'involvedObject.name': ({ involvedObject }) => involvedObject.name,
  'involvedObject.uid': ({ involvedObject }) => involvedObject.uid,
  'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion,
  'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion,
  'involvedObject.fieldPath': () => '',
  type: ({ type }) => type,
  reason: ({ reason }) => reason,
  source: ({ source }) => source.component,
  reportingComponent: ({ reportingComponent }) => reportingComponent,
};

/** Meetings read from the store at once. */
const PAGE = 500;
/** Events of one answer to a client that names no limit; more come with `continue`. */
const DEFAULT_LIMIT = 10_000;

interface ListRoute {
  Params: { ns?: string };
  Querystring: ListQuery;
}

const namespaceParam = { ns: { type: 'string', pattern: NAME_PATTERN } };

/** What happened to Meetings, as core/v1 Events. They are kept with their Meeting and written by the controller only. */
export function addEventRoutes(app: FastifyInstance, { store, clock }: ApiDeps): void {
  const list = async (request: FastifyRequest<ListRoute>, reply: FastifyReply) => {
    const { limit, continue: after } = request.query;
    if (isWatch(request.query)) throw new ApiError('MethodNotAllowed', 'events are listed, not watched');
    const selector = fieldSelector(request.query.fieldSelector ?? '', FIELDS);
    const page = await collect({ namespace: request.params.ns, selector, limit: limit || DEFAULT_LIMIT, after });
    const metadata = { resourceVersion: String(Math.floor(clock.now() * 1000)), ...page.metadata };
    return send(request, reply, page.events, metadata, {
      kind: 'EventList',
      apiVersion: 'v1',
      metadata,
      items: page.events,
    });
  };

  const collect = async (wanted: {
    namespace: string | undefined;
    selector: FieldSelector<CoreEvent>;
    limit: number;
    after: string | undefined;
  }): Promise<{ events: CoreEvent[]; metadata: { continue?: string } }> => {
    const { selector, limit } = wanted;
    const namespace = wanted.namespace ?? selector.valueOf('involvedObject.namespace');
    const kind = selector.valueOf('involvedObject.kind');
    if (kind !== undefined && kind !== KIND) return { events: [], metadata: {} };
    const name = selector.valueOf('involvedObject.name');
    if (name !== undefined && namespace !== undefined) {
      const meeting = await store.get({ namespace, name });
      const events = meeting === undefined ? [] : eventsOf(meeting).filter(selector.matches);
      return { events: events.slice(-limit), metadata: {} };
    }
    const events: CoreEvent[] = [];
    let continueToken = wanted.after;
    do {
      const page = await store.list({
        limit: PAGE,
        ...(namespace === undefined ? {} : { namespace }),
        ...(continueToken === undefined ? {} : { continueToken }),
      });
      for (const [index, meeting] of page.items.entries()) {
        events.push(...eventsOf(meeting).filter(selector.matches));
        const isLast = index === page.items.length - 1 && page.continueToken === undefined;
        // Cut between two Meetings: a page may be longer than asked for by what one of them holds.
        if (events.length >= limit && !isLast) {
          return { events: sorted(events), metadata: { continue: continueAfter(meeting.metadata) } };
        }
      }
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
    return { events: sorted(events), metadata: {} };
  };

  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    events: readonly CoreEvent[],
    metadata: object,
    whole: object,
  ) => {
    const form = acceptedForm(request.headers.accept);
    if (form.kind === 'object') return reply.send(whole);
    const { includeObject: include = 'Metadata' } = request.query as ListRoute['Querystring'];
    return reply.send(eventTable(events, { version: form.version, include, now: clock.now(), metadata }));
  };

  const schema = { params: { type: 'object', properties: namespaceParam }, querystring: listQuery };
  app.get<ListRoute>('/api/v1/namespaces/:ns/events', { schema }, list);
  app.get<ListRoute>('/api/v1/events', { schema, config: { access: { everywhere: true } } }, list);

  const nameParam = { type: 'string', maxLength: 128 };
  const params = { type: 'object', properties: { ...namespaceParam, name: nameParam } };
  const oneSchema = { params, querystring: { type: 'object', properties: { includeObject } } };
  app.get<{ Params: { ns: string; name: string } }>(
    '/api/v1/namespaces/:ns/events/:name',
    { schema: oneSchema },
    async (request, reply) => {
      const { ns: namespace, name } = request.params;
      const owner = meetingOfEvent(name);
      const meeting = owner === undefined ? undefined : await store.get({ namespace, name: owner });
      if (meeting !== undefined) noteSubject(request, meeting);
      const event = meeting && eventsOf(meeting).find(({ metadata }) => metadata.name === name);
      if (event === undefined) {
        throw new ApiError('NotFound', `events "${name}" not found`, { name, kind: 'events' });
      }
      return send(request, reply, [event], { resourceVersion: event.metadata.resourceVersion }, event);
    },
  );
}

function sorted(events: CoreEvent[]): CoreEvent[] {
  return events.sort((a, b) => Date.parse(a.lastTimestamp) - Date.parse(b.lastTimestamp));
}
