import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { causesOf, withoutValue } from './validation.ts';

/**
 * Every setting, once: its name in the environment is the property's name. Values come as text and are
 * converted to the type the schema wants; an empty text counts as absent.
 */
const text = (description: string) => Type.Optional(Type.String({ description }));
const textOr = (byDefault: string, description: string) => Type.String({ default: byDefault, description });
const required = (description: string) => Type.String({ minLength: 1, description });
const flag = (byDefault: boolean, description: string) =>
  Type.Boolean({ default: byDefault, description: `${description} true or false.` });
const whole = (byDefault: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: byDefault, minimum, maximum, description });
const url = (description: string) => Type.Optional(Type.String({ format: 'meeting-url', description }));

const s3 = {
  STORAGE_PROVIDER: Type.Enum(['s3'], {
    type: 'string',
    default: 's3',
    description: 'Where recordings go; there is one choice.',
  }),
  S3_REGION: required('Region of the bucket.'),
  S3_BUCKET_NAME: required('Bucket of the recordings.'),
  S3_ACCESS_KEY_ID: text('Static key; absent together with its secret: the task role.'),
  S3_SECRET_ACCESS_KEY: text('Secret of the static key.'),
  S3_ENDPOINT: url('Another S3 than AWS, as MinIO.'),
  S3_USE_MINIO_COMPATIBILITY: flag(false, 'Path-style requests and no default checksums, for S3 clones.'),
  S3_URL_STYLE: Type.Enum(['virtual', 'path'], {
    type: 'string',
    default: 'virtual',
    description: 'The form of the URL in status and webhook.',
  }),
};

const browser = {
  CHROME_EXTRA_ARGS: text("The operator's own Chromium flags, split as a shell splits words."),
  BROWSER_PRIVATE_HOSTS: text(
    'Private hosts and CIDRs that the browser may reach, separated by commas; default none, and no WebRTC to private addresses.',
  ),
  PLATFORM_PAGES_KEY: text(
    'Key of a JSON document in the bucket that describes pages of platforms anew (platform-pages.schema.json); read by each recorder at its start.',
  ),
};

/** Microsoft's Bot Identification: who vouches for us in a Teams meeting. All three or none of the first ones. */
const teamsBot = {
  TEAMS_BOT_TENANT_ID: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9.-]{1,255}$',
      description:
        'Tenant (id or domain) of the app that is registered with Microsoft as a meeting bot. With TEAMS_BOT_CLIENT_ID and TEAMS_BOT_CLIENT_SECRET recorders identify themselves to Microsoft Teams.',
    }),
  ),
  TEAMS_BOT_CLIENT_ID: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', description: 'Client id of that app.' }),
  ),
  TEAMS_BOT_CLIENT_SECRET: Type.Optional(
    Type.String({
      format: 'secret-place',
      description:
        'Where its client secret lies: ARN of a secret of Secrets Manager (a text, or one text of a JSON object by :key::), or file: and a path. Recorders read it.',
    }),
  ),
  TEAMS_BOT_AUTHORITY: Type.String({
    format: 'meeting-url',
    default: 'https://login.microsoftonline.com',
    description: 'Who gives the token; another one for national clouds.',
  }),
};

/** Names and defaults of the old bot; REDIS_DB, REDIS_TLS and the dead-letter list are ours. */
const redis = {
  REDIS_CONSUMER_ENABLED: flag(false, 'Jobs of the old Redis list become Meetings.'),
  REDIS_HOST: textOr('redis', 'Host of Redis (6.2 or newer).'),
  REDIS_PORT: whole(6379, 1, 65_535, 'Port of Redis.'),
  REDIS_USERNAME: text('User of Redis.'),
  REDIS_PASSWORD: text('Password of Redis.'),
  REDIS_DB: whole(0, 0, 1_000_000, 'Database of Redis.'),
  REDIS_TLS: flag(false, 'Speak TLS with Redis.'),
  REDIS_QUEUE_NAME: textOr('jobs:meetbot:list', 'The list that jobs are taken from.'),
  REDIS_PROCESSING_QUEUE_NAME: textOr(
    'jobs:meetbot:processing',
    'Begins the names of the lists of jobs under way, one for each replica.',
  ),
  REDIS_DEAD_LETTER_QUEUE_NAME: textOr('jobs:meetbot:dead', 'The list of jobs that can not be read, with the reason.'),
};

export const ControllerSettings = Type.Object({
  ...s3,
  ...browser,
  ...teamsBot,
  BROWSER_IDENTITIES: text(
    'Signed-in browser profiles, separated by commas: name=platform:secret, the secret an ARN of Secrets Manager, or file: and a path. Each serves one recorder at a time; Meetings ask for one by spec.identity.',
  ),
  PORT: whole(3000, 0, 65_535, 'Port of the API.'),
  HOST: text('Address the API listens on; default 0.0.0.0 with API_TOKENS, 127.0.0.1 without.'),
  TLS_CERT_FILE: text('PEM certificate chain; with TLS_KEY_FILE the API speaks https.'),
  TLS_KEY_FILE: text('PEM key of the certificate.'),
  API_TOKENS: text(
    'Bearer tokens and their scopes, separated by commas: token:scope, or token:scope@namespace for one that opens one namespace only; scope one of meetings:read, meetings:write (read and joins too), meetings:join, or the short read, write, join, admin. Or the ARN of a secret of Secrets Manager that holds them, read again every SECRET_REFRESH_SECONDS.',
  ),
  API_TOKENS_FILE: text(
    'File of more tokens, written as in API_TOKENS, one a line; read again every 10 s, so that tokens are rotated without a restart.',
  ),
  API_RATE_LIMIT: whole(1000, 1, 1_000_000, 'Requests a second of one token; twice as many at once. For each replica.'),
  ALLOW_ANONYMOUS_JOIN: flag(false, 'The old join calls need no token.'),
  NOTIFY_WEBHOOK_ENABLED: flag(false, 'Send recording-complete.'),
  NOTIFY_WEBHOOK_URL: url('Where recording-complete goes.'),
  NOTIFY_WEBHOOK_SECRET: text(
    'Secrets of the signature, newest first, separated by spaces; or the ARN of the secret in Secrets Manager that holds them.',
  ),
  NOTIFY_WEBHOOK_PRIVATE_HTTP: flag(false, 'NOTIFY_WEBHOOK_URL may be http, to private addresses only.'),
  NOTIFY_WEBHOOK_FAILURES: flag(false, 'Send failed Meetings too.'),
  ...redis,
  SECRET_REFRESH_SECONDS: whole(300, 1, 3600, 'How often a secret that is named by its ARN is read again.'),
  RETENTION_DAYS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 3650,
      description:
        'Meetings without spec.retentionDays go, with their recordings, so long after they ended; default never.',
    }),
  ),
  DYNAMODB_TABLE: textOr('meetingbot', 'Table of the Meetings.'),
  DYNAMODB_CREATE_TABLE: flag(false, 'Make the table where it is missing, as on a DynamoDB Local.'),
  ECS_CLUSTER: required('Cluster of the recorders.'),
  ECS_TASK_DEFINITION: required('Family, family:revision or ARN of the recorder.'),
  ECS_SUBNETS: required('Subnets of the recorders, separated by commas.'),
  ECS_SECURITY_GROUPS: required('Security groups of the recorders, separated by commas.'),
  ECS_CAPACITY_PROVIDERS: text('Capacity providers, as FARGATE or FARGATE_SPOT:1,FARGATE:3; default FARGATE.'),
  ECS_CONTAINER_NAME: textOr('recorder', 'Name of the recorder container in the task definition.'),
  ECS_ASSIGN_PUBLIC_IP: flag(false, 'Give recorders a public address.'),
  TASK_EVENTS_QUEUE_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+/.+',
      description:
        'SQS queue of ECS task state changes: hints to look sooner. Absent: tasks are looked at by schedule only.',
    }),
  ),
  LAUNCH_LEAD_SECONDS: whole(120, 0, 3600, 'How long before startAt a recorder is launched.'),
  MAX_CONCURRENT_MEETINGS: whole(100, 1, 100_000, 'Recorders alive at once.'),
  MAX_CONCURRENT_MEETINGS_PER_NAMESPACE: whole(100, 1, 100_000, 'Recorders alive at once in one namespace.'),
  FARGATE_VCPU_QUOTA: whole(
    6,
    1,
    1_000_000,
    "vCPUs that the account may run on Fargate on demand in this region (Service Quotas, L-3032A538): for the alert before it is used up. A new account's is the default.",
  ),
  WEB_HOSTS: text(
    'Hosts that platform web may open, separated by commas; *.example.com takes all below it, * takes all. Default none.',
  ),
  CONTROLLER_URL: url('How recorders reach the API; default this process on 127.0.0.1.'),
  LOG_LEVEL: textOr('info', 'debug, info, warn or error.'),
});
export type ControllerSettings = Static<typeof ControllerSettings>;

export const RecorderSettings = Type.Object({
  ...s3,
  ...browser,
  ...teamsBot,
  MEETING_IDENTITY: text('Name of the signed-in profile that this attempt holds.'),
  MEETING_IDENTITY_SECRET: Type.Optional(
    Type.String({
      format: 'secret-place',
      description: 'Where that profile lies: ARN of a secret of Secrets Manager, or file: and a path.',
    }),
  ),
  MEETING_NAMESPACE: required('Namespace of the Meeting.'),
  MEETING_NAME: required('Name of the Meeting.'),
  MEETING_UID: required('uid of the Meeting.'),
  MEETING_ATTEMPT: Type.Integer({ minimum: 1, description: 'The attempt this recorder is.' }),
  MEETING_MODE: Type.Enum(['record', 'salvage'], {
    type: 'string',
    default: 'record',
    description: 'What it is started for.',
  }),
  MEETING_TOKEN: required("Opens this Meeting's status."),
  CONTROLLER_URL: Type.String({ format: 'meeting-url', description: 'Where the API is.' }),
  HEARTBEAT_SECONDS: whole(10, 1, 300, 'How often it reports.'),
  CHROMIUM_PATH: textOr('/usr/bin/chromium', 'The browser.'),
  LOG_LEVEL: textOr('info', 'debug, info, warn or error.'),
});
export type RecorderSettings = Static<typeof RecorderSettings>;

/** A setting is missing or wrong. The message is one line and names it; values are never in it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS';
}

/**
 * Reads settings from an environment.
 * @throws SettingsError that names each bad or missing setting in one line
 */
export function readSettings<S extends TSchema>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): Static<S> {
  const properties = (schema as unknown as { properties: Record<string, { type?: string }> }).properties;
  const given: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const raw = env[name]?.trim();
    if (raw !== undefined && raw !== '') given[name] = convert(raw, property.type);
  }
  const value = Value.Default(schema, given);
  const causes = causesOf(schema, value);
  if (causes.length > 0) {
    // A setting may be a secret.
    throw new SettingsError(`settings: ${causes.map(withoutValue).join('; ')}`);
  }
  return value as Static<S>;
}

function convert(raw: string, type: string | undefined): unknown {
  if (type === 'integer' && /^-?\d+$/.test(raw)) return Number(raw);
  if (type === 'boolean' && (raw === 'true' || raw === 'false')) return raw === 'true';
  return raw;
}

/** The items of a list written with commas; blanks around them don't count. */
export function splitList(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
