import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  attemptsPrefix,
  checkManifest,
  holdsSegment,
  type Meeting,
  manifestKey,
  meetingPrefix,
  objectUrl,
  parseTakeKey,
  type RecordedMovie,
  type RecordingManifest,
  type RecordingStatus,
  type S3UrlStyle,
  totalSeconds,
} from '@meetingbot/crds-schema';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { ControllerError } from '../errors.ts';
import type { RecordingLook, RecordingStore } from '../ports.ts';
import { indexFault } from './mp4-index.ts';

/** A manifest is a few kilobytes; what is larger than this is not one. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export interface S3RecordingStoreOptions {
  client: S3Client;
  bucket: string;
  region: string;
  urlStyle: S3UrlStyle;
  endpoint?: string;
}

/** The controller's view of S3: it reads manifests, verifies objects by their head and their index, and deletes what is not to stay. */
export class S3RecordingStore implements RecordingStore {
  readonly #options: S3RecordingStoreOptions;

  constructor(options: S3RecordingStoreOptions) {
    this.#options = options;
  }

  async look(meeting: Meeting): Promise<RecordingLook> {
    const manifest = await this.#manifest(meeting);
    if (manifest === undefined) return { kind: 'none' };
    const base = { attempt: manifest.writtenBy, endReason: manifest.reason };
    const { recording } = manifest;
    if (recording === undefined || manifest.startedAt === undefined || manifest.endedAt === undefined) {
      return { kind: 'empty', ...base };
    }
    const fault = await this.#faultOf(recording);
    if (fault !== undefined) return { kind: 'broken', ...base, message: `${recording.key}: ${fault}` };
    return {
      kind: 'whole',
      ...base,
      missingSeconds: totalSeconds(manifest.gaps),
      soundLostSeconds: totalSeconds(manifest.soundLost ?? []),
      recording: this.#status(manifest, recording, manifest.startedAt, manifest.endedAt),
    };
  }

  async hasLeftovers(meeting: Meeting): Promise<boolean> {
    const manifest = await this.#manifest(meeting);
    let token: string | undefined;
    do {
      const { contents, next } = await this.#page(attemptsPrefix(meeting.metadata), token, 1000);
      for (const key of contents) {
        const found = parseTakeKey(meeting.metadata, key);
        if (found?.part === 'segment' && !(manifest && holdsSegment(manifest, found))) return true;
      }
      token = next;
    } while (token !== undefined);
    return false;
  }

  async remove(meeting: Meeting): Promise<void> {
    const prefix = meetingPrefix(meeting.metadata);
    await this.#abortUploads(prefix);
    for (;;) {
      const { contents } = await this.#page(prefix, undefined, 1000);
      if (contents.length === 0) return;
      await this.#call(`DeleteObjects ${prefix}`, async () => {
        const { Errors = [] } = await this.#options.client.send(
          new DeleteObjectsCommand({
            Bucket: this.#options.bucket,
            Delete: { Quiet: true, Objects: contents.map((Key) => ({ Key })) },
          }),
        );
        const [error] = Errors;
        if (error !== undefined) {
          throw new ControllerError('Unavailable', `S3 did not delete ${error.Key}: ${error.Code} ${error.Message}`);
        }
      });
    }
  }

  #status(
    manifest: RecordingManifest,
    recording: NonNullable<RecordingManifest['recording']>,
    startedAt: string,
    endedAt: string,
  ): RecordingStatus {
    const { bucket, region, urlStyle: style, endpoint } = this.#options;
    const place = { bucket, region, style, key: recording.key, ...(endpoint === undefined ? {} : { endpoint }) };
    return {
      bucket,
      key: recording.key,
      region,
      url: objectUrl(place),
      sizeBytes: recording.sizeBytes,
      durationSeconds: recording.durationSeconds,
      coverage: manifest.coverage,
      contentType: recording.contentType,
      etag: recording.etag,
      checksumCRC32: recording.checksumCRC32,
      startedAt,
      endedAt,
      ...(manifest.audio === undefined ? {} : { audioKey: manifest.audio.key }),
    };
  }

  async #manifest(meeting: Meeting): Promise<RecordingManifest | undefined> {
    const key = manifestKey(meeting.metadata);
    const text = await this.#call(`GetObject ${key}`, async () => {
      const { Body, ContentLength } = await this.#options.client.send(
        new GetObjectCommand({ Bucket: this.#options.bucket, Key: key }),
      );
      if ((ContentLength ?? 0) > MAX_MANIFEST_BYTES) throw new Error(`${key}: ${ContentLength} bytes is no manifest`);
      return Body?.transformToString();
    });
    if (text === undefined) return undefined;
    const checked = checkManifest(JSON.parse(text));
    if ('cause' in checked) {
      throw new ControllerError('Internal', `${key}: ${checked.cause.field}: ${checked.cause.message}`);
    }
    const { manifest } = checked;
    if (manifest.uid !== meeting.metadata.uid) throw new ControllerError('Internal', `${key}: uid ${manifest.uid}`);
    return manifest;
  }

  /** What is wrong with an object, by its head and a look at its index; undefined: it is whole. */
  async #faultOf({ key, sizeBytes, etag, checksumCRC32 }: RecordedMovie): Promise<string | undefined> {
    const found = await this.#head(key);
    if (found === undefined) return `expected ${sizeBytes} bytes, got no object`;
    if (found.size !== sizeBytes) return `expected ${sizeBytes} bytes, got ${found.size}`;
    if (found.etag !== etag) return `expected etag ${etag}, got ${found.etag}`;
    if (found.crc32 !== undefined && found.crc32 !== checksumCRC32) {
      return `expected CRC-32 ${checksumCRC32}, got ${found.crc32}`;
    }
    return indexFault((from, bytes) => this.#read(key, etag, from, bytes), sizeBytes);
  }

  async #head(key: string): Promise<{ size: number; etag: string; crc32?: string } | undefined> {
    return this.#call(`HeadObject ${key}`, async () => {
      const { client, bucket } = this.#options;
      const { ContentLength, ETag, ChecksumCRC32, ChecksumType } = await client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
      );
      // One of type COMPOSITE is a checksum of the parts' checksums, which the ETag is too.
      const isOfTheWhole = ChecksumCRC32 !== undefined && ChecksumType !== 'COMPOSITE' && !ChecksumCRC32.includes('-');
      return {
        size: ContentLength ?? -1,
        etag: (ETag ?? '').replaceAll('"', ''),
        ...(isOfTheWhole ? { crc32: ChecksumCRC32 } : {}),
      };
    });
  }

  /** Some bytes of an object as it was when we looked at its head; fewer at its end. */
  async #read(key: string, etag: string, from: number, bytes: number): Promise<Uint8Array> {
    const found = await this.#call(`GetObject ${key}`, async () => {
      const { client, bucket } = this.#options;
      const Range = `bytes=${from}-${from + bytes - 1}`;
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range, IfMatch: `"${etag}"` }),
      );
      return Body?.transformToByteArray();
    });
    return found ?? new Uint8Array();
  }

  async #page(
    prefix: string,
    token: string | undefined,
    limit: number,
  ): Promise<{ contents: string[]; next?: string }> {
    const page = await this.#call(`ListObjectsV2 ${prefix}`, () =>
      this.#options.client.send(
        new ListObjectsV2Command({
          Bucket: this.#options.bucket,
          Prefix: prefix,
          MaxKeys: limit,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      ),
    );
    const contents = (page?.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    return { contents, ...(page?.NextContinuationToken === undefined ? {} : { next: page.NextContinuationToken }) };
  }

  async #abortUploads(prefix: string): Promise<void> {
    const { client, bucket } = this.#options;
    const page = await this.#call(`ListMultipartUploads ${prefix}`, () =>
      client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix })),
    );
    for (const { Key, UploadId } of page?.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      await this.#call(`AbortMultipartUpload ${Key}`, () =>
        client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })),
      );
    }
  }

  /** Runs one call; what is not there is undefined. S3's faults are the meeting's weather: all of them are tried again. */
  async #call<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const { name } = awsFailureOf(error);
      if (name === 'NoSuchKey' || name === 'NotFound' || name === 'NoSuchUpload') return undefined;
      throw toControllerError(error, what);
    }
  }
}
