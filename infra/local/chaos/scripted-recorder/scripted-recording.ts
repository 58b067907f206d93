import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  attemptsPrefix,
  type EndReason,
  type ManifestGap,
  type ManifestTake,
  type Meeting,
  manifestKey,
  parseTakeKey,
  type RecorderSettings,
  type RecordingManifest,
  recordingKey,
  takeKey,
} from '@meetingbot/crds-schema';
import { crc32OfWhole, tinyMovie } from '../../testing/tiny-movie.ts';

const SEGMENT_SECONDS = 0.05;

type Movie = Pick<NonNullable<RecordingManifest['recording']>, 'sizeBytes' | 'etag' | 'checksumCRC32'>;

/** A segment as it lies in S3: who captured it, and when. */
interface Segment {
  attempt: number;
  at: string;
}

/** A recording of text lines, kept as the real one is: segments at once, an upload under way, a manifest last. */
export class ScriptedRecording {
  readonly #client: S3Client;
  readonly #settings: RecorderSettings;
  readonly #meeting: Meeting['metadata'];
  #upload = '';
  #segments = 0;

  private constructor(client: S3Client, settings: RecorderSettings, meeting: Meeting['metadata']) {
    this.#client = client;
    this.#settings = settings;
    this.#meeting = meeting;
  }

  /** Begins the upload of the whole; those of earlier attempts are aborted. */
  static async open(settings: RecorderSettings, { metadata }: Meeting): Promise<ScriptedRecording> {
    const client = new S3Client({
      region: settings.S3_REGION,
      endpoint: settings.S3_ENDPOINT ?? '',
      forcePathStyle: true,
      credentials: {
        accessKeyId: settings.S3_ACCESS_KEY_ID ?? '',
        secretAccessKey: settings.S3_SECRET_ACCESS_KEY ?? '',
      },
    });
    const recording = new ScriptedRecording(client, settings, metadata);
    await recording.#abortUploads();
    const Key = recordingKey(metadata);
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: recording.#bucket, Key }));
    recording.#upload = UploadId ?? '';
    return recording;
  }

  get #bucket(): string {
    return this.#settings.S3_BUCKET_NAME;
  }

  /** Makes one more segment durable. */
  async segment(): Promise<void> {
    const attempt = this.#settings.MEETING_ATTEMPT;
    const Key = takeKey(this.#meeting, attempt, 1, { part: 'segment', sequence: this.#segments++ });
    const segment: Segment = { attempt, at: new Date().toISOString() };
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body: JSON.stringify(segment) }));
  }

  /** Puts all attempts' segments into one file, writes the manifest, removes the segments. */
  async finish(reason: EndReason): Promise<RecordingManifest> {
    const keys = await this.#segmentKeys();
    const segments: Segment[] = [];
    for (const Key of keys) {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      segments.push(JSON.parse((await Body?.transformToString()) ?? '') as Segment);
    }
    const movie = segments.length === 0 ? undefined : await this.#complete(segments);
    if (movie === undefined) await this.#abortUploads();
    const manifest = manifestOf({ reason, segments, movie, settings: this.#settings, meeting: this.#meeting });
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: manifestKey(this.#meeting), Body: JSON.stringify(manifest) }),
    );
    for (const Key of keys) await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
    return manifest;
  }

  async #complete(segments: readonly Segment[]): Promise<Movie> {
    const Body = tinyMovie(segments.map((segment) => `${JSON.stringify(segment)}\n`).join(''));
    const place = { Bucket: this.#bucket, Key: recordingKey(this.#meeting), UploadId: this.#upload };
    const { ETag } = await this.#client.send(new UploadPartCommand({ ...place, PartNumber: 1, Body }));
    const whole = await this.#client.send(
      new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
    );
    return { sizeBytes: Body.length, etag: (whole.ETag ?? '').replaceAll('"', ''), checksumCRC32: crc32OfWhole(Body) };
  }

  async #segmentKeys(): Promise<string[]> {
    const { Contents = [] } = await this.#client.send(
      new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: attemptsPrefix(this.#meeting) }),
    );
    const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    const attemptOf = (key: string) => parseTakeKey(this.#meeting, key)?.attempt ?? 0;
    return keys.sort((a, b) => attemptOf(a) - attemptOf(b) || (a < b ? -1 : 1));
  }

  async #abortUploads(): Promise<void> {
    const { Uploads = [] } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: recordingKey(this.#meeting) }),
    );
    for (const { Key, UploadId } of Uploads) {
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId }));
    }
  }
}

interface Finished {
  reason: EndReason;
  segments: readonly Segment[];
  movie: Movie | undefined;
  settings: RecorderSettings;
  meeting: Meeting['metadata'];
}

function manifestOf({ reason, segments, movie, settings, meeting }: Finished): RecordingManifest {
  const takes: ManifestTake[] = [];
  const gaps: ManifestGap[] = [];
  let last: Segment | undefined;
  let mediaStart = 0;
  for (const attempt of new Set(segments.map((segment) => segment.attempt))) {
    const own = segments.filter((segment) => segment.attempt === attempt);
    const [first] = own;
    if (first === undefined) continue;
    const durationSeconds = own.length * SEGMENT_SECONDS;
    if (last !== undefined) {
      const seconds = (Date.parse(first.at) - Date.parse(last.at)) / 1000;
      gaps.push({ from: last.at, to: first.at, seconds, cause: 'RecorderLost' });
    }
    takes.push({ attempt, take: 1, startedAt: first.at, mediaStart, durationSeconds, fragments: own.length, bytes: 1 });
    mediaStart += durationSeconds;
    last = own.at(-1);
  }
  const missing = gaps.reduce((sum, gap) => sum + gap.seconds, 0);
  const span = { startedAt: segments[0]?.at ?? '', endedAt: last?.at ?? '' };
  return {
    version: 1,
    ...{ namespace: meeting.namespace, name: meeting.name, uid: meeting.uid, kind: 'video', reason },
    outcome: movie === undefined ? 'None' : gaps.length === 0 ? 'Complete' : 'Partial',
    ...(movie === undefined ? {} : span),
    ...{ takes, gaps, coverage: mediaStart === 0 ? 0 : mediaStart / (mediaStart + missing) },
    ...{ framesLost: 0, framesDuplicated: 0 },
    ...(movie === undefined
      ? {}
      : {
          recording: {
            ...{ bucket: settings.S3_BUCKET_NAME, key: recordingKey(meeting), contentType: 'video/mp4' },
            ...{ ...movie, durationSeconds: mediaStart },
          },
        }),
    ...{ writtenBy: settings.MEETING_ATTEMPT, createdAt: new Date().toISOString() },
  };
}
