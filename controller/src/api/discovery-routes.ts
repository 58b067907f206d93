import { API_VERSION, GROUP, KIND, NAME_PATTERN, PLURAL, SHORT_NAME, SINGULAR, VERSION } from '@meetingbot/crds-schema';
import type { FastifyInstance } from 'fastify';
import type { MeetingStore } from '../ports.ts';
import { openApiDocument } from './openapi.ts';
import { GROUP_PATH } from './paths.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const GROUP_VERSION = { groupVersion: API_VERSION, version: VERSION };

const GROUP_BODY = {
  kind: 'APIGroup',
  apiVersion: 'v1',
  name: GROUP,
  versions: [GROUP_VERSION],
  preferredVersion: GROUP_VERSION,
};

const RESOURCES = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: API_VERSION,
  resources: [
    {
      name: PLURAL,
      singularName: SINGULAR,
      namespaced: true,
      kind: KIND,
      verbs: VERBS,
      shortNames: [SHORT_NAME],
      categories: ['all'],
    },
    { name: `${PLURAL}/status`, singularName: '', namespaced: true, kind: KIND, verbs: ['get', 'patch'] },
    { name: `${PLURAL}/resend`, singularName: '', namespaced: true, kind: KIND, verbs: ['create'] },
  ],
};

const CORE_RESOURCES = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'v1',
  resources: [
    {
      name: 'namespaces',
      singularName: 'namespace',
      namespaced: false,
      kind: 'Namespace',
      verbs: ['get', 'list'],
      shortNames: ['ns'],
    },
    {
      name: 'events',
      singularName: 'event',
      namespaced: true,
      kind: 'Event',
      verbs: ['get', 'list'],
      shortNames: ['ev'],
    },
  ],
};

/** The release of Kubernetes whose API conventions hold here: kubectl compares its own with it. */
const VERSION_BODY = { major: '1', minor: '32', gitVersion: 'v1.32.0+meetingbot', platform: process.platform };

/** What stock kubectl asks before it gets to the Meetings. */
export function addDiscoveryRoutes(app: FastifyInstance, store: MeetingStore): void {
  const answers: Record<string, object> = {
    '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
    '/api/v1': CORE_RESOURCES,
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [GROUP_BODY] },
    [`/apis/${GROUP}`]: GROUP_BODY,
    [GROUP_PATH]: RESOURCES,
    '/version': VERSION_BODY,
    '/openapi/v3': { paths: { [GROUP_PATH.slice(1)]: { serverRelativeURL: `/openapi/v3${GROUP_PATH}` } } },
  };
  for (const [path, body] of Object.entries(answers)) {
    const text = JSON.stringify(body);
    app.get(path, async (_request, reply) => reply.type('application/json').send(text));
  }

  const document = JSON.stringify(openApiDocument());
  app.get(`/openapi/v3${GROUP_PATH}`, async (_request, reply) => reply.type('application/json').send(document));

  // kubectl asks for it as protobuf only; an empty document is a valid one and says: check nothing on your side.
  app.get('/openapi/v2', async (_request, reply) =>
    reply.header('content-type', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf').send(Buffer.alloc(0)),
  );

  app.get('/api/v1/namespaces', async ({ principal }) => {
    const bound = principal?.kind === 'user' ? principal.namespace : undefined;
    const names = new Set(bound === undefined ? ['default', ...(await store.namespaces())] : [bound]);
    return { kind: 'NamespaceList', apiVersion: 'v1', metadata: {}, items: [...names].sort().map(namespaceBody) };
  });

  // A namespace is made by writing to it: every name that could be one is one.
  const params = { type: 'object', properties: { ns: { type: 'string', pattern: NAME_PATTERN } } };
  app.get<{ Params: { ns: string } }>('/api/v1/namespaces/:ns', { schema: { params } }, async (request) =>
    namespaceBody(request.params.ns),
  );
}

function namespaceBody(name: string): object {
  return { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, status: { phase: 'Active' } };
}
