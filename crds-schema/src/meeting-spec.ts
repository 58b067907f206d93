import Type, { type Static } from 'typebox';
import { JoinPlan } from './join-steps.ts';
import { PLATFORMS } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
/** RFC 3339 with a zone, as Kubernetes writes times. */
export const Timestamp = (description: string) => Type.String({ format: 'date-time', description });
export const enumOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Enum(values as unknown as [T[number], ...T[number][]], { type: 'string', description });

/** Names of signed-in identities; `any` is none. */
export const IDENTITY_NAME = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
/** spec.identity for whichever identity of the platform is free. */
export const ANY_IDENTITY = 'any';

export const RecordingSpec = Type.Object(
  {
    kind: Type.Optional(
      Type.Enum(['video', 'audio'], { type: 'string', default: 'video', description: 'What is recorded.' }),
    ),
    width: Type.Optional(
      Type.Integer({ minimum: 320, maximum: 1920, multipleOf: 2, default: 1280, description: 'Pixels, even.' }),
    ),
    height: Type.Optional(
      Type.Integer({ minimum: 240, maximum: 1080, multipleOf: 2, default: 720, description: 'Pixels, even.' }),
    ),
    frameRate: Type.Optional(Type.Integer({ minimum: 5, maximum: 30, default: 25, description: 'Frames a second.' })),
  },
  { ...closed, description: 'The form of the recording.' },
);

const seconds = (byDefault: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, default: byDefault, description: `${description} Seconds.` }));

export const LeaveSpec = Type.Object(
  {
    lobbySeconds: seconds(900, 86_400, 'How long the steps of joining and the lobby may take in all.'),
    noShowSeconds: seconds(1200, 86_400, 'How long to wait in the call for a first other person.'),
    aloneSeconds: seconds(60, 86_400, 'How long to stay when everybody else has left.'),
    silenceSeconds: seconds(600, 86_400, 'How long nobody may be heard before leaving.'),
    silenceArmSeconds: seconds(1200, 86_400, 'How long after joining silence begins to count.'),
    maxSeconds: seconds(14_400, 86_400, 'How long a recording may be.'),
    botNames: Type.Optional(
      Type.Array(Type.String({ minLength: 2, maxLength: 100 }), {
        maxItems: 100,
        description:
          'Whole words in the names of participants that are other recorders and keep nobody company. Absent: a list of the usual ones.',
      }),
    ),
  },
  { ...closed, description: 'When the recorder leaves by itself.' },
);

const opaque = (description: string) => Type.Optional(Type.String({ maxLength: 1024, description }));

export const MeetingContext = Type.Object(
  {
    userId: opaque('Of the caller.'),
    teamId: opaque('Of the caller.'),
    botId: opaque('Of the caller.'),
    eventId: opaque('Of the caller.'),
    timezone: opaque('IANA name.'),
  },
  { ...closed, description: 'Opaque to Meeting Bot, returned in the webhook.' },
);

/** What we are called where nobody says otherwise. */
export const DEFAULT_DISPLAY_NAME = 'Meeting Recorder';

export const MeetingSpec = Type.Object(
  {
    url: Type.String({
      format: 'meeting-url',
      maxLength: 4096,
      description: 'Where the meeting is: an absolute http or https URL. Immutable.',
    }),
    platform: Type.Optional(
      enumOf(PLATFORMS, 'Whose meeting it is; derived from the url when absent, web for a url with join. Immutable.'),
    ),
    displayName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        default: DEFAULT_DISPLAY_NAME,
        description: 'Our name in the call.',
      }),
    ),
    startAt: Type.Optional(Timestamp('When to be in the meeting (RFC 3339). Absent: now.')),
    stop: Type.Optional(
      Type.Boolean({ description: 'true: leave now and keep what was recorded. It cannot be taken back.' }),
    ),
    recording: Type.Optional(RecordingSpec),
    leave: Type.Optional(LeaveSpec),
    maxAttempts: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10, default: 3, description: 'How many recorders may be launched in all.' }),
    ),
    retentionDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3650, description: 'Days after which recording and record are deleted.' }),
    ),
    deletionPolicy: Type.Optional(
      Type.Enum(['Retain', 'Delete'], {
        type: 'string',
        default: 'Retain',
        description: 'What becomes of the recording when the Meeting is deleted.',
      }),
    ),
    context: Type.Optional(MeetingContext),
    passcode: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Typed where the page asks for one. Absent: the one in the url, if any. Never logged.',
      }),
    ),
    announce: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: 'Said in the chat once we are in, where the page has a chat. Absent: nothing is said.',
      }),
    ),
    identity: Type.Optional(
      Type.String({
        pattern: IDENTITY_NAME,
        description:
          'Join signed in: name of one of the identities of setting BROWSER_IDENTITIES, or any for whichever of the platform is free. It serves one recorder at a time; the Meeting waits for it. Absent: as a guest.',
      }),
    ),
    join: Type.Optional(JoinPlan),
  },
  { ...closed, description: 'What is wanted.' },
);
export type MeetingSpec = Static<typeof MeetingSpec>;

/** A spec with every default filled in, as the API stores it. */
export type CompleteMeetingSpec = MeetingSpec &
  Required<Pick<MeetingSpec, 'platform' | 'displayName' | 'maxAttempts' | 'deletionPolicy'>> & {
    recording: Required<Static<typeof RecordingSpec>>;
    leave: Required<Omit<Static<typeof LeaveSpec>, 'botNames'>> & Pick<Static<typeof LeaveSpec>, 'botNames'>;
  };

/**
 * Which fields of the spec may no longer change, and from when on. All others may change at any time: `stop`,
 * `retentionDays`, `deletionPolicy`.
 */
export const SETTLED_SPEC_FIELDS = {
  written: ['url', 'platform'],
  /** A recorder has read them. */
  launched: ['displayName', 'startAt', 'recording', 'passcode', 'announce', 'identity', 'join'],
  /** What is told of it stays what it is. */
  over: ['leave', 'maxAttempts', 'context'],
} as const;
