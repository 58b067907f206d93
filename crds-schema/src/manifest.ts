import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { enumOf, Timestamp } from './meeting-spec.ts';
import { END_REASONS } from './recorder-report.ts';
import { causesOf, type FieldCause } from './validation.ts';
import { OUTCOMES } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
const seconds = (description: string) => Type.Number({ minimum: 0, description: `${description} Seconds.` });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const attempt = Type.Integer({ minimum: 1, description: 'The attempt that captured it.' });

/** Why media is missing between two moments. */
export const GAP_CAUSES = [
  /** The meeting was joined, and the encoder took longer than usual to start. */
  'StartedLate',
  /** The encoder was lost and started again. */
  'EncoderRestarted',
  /** The page was lost and the meeting joined again by the same recorder. */
  'Rejoined',
  /** The page had sound and the recording had none: the sound path was made anew, and the meeting joined again. */
  'SoundRestarted',
  /** The recorder itself was lost, and a later attempt went on. */
  'RecorderLost',
  /** S3 was away for so long that the bound on local storage was reached. */
  'StorageFull',
  /** A segment is missing or damaged. */
  'MediaLost',
] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

export const ManifestTake = Type.Object(
  {
    attempt,
    take: Type.Integer({ minimum: 1, description: 'Run of the encoder within the attempt.' }),
    startedAt: Timestamp('Wall clock of its first moment.'),
    mediaStart: seconds('Where it begins in recording.mp4 and audio.m4a.'),
    durationSeconds: seconds('How long it is there.'),
    fragments: count('MP4 fragments it was captured in.'),
    bytes: count('Bytes it was captured in, both sounds and indices included.'),
    segments: Type.Optional(
      Type.Object(
        { first: count('Number of the first one.'), next: count('Number of the first one that is not in the files.') },
        { ...closed, description: 'Those of the run that the files were made from. Absent: all of them.' },
      ),
    ),
  },
  { ...closed, description: 'Media without a hole, in the order of the file.' },
);
export type ManifestTake = Static<typeof ManifestTake>;

export const ManifestGap = Type.Object(
  {
    from: Timestamp('Wall clock of the last moment before it.'),
    to: Timestamp('Wall clock of the first moment after it.'),
    seconds: seconds('How much is missing.'),
    cause: enumOf(GAP_CAUSES, 'Why.'),
  },
  closed,
);
export type ManifestGap = Static<typeof ManifestGap>;

export const SoundLoss = Type.Object(
  {
    from: Timestamp('Wall clock at which the sound was lost.'),
    to: Timestamp('Wall clock at which it was heard again, or at which the recording ended or had a gap.'),
    seconds: seconds('How long that was.'),
  },
  { ...closed, description: 'The page had sound and the recording has silence.' },
);
export type SoundLoss = Static<typeof SoundLoss>;

const mediaObject = {
  bucket: Type.String(),
  key: Type.String(),
  sizeBytes: count('As S3 reported it after the upload.'),
  durationSeconds: seconds('Of the longest track.'),
  contentType: Type.String(),
  etag: Type.String({ description: "S3's, without quotes." }),
  checksumCRC32: Type.String({ description: 'Of the whole object, base64 of four bytes, as S3 writes it.' }),
};

export const RecordedMovie = Type.Object(
  {
    ...mediaObject,
    width: Type.Optional(Type.Integer({ description: 'Pixels. Absent: sound only.' })),
    height: Type.Optional(Type.Integer({ description: 'Pixels.' })),
    frameRate: Type.Optional(Type.Number({ description: 'Frames a second, by the most frequent distance of two.' })),
    videoFrames: Type.Optional(count('Pictures in the file.')),
  },
  { ...closed, description: 'recording.mp4' },
);
export type RecordedMovie = Static<typeof RecordedMovie>;

export const RecordedSound = Type.Object(mediaObject, { ...closed, description: 'audio.m4a' });
export type RecordedSound = Static<typeof RecordedSound>;

export const RecordingManifest = Type.Object(
  {
    version: Type.Literal(1),
    namespace: Type.String(),
    name: Type.String(),
    uid: Type.String(),
    kind: Type.Enum(['video', 'audio'], { type: 'string', description: 'What was to be recorded.' }),
    reason: enumOf(END_REASONS, 'Why the last attempt ended.'),
    outcome: enumOf(OUTCOMES, 'Complete: at most 10 s and 1 % are missing. None: there is no recording.'),
    startedAt: Type.Optional(Timestamp('Wall clock of the first moment.')),
    endedAt: Type.Optional(Timestamp('Wall clock of the last moment.')),
    takes: Type.Array(ManifestTake),
    gaps: Type.Array(ManifestGap, { description: 'What is missing, in order.' }),
    coverage: Type.Number({ minimum: 0, maximum: 1, description: 'Recorded share of the time from start to end.' }),
    soundLost: Type.Optional(
      Type.Array(SoundLoss, { description: 'Where there is a picture and its sound is missing, as far as is known.' }),
    ),
    framesLost: count('Pictures that the recorder could not keep, as far as its attempts could say.'),
    framesDuplicated: count('Pictures shown twice in place of a late one.'),
    recording: Type.Optional(RecordedMovie),
    audio: Type.Optional(RecordedSound),
    timeline: Type.Optional(
      Type.String({
        description: 'Key of timeline.json: who was there and who spoke. Absent: the page did not show it.',
      }),
    ),
    writtenBy: Type.Integer({ minimum: 1, description: 'The attempt that wrote this.' }),
    createdAt: Timestamp('When this was written.'),
  },
  {
    ...closed,
    description: 'What is true of a recording. In S3 beside it; written when the recording is whole and verified.',
  },
);
export type RecordingManifest = Static<typeof RecordingManifest>;

/**
 * A manifest as it was read from S3, without fields that we do not know, since a later release may have written it; or the
 * first thing that is wrong with it.
 */
export function checkManifest(value: unknown): { manifest: RecordingManifest } | { cause: FieldCause } {
  const known = Value.Clean(RecordingManifest, structuredClone(value));
  const [cause] = causesOf(RecordingManifest, known);
  return cause === undefined ? { manifest: known as RecordingManifest } : { cause };
}

/** Whether a segment is in the files of which the manifest speaks, as far as it could be used. */
export function holdsSegment(
  { takes }: Pick<RecordingManifest, 'takes'>,
  { attempt, take, sequence }: { readonly attempt: number; readonly take: number; readonly sequence: number },
): boolean {
  return takes.some(
    ({ segments, ...each }) =>
      each.attempt === attempt &&
      each.take === take &&
      (segments === undefined || (segments.first <= sequence && sequence < segments.next)),
  );
}

/** How long the gaps, or the losses, of a manifest are together. */
export function totalSeconds(parts: readonly { readonly seconds: number }[]): number {
  return parts.reduce((sum, { seconds }) => sum + seconds, 0);
}
