import { GROUP } from '@meetingbot/crds-schema';
import { JSON_TYPE } from '../body-parser.ts';
import { GROUP_PATH } from '../paths.ts';
import { body, inPath, inQuery, json, type Operation, type PathItem, ref } from './openapi-parts.ts';

const anything = { type: 'object' };
const open = { security: [] };
const failed = { default: json('What went wrong.', ref('Status')) };
const oldFailed = { default: json('What went wrong, as the old bot says it.', ref('JoinError')) };

const join = (provider: string, title: string): PathItem => ({
  post: {
    tags: ['The old bot'],
    operationId: `join${provider}`,
    summary: `Join a meeting on ${title}`,
    description:
      'Becomes a Meeting named after botId or eventId and url: a repeated join is the same one. None is busy.',
    requestBody: body({ [JSON_TYPE]: ref('JoinBody') }),
    responses: { '202': json('It will be joined.', ref('JoinAnswer')), ...oldFailed },
  },
});

const discovery = (operationId: string, summary: string): PathItem => ({
  get: {
    tags: ['Discovery'],
    operationId,
    summary,
    responses: { '200': json('As kubectl reads it.', anything), ...failed },
  },
});

const probe = (operationId: string, summary: string, more: Operation['responses'] = {}): PathItem => ({
  get: {
    tags: ['Operation'],
    operationId,
    summary,
    ...open,
    responses: { '200': json('All is well.', anything), ...more },
  },
});

const ns = inPath('ns', 'A namespace.');
const eventQuery = [
  inQuery('fieldSelector', 'involvedObject.{kind,name,namespace,uid,apiVersion}, type, reason, metadata.name.'),
  inQuery('limit', 'Events of a page, at least.', { type: 'integer', minimum: 0 }),
  inQuery('continue', 'metadata.continue of the page before.'),
];
const events = (operationId: string, summary: string, parameters: Operation['parameters'] = []): PathItem => ({
  get: {
    tags: ['Events'],
    operationId,
    summary,
    parameters: [...parameters, ...eventQuery],
    responses: { '200': json('Events, those that last happened last.', ref('EventList')), ...failed },
  },
});

/** All but the Meetings, by path. */
export const OTHER_PATHS: Record<string, PathItem> = {
  '/google/join': join('Google', 'Google Meet'),
  '/microsoft/join': join('Microsoft', 'Microsoft Teams'),
  '/zoom/join': join('Zoom', 'Zoom'),
  '/isbusy': {
    get: {
      tags: ['The old bot'],
      operationId: 'isBusy',
      summary: 'Whether it is busy: never',
      responses: { '200': json('Always 0.', ref('IsBusy')), ...oldFailed },
    },
  },
  '/health': probe('health', 'Whether the process answers, as the old bot says it'),
  '/api/v1/namespaces/:ns/events': events('listEvents', 'What happened to the Meetings of a namespace', [ns]),
  '/api/v1/events': events('listEventsEverywhere', 'What happened to all Meetings'),
  '/api/v1/namespaces/:ns/events/:name': {
    get: {
      tags: ['Events'],
      operationId: 'getEvent',
      summary: 'One event',
      parameters: [ns, inPath('name', 'Name of the event.')],
      responses: { '200': json('The event.', ref('Event')), ...failed },
    },
  },
  '/api/v1/namespaces': discovery('listNamespaces', 'Namespaces that hold Meetings'),
  '/api/v1/namespaces/:ns': {
    get: {
      tags: ['Discovery'],
      operationId: 'getNamespace',
      summary: 'A namespace; each name that could be one is one',
      parameters: [ns],
      responses: { '200': json('The namespace.', anything), ...failed },
    },
  },
  '/api': discovery('getCoreVersions', 'Versions of the core group'),
  '/api/v1': discovery('getCoreResources', 'Resources of the core group'),
  '/apis': discovery('getGroups', 'Groups'),
  [`/apis/${GROUP}`]: discovery('getGroup', 'Our group'),
  [GROUP_PATH]: discovery('getResources', 'Resources of our group'),
  '/version': discovery('getVersion', 'Release of Kubernetes whose conventions hold here'),
  '/openapi/v2': {
    get: {
      tags: ['Discovery'],
      operationId: 'getOpenApiV2',
      summary: 'An empty document, for older kubectl',
      responses: { '200': { description: 'Check nothing on your side.' }, ...failed },
    },
  },
  '/openapi/v3': discovery('getOpenApiV3', 'Documents for kubectl'),
  [`/openapi/v3${GROUP_PATH}`]: discovery('getOpenApiV3OfGroup', 'The document of our group, for kubectl'),
  '/livez': probe('livez', 'Whether the process lives'),
  '/readyz': probe('readyz', 'Whether requests may be sent here', { '503': json('Not now, and why.', anything) }),
  '/metrics': {
    get: {
      tags: ['Operation'],
      operationId: 'metrics',
      summary: 'Metrics for Prometheus',
      ...open,
      responses: { '200': { description: 'As text.', content: { 'text/plain': { schema: { type: 'string' } } } } },
    },
  },
  '/docs': {
    get: {
      tags: ['Operation'],
      operationId: 'docs',
      summary: 'This page',
      ...open,
      responses: { '200': { description: 'HTML.', content: { 'text/html': { schema: { type: 'string' } } } } },
    },
  },
  '/openapi.json': probe('openapi', 'This document'),
};
