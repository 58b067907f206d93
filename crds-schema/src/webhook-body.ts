import Type, { type Static } from 'typebox';
import { REASONS } from './vocabulary.ts';

const text = Type.String();

/** Where the recording is: what a receiver needs to fetch it by its own role, without parsing a URL. */
export const WebhookStorage = Type.Object({
  provider: Type.Literal('s3'),
  bucket: text,
  key: text,
  region: text,
  endpoint: Type.Optional(text),
  forcePathStyle: Type.Boolean(),
  url: text,
  duration: Type.Integer(),
  sizeBytes: Type.Integer({ description: 'Ours, as is the checksum: what was fetched can be held against them.' }),
  checksumCRC32: Type.Optional(text),
});

/**
 * The body of `recording-complete`. The fields are the old bot's (its newer superset), in its order;
 * `meeting`, `metadata.eventId|timezone|coverage|outcome|reason|audioKey` and `error` are ours.
 */
export const WebhookBody = Type.Object({
  recordingId: Type.String({ description: 'Stable per Meeting: its uid.' }),
  meetingLink: text,
  status: Type.Enum(['completed', 'failed'], { type: 'string' }),
  blobUrl: Type.Optional(text),
  timestamp: Type.String({ format: 'date-time' }),
  metadata: Type.Object({
    userId: text,
    teamId: text,
    botId: text,
    eventId: Type.Optional(text),
    timezone: Type.Optional(text),
    contentType: Type.Optional(text),
    uploaderType: Type.Literal('s3'),
    duration: Type.Optional(Type.Integer({ description: 'Whole seconds.' })),
    coverage: Type.Optional(Type.Number()),
    outcome: Type.Optional(text),
    reason: Type.Optional(text),
    audioKey: Type.Optional(text),
    storage: Type.Optional(WebhookStorage),
  }),
  meeting: Type.Object({ namespace: text, name: text, uid: text }),
  error: Type.Optional(
    Type.Object({ type: Type.Enum([...REASONS] as [string, ...string[]], { type: 'string' }), message: text }),
  ),
});
export type WebhookBody = Static<typeof WebhookBody>;
