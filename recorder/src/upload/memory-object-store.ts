import { createHash } from 'node:crypto';
import {
  MAX_PARTS,
  MIN_PART_BYTES,
  type MultipartUpload,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
  type StoredObject,
  type UploadedPart,
  type WriteCondition,
} from './object-store.ts';

/** A call as the fault knob and the journal see it. */
export interface StoreCall {
  readonly operation: keyof ObjectStore;
  /** Key or prefix. */
  readonly key: string;
  /** Bytes that the call carries to the store. */
  readonly bytes: number;
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

/**
 * A bucket in memory that keeps S3's rules. For tests: `calls` is a journal, and `before` may throw or wait
 * (a fault before the store acts), `after` likewise (the store acted, but its answer was lost).
 */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, { body: Buffer; etag: string; contentType: string }>();
  readonly uploads = new Map<string, { key: string; contentType: string; parts: Map<number, Buffer> }>();
  readonly calls: StoreCall[] = [];
  before: (call: StoreCall) => void | Promise<void> = () => {};
  after: (call: StoreCall) => void | Promise<void> = () => {};
  #uploadCount = 0;

  put(key: string, body: Buffer, options: PutOptions): Promise<{ etag: string }> {
    return this.#call({ operation: 'put', key, bytes: body.length }, () =>
      this.#store(key, Buffer.from(body), options.contentType, options),
    );
  }

  head(key: string): Promise<StoredObject | undefined> {
    return this.#call({ operation: 'head', key, bytes: 0 }, () => {
      const found = this.objects.get(key);
      return found && { sizeBytes: found.body.length, etag: found.etag };
    });
  }

  get(key: string, options: { range?: { start: number; end: number } } = {}): Promise<Buffer> {
    return this.#call({ operation: 'get', key, bytes: 0 }, () => {
      const found = this.objects.get(key);
      if (!found) throw new ObjectStoreError('NotFound', `no object ${key}`);
      const { start, end } = options.range ?? { start: 0, end: found.body.length - 1 };
      if (options.range && start >= found.body.length)
        throw new ObjectStoreError('Invalid', `no bytes from ${start} on`);
      return Buffer.from(found.body.subarray(start, end + 1));
    });
  }

  list(prefix: string): Promise<{ key: string; sizeBytes: number }[]> {
    return this.#call({ operation: 'list', key: prefix, bytes: 0 }, () =>
      [...this.objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { body }]) => ({ key, sizeBytes: body.length }))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
    );
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#call({ operation: 'delete', key: keys[0] ?? '', bytes: 0 }, () => {
      for (const key of keys) this.objects.delete(key);
    });
  }

  createMultipart(key: string, options: { contentType: string }): Promise<MultipartUpload> {
    return this.#call({ operation: 'createMultipart', key, bytes: 0 }, () => {
      const uploadId = `upload-${++this.#uploadCount}`;
      this.uploads.set(uploadId, { key, contentType: options.contentType, parts: new Map() });
      return { key, uploadId };
    });
  }

  uploadPart(upload: MultipartUpload, partNumber: number, body: Buffer): Promise<UploadedPart> {
    return this.#call({ operation: 'uploadPart', key: upload.key, bytes: body.length }, () => {
      const { parts } = this.#upload(upload);
      if (partNumber < 1 || partNumber > MAX_PARTS) throw new ObjectStoreError('Invalid', `part number ${partNumber}`);
      parts.set(partNumber, Buffer.from(body));
      return { partNumber, etag: md5(body) };
    });
  }

  completeMultipart(
    upload: MultipartUpload,
    parts: readonly UploadedPart[],
    options: WriteCondition = {},
  ): Promise<{ etag: string }> {
    return this.#call({ operation: 'completeMultipart', key: upload.key, bytes: 0 }, () => {
      const open = this.#upload(upload);
      if (parts.length === 0) throw new ObjectStoreError('Invalid', 'MalformedXML: no parts');
      const bodies = parts.map((part, index) => {
        const body = open.parts.get(part.partNumber);
        if (!body || md5(body) !== part.etag) throw new ObjectStoreError('Invalid', `InvalidPart ${part.partNumber}`);
        if (part.partNumber <= (parts[index - 1]?.partNumber ?? 0))
          throw new ObjectStoreError('Invalid', 'InvalidPartOrder');
        if (index < parts.length - 1 && body.length < MIN_PART_BYTES) {
          throw new ObjectStoreError('Invalid', `EntityTooSmall: part ${part.partNumber} of ${body.length} bytes`);
        }
        return body;
      });
      const stored = this.#store(upload.key, Buffer.concat(bodies), open.contentType, options);
      this.uploads.delete(upload.uploadId);
      return stored;
    });
  }

  abortMultipart(upload: MultipartUpload): Promise<void> {
    return this.#call({ operation: 'abortMultipart', key: upload.key, bytes: 0 }, () => {
      this.uploads.delete(upload.uploadId);
    });
  }

  listMultipart(prefix: string): Promise<MultipartUpload[]> {
    return this.#call({ operation: 'listMultipart', key: prefix, bytes: 0 }, () =>
      [...this.uploads]
        .filter(([, { key }]) => key.startsWith(prefix))
        .map(([uploadId, { key }]) => ({ key, uploadId })),
    );
  }

  #upload({ key, uploadId }: MultipartUpload) {
    const open = this.uploads.get(uploadId);
    if (open?.key !== key) throw new ObjectStoreError('NoSuchUpload', `no upload ${uploadId}`);
    return open;
  }

  #store(key: string, body: Buffer, contentType: string, { ifNoneMatch, ifMatch }: WriteCondition): { etag: string } {
    const found = this.objects.get(key);
    if (ifNoneMatch && found) throw new ObjectStoreError('AlreadyExists', `${key} exists`);
    if (ifMatch !== undefined && found?.etag !== ifMatch) throw new ObjectStoreError('Changed', `${key} has changed`);
    const etag = md5(body);
    this.objects.set(key, { body, etag, contentType });
    return { etag };
  }

  async #call<T>(call: StoreCall, act: () => T): Promise<T> {
    this.calls.push(call);
    await this.before(call);
    const result = act();
    await this.after(call);
    return result;
  }
}
