import { API_VERSION, GROUP, KIND, MeetingSchema, VERSION } from '@meetingbot/crds-schema';
import { JSON_PATCH, JSON_TYPE, MERGE_PATCH } from './body-parser.ts';
import { COLLECTION_PATH, OBJECT_PATH, RESEND_PATH } from './paths.ts';

const GVK = { group: GROUP, version: VERSION, kind: KIND };
const SCHEMA_NAME = 'dev.meetingbot.v1.Meeting';
const SCHEMA = { $ref: `#/components/schemas/${SCHEMA_NAME}` };

const parameter = (name: string, where: 'path' | 'query', description: string) => ({
  name,
  in: where,
  description,
  ...(where === 'path' ? { required: true } : {}),
  schema: { type: 'string' },
});
const WRITE_QUERY = [
  parameter('dryRun', 'query', 'All: everything is checked, nothing is written.'),
  // kubectl apply from 1.27 on works with a server only that says it has this parameter.
  parameter('fieldValidation', 'query', 'Strict, Warn or Ignore: what becomes of unknown fields.'),
  parameter('fieldManager', 'query', 'Taken and not used.'),
];
const answers = { '200': { description: 'OK', content: { [JSON_TYPE]: { schema: SCHEMA } } } };

function operation(action: string, types: readonly string[] = []): object {
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': GVK,
    ...(types.length === 0
      ? {}
      : {
          parameters: WRITE_QUERY,
          requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema: SCHEMA }])) },
        }),
    responses: answers,
  };
}

/** What kubectl reads of us for apply, create, edit and explain: the schemas that also validate. */
export function openApiDocument(): object {
  const pathOf = (path: string) => path.replace(':ns', '{namespace}').replace(':name', '{name}');
  const namespace = parameter('namespace', 'path', 'Namespace of the Meeting.');
  const name = parameter('name', 'path', 'Name of the Meeting.');
  return {
    openapi: '3.0.0',
    info: { title: 'Meeting Bot', version: API_VERSION },
    paths: {
      [pathOf(COLLECTION_PATH)]: {
        parameters: [namespace],
        get: operation('list'),
        post: operation('post', [JSON_TYPE]),
      },
      [pathOf(OBJECT_PATH)]: {
        parameters: [namespace, name],
        get: operation('get'),
        put: operation('put', [JSON_TYPE]),
        patch: operation('patch', [JSON_PATCH, MERGE_PATCH]),
        delete: operation('delete', [JSON_TYPE]),
      },
      [pathOf(RESEND_PATH)]: {
        parameters: [namespace, name],
        post: { ...operation('post'), responses: { '202': answers['200'] } },
      },
    },
    components: {
      schemas: {
        [SCHEMA_NAME]: {
          ...MeetingSchema,
          'x-kubernetes-group-version-kind': [GVK],
        },
      },
    },
  };
}
