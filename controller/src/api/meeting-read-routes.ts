import { API_VERSION, KIND, type Meeting, NAME_PATTERN } from '@meetingbot/crds-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptedForm } from './accept.ts';
import { expectPreconditions, isConditional, sendIfNew } from './conditional.ts';
import type { ApiDeps } from './deps.ts';
import { includeObject, isWatch, type ListQuery, listQuery, selectionOf, watchRequest } from './list-query.ts';
import { listAll, listMeetings } from './meeting-list.ts';
import type { MeetingService } from './meeting-service.ts';
import { meetingTable } from './meeting-table.ts';
import { COLLECTION_PATH, EVERYWHERE_PATH, OBJECT_PATH, STATUS_PATH } from './paths.ts';
import { noteSubject } from './request-subject.ts';
import { shown } from './shown-meeting.ts';
import type { TableOptions } from './table.ts';
import { WatchServer } from './watch-server.ts';

export const objectParams = {
  type: 'object',
  properties: { ns: { type: 'string', pattern: NAME_PATTERN }, name: { type: 'string', pattern: NAME_PATTERN } },
};

interface ObjectRoute {
  Params: { ns: string; name: string };
  Querystring: { includeObject?: TableOptions['include'] };
}
interface ListRoute {
  Params: { ns?: string };
  Querystring: ListQuery;
}

/** GET of one Meeting, of its status, and of lists. */
export function addMeetingReadRoutes(app: FastifyInstance, deps: ApiDeps, service: MeetingService): void {
  const send = (reply: FastifyReply, request: FastifyRequest, meetings: readonly Meeting[], whole: WholeAnswer) => {
    const form = acceptedForm(request.headers.accept);
    if (form.kind === 'object') return reply.send(whole.object);
    const { includeObject: include = 'Metadata' } = request.query as ObjectRoute['Querystring'];
    return reply.send(
      meetingTable(meetings, { version: form.version, include, now: deps.clock.now(), metadata: whole.metadata }),
    );
  };

  const getOne = async (request: FastifyRequest<ObjectRoute>, reply: FastifyReply) => {
    const key = { namespace: request.params.ns, name: request.params.name };
    const { principal } = request;
    const meeting =
      principal?.kind === 'recorder' ? await service.getOwn(key, principal.claims) : await service.get(key);
    noteSubject(request, meeting);
    if (isConditional(request)) expectPreconditions(request, meeting);
    reply.header('vary', 'accept');
    if (acceptedForm(request.headers.accept).kind === 'object')
      return sendIfNew(request, reply, meeting, shown(meeting));
    const metadata = { resourceVersion: meeting.metadata.resourceVersion };
    return send(reply, request, [meeting], { object: shown(meeting), metadata });
  };

  const list = async (request: FastifyRequest<ListRoute>, reply: FastifyReply) => {
    const { limit, continue: continueToken } = request.query;
    const selection = selectionOf(request.query, request.params.ns);
    if (isWatch(request.query) && request.method === 'HEAD') return reply.type('application/json').send();
    if (isWatch(request.query))
      return server.serve(reply, watchRequest(request.query, selection, request.headers.accept));
    const page = await listMeetings(deps.store, deps.watches.feed, { selection, limit, continueToken });
    const metadata = {
      resourceVersion: page.resourceVersion,
      ...(page.continueToken === undefined ? {} : { continue: page.continueToken }),
    };
    const object = { kind: `${KIND}List`, apiVersion: API_VERSION, metadata, items: page.items.map(shown) };
    return send(reply, request, page.items, { object, metadata });
  };

  const server = new WatchServer({
    watches: deps.watches,
    clock: deps.clock,
    list: (selection, mark) => listAll(deps.store, mark, selection),
  });
  app.addHook('preClose', async () => server.close());

  const access = { scope: 'meetings:read', recorder: true } as const;
  const schema = { params: objectParams, querystring: { type: 'object', properties: { includeObject } } };
  app.get<ObjectRoute>(OBJECT_PATH, { config: { access }, schema }, getOne);
  app.get<ObjectRoute>(STATUS_PATH, { config: { access }, schema }, getOne);
  app.get<ListRoute>(COLLECTION_PATH, { schema: { params: objectParams, querystring: listQuery } }, list);
  const everywhere = { access: { everywhere: true } } as const;
  app.get<ListRoute>(EVERYWHERE_PATH, { config: everywhere, schema: { querystring: listQuery } }, list);
}

interface WholeAnswer {
  object: object;
  metadata: object;
}
