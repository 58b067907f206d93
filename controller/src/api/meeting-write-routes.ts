import { type FieldCause, GROUP, type Meeting, PLURAL } from '@meetingbot/crds-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { JSON_PATCH, JSON_TYPE, MERGE_PATCH, mediaType, YAML_TYPE } from './body-parser.ts';
import { etagOf, expectPreconditions, isConditional } from './conditional.ts';
import { idempotencyKey } from './idempotency.ts';
import { FIELD_VALIDATIONS, type FieldValidation, type MeetingDraft, nameOf, readMeeting } from './meeting-input.ts';
import { objectParams } from './meeting-read-routes.ts';
import type { MeetingService, Preconditions } from './meeting-service.ts';
import { jsonPatch, mergePatch, PatchMismatch } from './patch.ts';
import { COLLECTION_PATH, OBJECT_PATH } from './paths.ts';
import { noteSubject } from './request-subject.ts';
import { type ShownMeeting, shown } from './shown-meeting.ts';
import { badRequest, invalid, type Status, unsupportedMediaType } from './status-error.ts';

interface WriteQuery {
  dryRun?: 'All';
  fieldValidation?: FieldValidation;
}
interface CollectionRoute {
  Params: { ns: string };
  Querystring: WriteQuery;
}
interface ObjectRoute {
  Params: { ns: string; name: string };
  Querystring: WriteQuery;
}

interface DeleteRoute extends ObjectRoute {
  Body: { dryRun?: string[]; preconditions?: Preconditions } | undefined;
}

const querystring = {
  type: 'object',
  properties: {
    dryRun: { type: 'string', enum: ['All', ''] },
    fieldValidation: { type: 'string', enum: [...FIELD_VALIDATIONS, ''] },
  },
};

/** What kubectl sends with DELETE; other options are taken and mean nothing here. */
const deleteOptions = {
  type: ['object', 'null'],
  properties: {
    dryRun: { type: 'array', items: { type: 'string', enum: ['All'] } },
    preconditions: {
      type: 'object',
      properties: { uid: { type: 'string' }, resourceVersion: { type: 'string' } },
    },
  },
};

/** POST, PUT, PATCH and DELETE of Meetings. */
export function addMeetingWriteRoutes(app: FastifyInstance, service: MeetingService): void {
  const config = { access: { scope: 'meetings:write' } } as const;
  const schema = { params: objectParams, querystring };

  app.post<CollectionRoute>(COLLECTION_PATH, { config, schema }, async (request, reply) => {
    expectType(request, [JSON_TYPE, YAML_TYPE]);
    const namespace = request.params.ns;
    const draft = readMeeting(request.body, validationOf(request));
    expectSameName(draft, { namespace });
    const once = idempotencyKey(request, draft, namespace);
    const { meeting, isReplay, warnings } = await service.create(draft, namespace, { dryRun: isDryRun(request), once });
    noteSubject(request, meeting);
    warn(reply, [...draft.warnings, ...warnings]);
    if (isReplay) reply.header('idempotent-replayed', 'true');
    reply.header('etag', etagOf(meeting));
    reply.header('location', `${request.url.split('?', 1)[0]}/${meeting.metadata.name}`);
    return reply.code(201).send(shown(meeting));
  });

  app.put<ObjectRoute>(OBJECT_PATH, { config, schema }, async (request, reply) => {
    expectType(request, [JSON_TYPE, YAML_TYPE]);
    return change(request, reply, (current) => {
      const draft = readMeeting(request.body, { ...validationOf(request), platform: current.spec.platform });
      if (!draft.metadata.resourceVersion && !isConditional(request)) {
        const message = 'required: the version that was read, here or in If-Match';
        throw invalid(nameOf(request.body), [
          { reason: 'FieldValueRequired', message, field: 'metadata.resourceVersion' },
        ]);
      }
      return draft;
    });
  });

  app.patch<ObjectRoute>(OBJECT_PATH, { config, schema }, async (request, reply) => {
    const type = expectType(request, [JSON_PATCH, MERGE_PATCH]);
    return change(request, reply, (current) => {
      const patched = applyPatch(shown(current), request.body, type);
      return readMeeting(patched, { ...validationOf(request), platform: current.spec.platform });
    });
  });

  const deleteSchema = { ...schema, body: deleteOptions };
  app.delete<DeleteRoute>(OBJECT_PATH, { config, schema: deleteSchema }, async (request, reply) => {
    const { ns: namespace, name } = request.params;
    const { preconditions = {}, dryRun: dryRunInBody = [] } = request.body ?? {};
    // kubectl says it in the body only, other clients in the query.
    const dryRun = isDryRun(request) || dryRunInBody.includes('All');
    const { meeting, isGone } = await service.remove({ namespace, name }, preconditions, { dryRun }, (current) => {
      noteSubject(request, current);
      expectPreconditions(request, current);
    });
    return reply.send(isGone ? removedStatus(meeting) : shown(meeting));
  });

  const change = async (
    request: FastifyRequest<ObjectRoute>,
    reply: FastifyReply,
    draftOf: (current: Meeting) => MeetingDraft,
  ) => {
    const key = { namespace: request.params.ns, name: request.params.name };
    const checked = (current: Meeting) => {
      noteSubject(request, current);
      expectPreconditions(request, current);
      const draft = draftOf(current);
      expectSameName(draft, key);
      return draft;
    };
    const { meeting, draft } = await service.change(key, checked, { dryRun: isDryRun(request) });
    warn(reply, draft.warnings);
    return reply.header('etag', etagOf(meeting)).send(shown(meeting));
  };
}

function applyPatch(current: ShownMeeting, patch: unknown, type: string): unknown {
  if (type === MERGE_PATCH) {
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
      throw badRequest('a merge patch is an object');
    }
    return mergePatch(current, patch);
  }
  try {
    return jsonPatch(current, patch);
  } catch (error) {
    if (!(error instanceof PatchMismatch)) throw error;
    const cause: FieldCause = { reason: 'FieldValueInvalid', message: error.message, field: 'patch' };
    throw invalid(current.metadata.name, [cause]);
  }
}

function removedStatus({ metadata }: Meeting): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: metadata.name, group: GROUP, kind: PLURAL, uid: metadata.uid },
    code: 200,
  };
}

/** @throws ApiError `UnsupportedMediaType` */
function expectType(request: FastifyRequest, accepted: readonly string[]): string {
  const type = mediaType(request.headers['content-type']);
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  return type;
}

/** @throws ApiError `BadRequest` when path and body name different objects */
function expectSameName({ metadata }: MeetingDraft, { namespace, name }: { namespace: string; name?: string }): void {
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the object does not match the namespace on the URL');
  }
  if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}

function isDryRun(request: FastifyRequest): boolean {
  return (request.query as WriteQuery).dryRun === 'All';
}

function validationOf(request: FastifyRequest): { fieldValidation?: FieldValidation } {
  const { fieldValidation } = request.query as WriteQuery;
  return fieldValidation ? { fieldValidation } : {};
}

/** kubectl prints these (RFC 7234 §5.5, code 299). */
function warn(reply: FastifyReply, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const quoted = warnings.map((text) => text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&'));
  reply.header(
    'warning',
    quoted.map((text) => `299 - "${text}"`),
  );
}
