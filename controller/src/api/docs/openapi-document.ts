import {
  API_VERSION,
  KIND,
  MeetingInput,
  MeetingSchema,
  RecorderReport,
  VERSION,
  WebhookBody,
} from '@meetingbot/crds-schema';
import { JSON_TYPE } from '../body-parser.ts';
import { STATUS_CODES } from '../status-error.ts';
import { MEETING_PATHS } from './meeting-operations.ts';
import { type PathItem, ref } from './openapi-parts.ts';
import { OTHER_PATHS } from './other-operations.ts';

const text = { type: 'string' };
const object = (properties: Record<string, object>, required: string[] = []) => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const constant = (value: string) => ({ type: 'string', const: value });
const listOf = (kind: string, apiVersion: string) =>
  object(
    {
      kind: constant(`${kind}List`),
      apiVersion: constant(apiVersion),
      metadata: object({ resourceVersion: text, continue: text }),
      items: { type: 'array', items: ref(kind) },
    },
    ['kind', 'apiVersion', 'metadata', 'items'],
  );
const ids = { userId: text, teamId: text, eventId: text, botId: text };

const SCHEMAS = {
  MeetingInput,
  [KIND]: MeetingSchema,
  [`${KIND}List`]: listOf(KIND, API_VERSION),
  RecorderPatch: object({ status: object({ recorder: RecorderReport }, ['recorder']) }, ['status']),
  WebhookBody,
  Event: object({
    kind: constant('Event'),
    apiVersion: constant('v1'),
    metadata: object({ name: text, namespace: text, uid: text, resourceVersion: text, creationTimestamp: text }),
    involvedObject: object({ kind: text, apiVersion: text, namespace: text, name: text, uid: text }),
    type: { type: 'string', enum: ['Normal', 'Warning'] },
    reason: text,
    message: text,
    count: { type: 'integer' },
    firstTimestamp: { type: 'string', format: 'date-time' },
    lastTimestamp: { type: 'string', format: 'date-time' },
    source: object({ component: text }),
  }),
  EventList: listOf('Event', 'v1'),
  Status: object(
    {
      kind: constant('Status'),
      apiVersion: constant('v1'),
      status: { type: 'string', enum: ['Success', 'Failure'] },
      reason: { type: 'string', enum: Object.keys(STATUS_CODES) },
      message: text,
      details: object({
        name: text,
        kind: text,
        group: text,
        uid: text,
        retryAfterSeconds: { type: 'integer' },
        causes: { type: 'array', items: object({ field: text, reason: text, message: text }) },
      }),
      code: { type: 'integer' },
    },
    ['kind', 'apiVersion', 'status', 'code'],
  ),
  JoinBody: {
    ...object(
      {
        bearerToken: { ...text, description: 'Must be there; it is neither kept nor logged.' },
        url: { ...text, description: 'Of the meeting.' },
        name: { ...text, description: 'Name in the call.' },
        timezone: { ...text, description: 'IANA name.' },
        ...ids,
      },
      ['bearerToken', 'url', 'name', 'teamId', 'timezone', 'userId'],
    ),
    anyOf: [{ required: ['botId'] }, { required: ['eventId'] }],
  },
  JoinAnswer: object({
    success: { type: 'boolean', const: true },
    message: text,
    data: object({ ...ids, status: constant('processing') }),
  }),
  JoinError: object({ success: { type: 'boolean', const: false }, error: text }, ['success', 'error']),
  IsBusy: object({ success: { type: 'boolean' }, data: { type: 'integer', enum: [0, 1] } }),
};

/** Our paths are Fastify's; OpenAPI writes parameters in braces. */
const written = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, PathItem>;
  webhooks: object;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

const TOKEN_SCOPES =
  'One of API_TOKENS, of scope meetings:read, meetings:write (read and joins too) or meetings:join; a recorder has one of status:write for its own Meeting.';

/** The HTTP surface as OpenAPI 3.1, from the schemas that also validate. */
export function openApi31(): OpenApiDocument {
  const paths = { ...MEETING_PATHS, ...OTHER_PATHS };
  // By way of JSON: schemas carry marks of their library that are not for others.
  return JSON.parse(
    JSON.stringify({
      openapi: '3.1.1',
      info: {
        title: 'Meeting Bot',
        version: VERSION,
        description:
          'Write down that a meeting is to be recorded: a Meeting. Paths, bodies and errors are those of Kubernetes, so kubectl and its libraries work too.',
      },
      tags: [
        { name: 'Meetings', description: 'What is to be recorded, and what became of it.' },
        { name: 'Events', description: 'What happened to Meetings; written by the controller.' },
        { name: 'The old bot', description: 'Calls of screenappai/meeting-bot, with its bodies and answers.' },
        { name: 'Discovery', description: 'What kubectl asks first.' },
        { name: 'Operation', description: 'Probes, metrics and this page.' },
      ],
      security: [{ token: [] }],
      paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [written(path), item])),
      webhooks: {
        'recording-complete': {
          post: {
            summary: 'Sent to NOTIFY_WEBHOOK_URL once a recording is whole in S3; signed, repeated until 2xx',
            requestBody: { required: true, content: { [JSON_TYPE]: { schema: ref('WebhookBody') } } },
            responses: { '2XX': { description: 'Taken.' } },
          },
        },
      },
      components: {
        schemas: SCHEMAS,
        securitySchemes: { token: { type: 'http', scheme: 'bearer', description: TOKEN_SCOPES } },
      },
    }),
  );
}
