import Type, { type Static } from 'typebox';
import { enumOf, Timestamp } from './meeting-spec.ts';
import { REASONS } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
const gauge = (description: string) => Type.Optional(Type.Number({ description }));

export const RecorderHealth = Type.Object(
  {
    framesPerSecond: gauge('Frames encoded a second, over the last ten seconds.'),
    duplicatedFrames: gauge('Frames doubled since the start.'),
    droppedFrames: gauge('Frames lost since the start.'),
    encoderSpeed: gauge('Media seconds encoded a second, over the last ten seconds; below 1 the encoder lags.'),
    audioRmsDb: gauge('Level of the recorded sound, dBFS.'),
    secondsSinceSound: gauge('Seconds since anything was heard.'),
    pageAudioRmsDb: gauge(
      'Level of the sound that the page received, dBFS; absent: the page has no call, or was not asked.',
    ),
    soundFaults: gauge('Times that the page had sound and the recording had none, since the start; mending was tried.'),
    frozenPictureSeconds: gauge('Seconds since the picture changed; a shared slide may stand still for long.'),
    uploadLagSeconds: gauge('Age of the oldest media that is not yet in S3.'),
    cpuCores: gauge('CPU of the whole task, cores.'),
    memoryBytes: gauge('Resident memory of the whole task.'),
  },
  { ...closed, description: 'How the recorder is doing.' },
);
export type RecorderHealth = Static<typeof RecorderHealth>;

/** Where a recorder is. `Done` is its last word and carries `result`. */
export const RECORDER_PHASES = ['Joining', 'Lobby', 'Recording', 'Finalizing', 'Done'] as const;
export type RecorderPhase = (typeof RECORDER_PHASES)[number];

/** The reason a recorder gives for its end; `Terminated`: it was told to by a signal and cannot know why. */
export const END_REASONS = [...REASONS, 'Terminated'] as const;
export type EndReason = (typeof END_REASONS)[number];

/** What a recorder could not do as it was wanted. */
export const NOTICE_REASONS = ['NotSignedIn', 'NotIdentified'] as const;

export const RecorderNotice = Type.Object(
  {
    reason: enumOf(NOTICE_REASONS, 'NotSignedIn: joined as a guest; NotIdentified: joined without a token of Teams.'),
    message: Type.String({ maxLength: 512, description: 'For people.' }),
  },
  closed,
);
export type RecorderNotice = Static<typeof RecorderNotice>;

/**
 * What a recorder writes to its own Meeting's status, as merge patch `{status: {recorder: …}}`.
 * It owns this corner only; phase and conditions follow from it in the same write.
 */
export const RecorderReport = Type.Object(
  {
    attempt: Type.Integer({ minimum: 1, description: 'The attempt this recorder is.' }),
    sequence: Type.Integer({ minimum: 1, description: 'Counts its reports; an older one is ignored.' }),
    phase: enumOf(RECORDER_PHASES, 'Where it is.'),
    at: Timestamp('When it was there, by its own clock.'),
    joinedAt: Type.Optional(Timestamp('When it was let in.')),
    recordingStartedAt: Type.Optional(Timestamp('Time of the first frame.')),
    participants: Type.Optional(Type.Integer({ minimum: 0, description: 'People in the call, itself included.' })),
    dialogs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ maxLength: 40, description: 'As the description of the platform calls it.' }),
            answered: Type.Integer({ minimum: 1, description: 'How often.' }),
          },
          closed,
        ),
        { maxItems: 50, description: 'Questions of the page that were answered by rule.' },
      ),
    ),
    notices: Type.Optional(
      Type.Array(RecorderNotice, { maxItems: 10, description: 'What could not be done; the meeting is attended.' }),
    ),
    health: Type.Optional(RecorderHealth),
    result: Type.Optional(
      Type.Object(
        {
          reason: enumOf(END_REASONS, 'Why it ended.'),
          endedWith: Type.Optional(
            enumOf(
              END_REASONS,
              'Where reason is UploadFailed: why the meeting had ended, which tells whether it goes on.',
            ),
          ),
          message: Type.Optional(Type.String({ maxLength: 1024, description: 'For people.' })),
          manifest: Type.Boolean({ description: 'true: a manifest is in S3 and says the rest.' }),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: "The recorder's own corner of the status." },
);
export type RecorderReport = Static<typeof RecorderReport>;

/**
 * Reason of the cause in a 409 that tells a recorder to leave: its attempt has an end or a successor, or the Meeting is
 * another one of the same name. A 409 without it is a conflict of one request and tells nothing about the attempt.
 */
export const ATTEMPT_OVER = 'AttemptOver';

/** Whether a failure (a Kubernetes `Status` of whatever shape) has that cause. */
export function isAttemptOver(status: unknown): boolean {
  const { details } = (status ?? {}) as { details?: { causes?: readonly { reason?: string }[] } };
  return details?.causes?.some(({ reason }) => reason === ATTEMPT_OVER) ?? false;
}
