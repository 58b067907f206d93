import Type, { type Static } from 'typebox';
import { enumOf, Timestamp } from './meeting-spec.ts';
import { RecorderReport } from './recorder-report.ts';
import { ATTRIBUTIONS, CONDITION_TYPES, OUTCOMES, PHASES, REASONS } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
const text = (description: string) => Type.Optional(Type.String({ description }));
const count = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }));

export const Condition = Type.Object(
  {
    type: enumOf(CONDITION_TYPES, 'What is observed.'),
    status: Type.Enum(['True', 'False', 'Unknown'], { type: 'string', description: 'Whether it holds.' }),
    reason: Type.String({ description: 'CamelCase, for programs.' }),
    message: Type.String({ description: 'For people.' }),
    lastTransitionTime: Timestamp('When the status last changed.'),
    observedGeneration: Type.Integer({ description: 'The generation it was observed at.' }),
  },
  closed,
);
export type Condition = Static<typeof Condition>;

/** What an attempt was started for: to record, or to assemble what a lost recorder left. */
export const ATTEMPT_MODES = ['record', 'salvage'] as const;
export type AttemptMode = (typeof ATTEMPT_MODES)[number];

/** What a task had of Fargate, by ECS's own word: what its price is made of. */
export const AttemptResources = Type.Object(
  {
    vcpu: Type.Number({ minimum: 0, description: 'vCPUs of the task.' }),
    memoryGib: Type.Number({ minimum: 0, description: 'GiB of memory of the task.' }),
    seconds: Type.Number({ minimum: 0, description: 'From the pull of its image to its end.' }),
    capacityProvider: text('As FARGATE or FARGATE_SPOT.'),
    architecture: text('As x86_64 or arm64.'),
  },
  closed,
);
export type AttemptResources = Static<typeof AttemptResources>;

export const Attempt = Type.Object(
  {
    number: Type.Integer({ minimum: 1, description: 'Counts from 1.' }),
    mode: enumOf(ATTEMPT_MODES, 'What it was started for.'),
    slot: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "Its place among the recorders alive at once, from 1: the label of its recorder's metrics.",
      }),
    ),
    identity: text('The signed-in identity that it holds until it ends.'),
    taskDefinition: text('ARN with revision, pinned before the launch.'),
    taskArn: text('ARN of the ECS task, once known.'),
    startTime: Timestamp('When the intent was written.'),
    runningTime: Type.Optional(Timestamp('When ECS said RUNNING.')),
    stopRequestedTime: Type.Optional(Timestamp('When it was first seen that it shall leave.')),
    stopTaskTime: Type.Optional(Timestamp('When StopTask was last called.')),
    endTime: Type.Optional(Timestamp('When it was known to be over.')),
    exitCode: Type.Optional(Type.Integer({ description: 'Of the recorder container.' })),
    stopCode: text("ECS's stop code."),
    resources: Type.Optional(AttemptResources),
    reason: text('Why it ended, from the closed list, or Terminated.'),
    message: text('For people.'),
  },
  closed,
);
export type Attempt = Static<typeof Attempt>;

export const RecordingStatus = Type.Object(
  {
    bucket: Type.String(),
    key: Type.String(),
    region: Type.String(),
    url: Type.String({ description: 'By S3_URL_STYLE.' }),
    sizeBytes: Type.Integer({ minimum: 0 }),
    durationSeconds: Type.Number({ minimum: 0 }),
    coverage: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Recorded share of the time between joining and end.',
    }),
    contentType: Type.String(),
    etag: Type.String(),
    checksumCRC32: text('Of the whole object, base64 of four bytes, as S3 writes it.'),
    startedAt: Timestamp('Of the first frame.'),
    endedAt: Timestamp('Of the last frame.'),
    audioKey: text('Key of audio.m4a.'),
  },
  closed,
);
export type RecordingStatus = Static<typeof RecordingStatus>;

export const WebhookStatus = Type.Object(
  {
    id: Type.String({ description: 'The same for every try.' }),
    attempts: Type.Integer({ minimum: 0 }),
    firstAttemptAt: Type.Optional(Timestamp('The 24 hours count from here.')),
    lastStatusCode: Type.Optional(Type.Integer({ description: 'Of the last answer.' })),
    lastError: text('Why the last try was none that counts: no answer, or not 2xx and what the receiver said.'),
    lastDurationMs: Type.Optional(Type.Integer({ minimum: 0, description: 'How long the last try took.' })),
    nextAttemptAt: Type.Optional(Timestamp('When the next try is due.')),
    deliveredAt: Type.Optional(Timestamp('When a 2xx came.')),
    resend: text('The value of the resend annotation that was last acted on.'),
  },
  closed,
);
export type WebhookStatus = Static<typeof WebhookStatus>;

export const MeetingStatus = Type.Object(
  {
    phase: enumOf(PHASES, 'Where the Meeting is in its life.'),
    conditions: Type.Array(Condition),
    outcome: Type.Optional(enumOf(OUTCOMES, 'What there is of the recording.')),
    reason: Type.Optional(enumOf(REASONS, 'Why it ended.')),
    attributedTo: Type.Optional(enumOf(ATTRIBUTIONS, 'Whose doing the reason is.')),
    message: text('For people.'),
    attempts: Type.Array(Attempt),
    recording: Type.Optional(RecordingStatus),
    webhook: Type.Optional(WebhookStatus),
    recorder: Type.Optional(RecorderReport),
    observedGeneration: Type.Optional(Type.Integer()),
    retryAt: Type.Optional(Timestamp('When the next launch is due.')),
    failedLaunches: count('Launches in a row that started no task.'),
    queuePosition: Type.Optional(Type.Integer({ minimum: 1, description: 'Place in the queue for a free recorder.' })),
    startTime: Type.Optional(Timestamp('When the first launch was decided.')),
    lobbyAt: Type.Optional(Timestamp('When a recorder first waited in the lobby.')),
    joinedAt: Type.Optional(Timestamp('When a recorder was first let in.')),
    recordingStartedAt: Type.Optional(Timestamp('When the first frame of any recorder was recorded.')),
    notifiedAt: Type.Optional(Timestamp('When the webhook was first delivered; a resend leaves it.')),
    endTime: Type.Optional(Timestamp('When the Meeting became terminal.')),
    lastHeartbeatAt: Type.Optional(Timestamp('Of the last word from a recorder.')),
  },
  { ...closed, description: 'What is so. Written by the controller and, in its corner, the recorder.' },
);
export type MeetingStatus = Static<typeof MeetingStatus>;
