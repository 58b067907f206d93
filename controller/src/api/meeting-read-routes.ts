import { API_VERSION, KIND, type Meeting, NAME_PATTERN } from '@meetingbot/crds-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptedForm } from './accept.ts';
import type { ApiDeps } from './deps.ts';
import { listMeetings } from './meeting-list.ts';
import type { MeetingService } from './meeting-service.ts';
import { meetingTable } from './meeting-table.ts';
import { COLLECTION_PATH, EVERYWHERE_PATH, OBJECT_PATH, STATUS_PATH } from './paths.ts';
import { labelSelector, type Matcher, meetingFieldSelector } from './selectors.ts';
import { shown } from './shown-meeting.ts';
import { ApiError } from './status-error.ts';
import type { TableOptions } from './table.ts';

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
  Querystring: {
    limit?: number;
    continue?: string;
    labelSelector?: string;
    fieldSelector?: string;
    watch?: string;
    includeObject?: TableOptions['include'];
  };
}

const includeObject = { type: 'string', enum: ['None', 'Metadata', 'Object'] };
const listQuery = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    continue: { type: 'string', maxLength: 512 },
    labelSelector: { type: 'string', maxLength: 4096 },
    fieldSelector: { type: 'string', maxLength: 4096 },
    watch: { type: 'string', maxLength: 5 },
    includeObject,
  },
};

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
    const metadata = { resourceVersion: meeting.metadata.resourceVersion };
    return send(reply, request, [meeting], { object: shown(meeting), metadata });
  };

  const list = async (request: FastifyRequest<ListRoute>, reply: FastifyReply) => {
    const { limit, continue: continueToken, watch } = request.query;
    if (watch === 'true' || watch === '1') throw new ApiError('MethodNotAllowed', 'watch is not served, please poll');
    const byLabel = labelSelector(request.query.labelSelector ?? '');
    const byField = meetingFieldSelector(request.query.fieldSelector ?? '');
    const namespace = request.params.ns;
    const name = byField.valueOf('metadata.name');
    const matches = (meeting: Meeting) => byField.matches(meeting) && byLabel(meeting);
    const version = String(Math.floor(deps.clock.now() * 1000));
    const page =
      name !== undefined && namespace !== undefined
        ? await listByName({ namespace, name }, matches, version)
        : await listMeetings(deps.store, { namespace, limit, continueToken, matches, version });
    const metadata = {
      resourceVersion: page.resourceVersion,
      ...(page.continueToken === undefined ? {} : { continue: page.continueToken }),
    };
    const object = { kind: `${KIND}List`, apiVersion: API_VERSION, metadata, items: page.items.map(shown) };
    return send(reply, request, page.items, { object, metadata });
  };

  /** `kubectl get NAME` and `wait` list by name: one read instead of a query. */
  const listByName = async (key: { namespace: string; name: string }, matches: Matcher, version: string) => {
    const meeting = await deps.store.get(key);
    return {
      items: meeting !== undefined && matches(meeting) ? [meeting] : [],
      resourceVersion: version,
      continueToken: undefined,
    };
  };

  const access = { scope: 'read', recorder: true } as const;
  const schema = { params: objectParams, querystring: { type: 'object', properties: { includeObject } } };
  app.get<ObjectRoute>(OBJECT_PATH, { config: { access }, schema }, getOne);
  app.get<ObjectRoute>(STATUS_PATH, { config: { access }, schema }, getOne);
  app.get<ListRoute>(COLLECTION_PATH, { schema: { params: objectParams, querystring: listQuery } }, list);
  app.get<ListRoute>(EVERYWHERE_PATH, { schema: { querystring: listQuery } }, list);
}

interface WholeAnswer {
  object: object;
  metadata: object;
}
