import { JSON_PATCH, JSON_TYPE, MERGE_PATCH, YAML_TYPE } from '../body-parser.ts';
import { COLLECTION_PATH, EVERYWHERE_PATH, OBJECT_PATH, RESEND_PATH, STATUS_PATH } from '../paths.ts';
import { body, inHeader, inPath, inQuery, json, type Parameter, type PathItem, ref } from './openapi-parts.ts';

const tags = ['Meetings'];
const namespace = inPath('ns', 'Namespace of the Meeting.');
const name = inPath('name', 'Name of the Meeting.');
const etag = { ETag: { description: 'Its resourceVersion.', schema: { type: 'string' } } };
const failed = { default: json('What went wrong; 422 names each field and what was expected.', ref('Status')) };
const meeting = json('The Meeting.', ref('Meeting'), etag);

const selection: Parameter[] = [
  inQuery('labelSelector', 'As `team=a,env in (test,live),!old`.'),
  inQuery('fieldSelector', 'metadata.name, metadata.namespace and status.phase, with =, == or !=.'),
  inQuery('limit', 'Items of a page; 0 or absent: all.', { type: 'integer', minimum: 0 }),
  inQuery('continue', 'metadata.continue of the page before.'),
  inQuery('watch', 'true: the answer goes on with one line of JSON for each change, `{type, object}`.', {
    type: 'boolean',
  }),
  inQuery('resourceVersion', 'Of a watch: the version after which it begins; absent or 0: with all that there is.'),
  inQuery('timeoutSeconds', 'Of a watch: its length. 30 to 60 minutes where absent.', { type: 'integer' }),
  inQuery('allowWatchBookmarks', 'Of a watch: tell from time to time the version that it has reached.', {
    type: 'boolean',
  }),
  inQuery('sendInitialEvents', 'Of a watch: begin with all that there is, and say where that ends.', {
    type: 'boolean',
  }),
];
const writing: Parameter[] = [
  inQuery('dryRun', 'All: everything is checked, nothing is written.', { type: 'string', enum: ['All'] }),
  inQuery('fieldValidation', 'What becomes of unknown fields; Strict refuses them.', {
    type: 'string',
    enum: ['Strict', 'Warn', 'Ignore'],
    default: 'Strict',
  }),
];
const conditions = [
  inHeader('If-Match', 'ETag of the version that was read: another one is not touched (412).'),
  inHeader('If-None-Match', '`*` or an ETag that must not be the stored one (412).'),
];
const listed = {
  '200': json('A page of Meetings, or the stream of a watch.', ref('MeetingList')),
  '410': json('The version of a watch or a page is too old: list again.', ref('Status')),
  ...failed,
};

/** What can be done with Meetings, by path. */
export const MEETING_PATHS: Record<string, PathItem> = {
  [EVERYWHERE_PATH]: {
    get: {
      tags,
      operationId: 'listMeetingsEverywhere',
      summary: 'List or watch the Meetings of all namespaces',
      parameters: selection,
      responses: listed,
    },
  },
  [COLLECTION_PATH]: {
    get: {
      tags,
      operationId: 'listMeetings',
      summary: 'List or watch the Meetings of a namespace',
      parameters: [namespace, ...selection],
      responses: listed,
    },
    post: {
      tags,
      operationId: 'createMeeting',
      summary: 'Create a Meeting: it will be recorded',
      parameters: [
        namespace,
        ...writing,
        inHeader(
          'Idempotency-Key',
          'Of your choice, up to 255 characters: the request sent again is the same Meeting.',
        ),
      ],
      requestBody: body({ [JSON_TYPE]: ref('MeetingInput'), [YAML_TYPE]: ref('MeetingInput') }),
      responses: {
        '201': json('The Meeting as it was made.', ref('Meeting'), {
          ...etag,
          Location: { description: 'Its path.', schema: { type: 'string' } },
          'Idempotent-Replayed': { description: 'true: it had been made before.', schema: { type: 'string' } },
        }),
        ...failed,
      },
    },
  },
  [OBJECT_PATH]: {
    get: {
      tags,
      operationId: 'getMeeting',
      summary: 'Read a Meeting',
      parameters: [namespace, name, inHeader('If-None-Match', 'ETag of the version that you have.')],
      responses: { '200': meeting, '304': { description: 'You have this version.', headers: etag }, ...failed },
    },
    put: {
      tags,
      operationId: 'replaceMeeting',
      summary: 'Replace spec, labels, annotations and finalizers of a Meeting',
      description:
        'It takes the version that was read: as metadata.resourceVersion (else 409) or in If-Match (else 412).',
      parameters: [namespace, name, ...writing, ...conditions],
      requestBody: body({ [JSON_TYPE]: ref('MeetingInput'), [YAML_TYPE]: ref('MeetingInput') }),
      responses: { '200': meeting, ...failed },
    },
    patch: {
      tags,
      operationId: 'patchMeeting',
      summary: 'Change fields of a Meeting',
      description: '`{"spec": {"stop": true}}` ends a recording and keeps what was recorded.',
      parameters: [namespace, name, ...writing, ...conditions],
      requestBody: body({
        [MERGE_PATCH]: { type: 'object' },
        [JSON_PATCH]: { type: 'array', items: { type: 'object' } },
      }),
      responses: { '200': meeting, ...failed },
    },
    delete: {
      tags,
      operationId: 'deleteMeeting',
      summary: 'Delete a Meeting; its recorder leaves first',
      parameters: [namespace, name, ...writing.slice(0, 1), ...conditions],
      responses: {
        '200': json('It is gone (a Status), or goes once nothing holds it (the Meeting).', {
          oneOf: [ref('Status'), ref('Meeting')],
        }),
        ...failed,
      },
    },
  },
  [RESEND_PATH]: {
    post: {
      tags,
      operationId: 'resendMeeting',
      summary: 'Send the webhook of a Meeting that is over once more',
      description:
        'With the same id, by a new value of the annotation meetingbot.dev/resend-webhook; tried for another 24 hours. 409 while there is nothing to send.',
      parameters: [namespace, name],
      responses: { '202': json('It will be sent.', ref('Meeting'), etag), ...failed },
    },
  },
  [STATUS_PATH]: {
    get: {
      tags,
      operationId: 'getMeetingStatus',
      summary: 'Read a Meeting, as a recorder does',
      parameters: [namespace, name],
      responses: { '200': meeting, ...failed },
    },
    patch: {
      tags,
      operationId: 'reportToMeeting',
      summary: "A recorder's word on its own Meeting",
      description: "Takes the recorder's own token. The answer tells whether it shall stop.",
      parameters: [namespace, name],
      requestBody: body({ [MERGE_PATCH]: ref('RecorderPatch') }),
      responses: { '200': meeting, ...failed },
    },
  },
};
