import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CallLimit } from './call-limit.ts';
import {
  type CallOptions,
  isStoreError,
  type MultipartUpload,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
  type StoredObject,
  type UploadedPart,
  type WriteCondition,
} from './object-store.ts';
import { toStoreError } from './s3-errors.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Of a store that is not AWS's own. */
  readonly endpoint?: string;
  /** Bucket in the path; for the `endpoint`s that have no host name a bucket. */
  readonly pathStyle?: boolean;
  /** Absent: the task role, as the SDK finds it. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For stores that do not know S3's newer checksums: transfers are then guarded by Content-MD5. */
  readonly minioCompatibility?: boolean;
  /** For one call, answer included, in milliseconds; a large one gets more on a slow line ({@link CallLimit}). Default 30 000 */
  readonly callMs?: number;
}

/** DeleteObjects takes so many keys at most. */
const DELETE_KEYS = 1000;

/** A bucket behind the AWS SDK. `close` frees its connections. */
export function createS3Store(options: S3StoreOptions): ObjectStore & { close(): void } {
  const checksums = options.minioCompatibility ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  const client = new S3Client({
    region: options.region,
    // Tries are our callers' business: they know for how long.
    maxAttempts: 1,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.pathStyle ? { forcePathStyle: true } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
  });
  return new S3ObjectStore(client, options);
}

class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #md5: boolean;
  /** A line may carry more one way than the other. */
  readonly #limits: { readonly up: CallLimit; readonly down: CallLimit };

  constructor(client: S3Client, options: S3StoreOptions) {
    this.#client = client;
    this.#bucket = options.bucket;
    this.#md5 = options.minioCompatibility ?? false;
    this.#limits = { up: new CallLimit(options.callMs), down: new CallLimit(options.callMs) };
  }

  close(): void {
    this.#client.destroy();
  }

  put(key: string, body: Buffer, options: PutOptions): Promise<{ etag: string }> {
    const put = this.#call({ ...options, up: body.length }, async (abortSignal) => {
      const command = new PutObjectCommand({
        ...{ Bucket: this.#bucket, Key: key, Body: body, ContentType: options.contentType, ...this.#guard(body) },
        ...conditionOf(options),
      });
      const { ETag } = await this.#client.send(command, { abortSignal });
      return { etag: unquote(ETag) };
    });
    return orChanged(put, options);
  }

  head(key: string, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return this.#call(options, async (abortSignal) => {
      const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
      const { ContentLength, ETag } = await this.#client.send(command, { abortSignal });
      return { sizeBytes: ContentLength ?? 0, etag: unquote(ETag) };
    }).catch((error: unknown) => {
      // A missing bucket answers HEAD like a missing object, since HEAD has no body to tell by.
      if (toStoreError(error).code === 'NotFound') return undefined;
      throw error;
    });
  }

  get(key: string, options: CallOptions & { range?: { start: number; end: number } } = {}): Promise<Buffer> {
    const down = options.range ? options.range.end - options.range.start + 1 : 0;
    return this.#call({ ...options, down }, async (abortSignal) => {
      const range = options.range ? { Range: `bytes=${options.range.start}-${options.range.end}` } : {};
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...range });
      const { Body } = await this.#client.send(command, { abortSignal });
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    });
  }

  async list(prefix: string, options: CallOptions = {}): Promise<{ key: string; sizeBytes: number }[]> {
    const found: { key: string; sizeBytes: number }[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await this.#call(options, (abortSignal) => {
        const next = token ? { ContinuationToken: token } : {};
        return this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ...next }), {
          abortSignal,
        });
      });
      for (const { Key, Size } of page.Contents ?? []) if (Key) found.push({ key: Key, sizeBytes: Size ?? 0 });
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    }
    return found;
  }

  async delete(keys: readonly string[], options: CallOptions = {}): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_KEYS) {
      await this.#call(options, async (abortSignal) => {
        const Objects = keys.slice(at, at + DELETE_KEYS).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } });
        const { Errors } = await this.#client.send(command, { abortSignal });
        const [first] = Errors ?? [];
        if (first) throw Object.assign(new Error(first.Message), { name: first.Code ?? 'InternalError' });
      });
    }
  }

  createMultipart(key: string, options: { contentType: string } & CallOptions): Promise<MultipartUpload> {
    return this.#call(options, async (abortSignal) => {
      const command = new CreateMultipartUploadCommand({
        Bucket: this.#bucket,
        Key: key,
        ContentType: options.contentType,
      });
      const { UploadId } = await this.#client.send(command, { abortSignal });
      if (!UploadId) throw new Error('CreateMultipartUpload answered without an UploadId');
      return { key, uploadId: UploadId };
    });
  }

  uploadPart(
    upload: MultipartUpload,
    partNumber: number,
    body: Buffer,
    options: CallOptions = {},
  ): Promise<UploadedPart> {
    return this.#call({ ...options, up: body.length }, async (abortSignal) => {
      const command = new UploadPartCommand({
        ...{ Bucket: this.#bucket, Key: upload.key, UploadId: upload.uploadId },
        ...{ PartNumber: partNumber, Body: body, ...this.#guard(body) },
      });
      const { ETag, ChecksumCRC32 } = await this.#client.send(command, { abortSignal });
      return { partNumber, etag: unquote(ETag), ...(ChecksumCRC32 ? { checksumCRC32: ChecksumCRC32 } : {}) };
    });
  }

  completeMultipart(
    upload: MultipartUpload,
    parts: readonly UploadedPart[],
    options: CallOptions & WriteCondition = {},
  ): Promise<{ etag: string }> {
    const completed = this.#call(options, async (abortSignal) => {
      const Parts = parts.map(({ partNumber, etag, checksumCRC32 }) => ({
        ...{ PartNumber: partNumber, ETag: `"${etag}"` },
        // An upload begun with a checksum algorithm is refused when a part's checksum is not repeated here.
        ...(checksumCRC32 ? { ChecksumCRC32: checksumCRC32 } : {}),
      }));
      const command = new CompleteMultipartUploadCommand({
        ...{ Bucket: this.#bucket, Key: upload.key, UploadId: upload.uploadId, MultipartUpload: { Parts } },
        ...conditionOf(options),
      });
      const { ETag } = await this.#client.send(command, { abortSignal }).catch(orAnotherUpload);
      return { etag: unquote(ETag) };
    });
    return orChanged(completed, options);
  }

  async abortMultipart(upload: MultipartUpload, options: CallOptions = {}): Promise<void> {
    const command = new AbortMultipartUploadCommand({
      Bucket: this.#bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
    });
    try {
      await this.#call(options, (abortSignal) => this.#client.send(command, { abortSignal }));
    } catch (error) {
      if (toStoreError(error).code !== 'NoSuchUpload') throw error;
    }
  }

  async listMultipart(prefix: string, options: CallOptions = {}): Promise<MultipartUpload[]> {
    const found: MultipartUpload[] = [];
    let marker: { KeyMarker: string; UploadIdMarker?: string } | undefined;
    do {
      const page = await this.#call(options, (abortSignal) =>
        this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: prefix, ...marker }), {
          abortSignal,
        }),
      );
      for (const { Key, UploadId } of page.Uploads ?? [])
        if (Key && UploadId) found.push({ key: Key, uploadId: UploadId });
      const next = page.IsTruncated ? page.NextKeyMarker : undefined;
      const id = page.NextUploadIdMarker;
      marker = next ? { KeyMarker: next, ...(id ? { UploadIdMarker: id } : {}) } : undefined;
    } while (marker);
    return found;
  }

  #guard(body: Buffer): { ContentMD5?: string } {
    return this.#md5 ? { ContentMD5: createHash('md5').update(body).digest('base64') } : {};
  }

  /** One try with its time limit; it moves so many bytes of media to the store or from it. */
  async #call<T>(
    { signal, up = 0, down }: CallOptions & { up?: number; down?: number },
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const [limits, bytes] = down === undefined ? [this.#limits.up, up] : [this.#limits.down, down];
    const limit = AbortSignal.timeout(limits.msFor(bytes));
    const begun = performance.now();
    try {
      const result = await send(signal ? AbortSignal.any([signal, limit]) : limit);
      limits.ended(bytes, performance.now() - begun);
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) limits.ranOut(bytes);
      throw toStoreError(error);
    }
  }
}

function conditionOf({ ifNoneMatch, ifMatch }: WriteCondition): { IfNoneMatch?: string; IfMatch?: string } {
  return {
    ...(ifNoneMatch ? { IfNoneMatch: '*' } : {}),
    ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }),
  };
}

/** S3 has the same words for both conditions, and those of a missing object where there is none to match. */
async function orChanged<T>(write: Promise<T>, { ifMatch }: WriteCondition): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (ifMatch === undefined || !isStoreError(error, 'AlreadyExists', 'NotFound')) throw error;
    throw new ObjectStoreError('Changed', error.message, { cause: error });
  }
}

/** Where two conditional writes meet, S3 asks that a put is repeated, and that an upload is begun anew. */
function orAnotherUpload(error: unknown): never {
  const { name, message } = error as Error;
  if (name !== 'ConditionalRequestConflict') throw error;
  throw new ObjectStoreError('NoSuchUpload', `${name}: ${message}`, { cause: error });
}

const unquote = (etag: string | undefined): string => (etag ?? '').replace(/^"|"$/g, '');
