/** What became of a call to the store, as far as its caller must act differently. */
export const STORE_ERROR_CODES = [
  /** The network, a time-out, throttling, a damaged transfer, a fault of the service: try again. */
  'Unavailable',
  /** No right, no bucket, wrong credentials: trying again helps only after somebody mended it. */
  'Refused',
  /** `ifNoneMatch` was asked for and there is an object. */
  'AlreadyExists',
  /** `ifMatch` was asked for and the object is another one, or gone. */
  'Changed',
  /** No object of that key. */
  'NotFound',
  /** The multipart upload was completed or aborted. */
  'NoSuchUpload',
  /** The store will never take this call: a part too small, parts out of order, and the like. */
  'Invalid',
] as const;
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

/** The only error that an {@link ObjectStore} throws, apart from the reason of an aborted signal. */
export class ObjectStoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ObjectStoreError';
    this.code = code;
  }
}

/** Whether `error` is the store's answer with that code. */
export function isStoreError(error: unknown, ...codes: StoreErrorCode[]): error is ObjectStoreError {
  return error instanceof ObjectStoreError && codes.includes(error.code);
}

export interface StoredObject {
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
}

/** When a write is to be refused; at most one of both. */
export interface WriteCondition {
  /** Refuse with `AlreadyExists` where there is an object of that key. */
  readonly ifNoneMatch?: boolean;
  /** Refuse with `Changed` where the object of that key has another etag than this, or is gone. */
  readonly ifMatch?: string;
}

/** The condition that there still is what was `found`; undefined: nothing. */
export const unchanged = (found: StoredObject | undefined): WriteCondition =>
  found === undefined ? { ifNoneMatch: true } : { ifMatch: found.etag };

export interface PutOptions extends CallOptions, WriteCondition {
  readonly contentType: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** One open multipart upload. */
export interface MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** A part as the store acknowledged it. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
  /** CRC-32 in base64, where the store gave one back. */
  readonly checksumCRC32?: string;
}

/** All parts but the last must have at least this size (Amazon S3 multipart upload limits). */
export const MIN_PART_BYTES = 5 * 1024 * 1024;

/** The most parts an upload may have. */
export const MAX_PARTS = 10_000;

/**
 * A bucket. One call is one try with a time limit: callers decide about trying again ({@link ObjectStoreError.code}).
 * Reads see every write that was acknowledged before them.
 */
export interface ObjectStore {
  /** Writes a whole object. Resolves to its etag. */
  put(key: string, body: Buffer, options: PutOptions): Promise<{ etag: string }>;
  /** Undefined where there is no such object. */
  head(key: string, options?: CallOptions): Promise<StoredObject | undefined>;
  /** Reads an object into memory, or the bytes `start` to `end` (inclusive) of it. Throws `NotFound`. */
  get(key: string, options?: CallOptions & { range?: { start: number; end: number } }): Promise<Buffer>;
  /** Every object whose key begins so, in the order of UTF-8 keys, however many pages it takes. */
  list(prefix: string, options?: CallOptions): Promise<{ key: string; sizeBytes: number }[]>;
  /** Removes objects; those that do not exist count as removed. Any number. */
  delete(keys: readonly string[], options?: CallOptions): Promise<void>;
  createMultipart(key: string, options: { contentType: string } & CallOptions): Promise<MultipartUpload>;
  /** Parts count from 1, may come in any order, and the same number again replaces the part. */
  uploadPart(upload: MultipartUpload, partNumber: number, body: Buffer, options?: CallOptions): Promise<UploadedPart>;
  /** `parts` in ascending order. Throws `NoSuchUpload` also where an earlier try did succeed. */
  completeMultipart(
    upload: MultipartUpload,
    parts: readonly UploadedPart[],
    options?: CallOptions & WriteCondition,
  ): Promise<{ etag: string }>;
  /** An upload that is gone counts as aborted. */
  abortMultipart(upload: MultipartUpload, options?: CallOptions): Promise<void>;
  /** Open uploads to keys that begin so. */
  listMultipart(prefix: string, options?: CallOptions): Promise<MultipartUpload[]>;
}
