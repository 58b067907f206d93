import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type CallOptions,
  MIN_PART_BYTES,
  type MultipartUpload,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
  type StoredObject,
  type UploadedPart,
  type WriteCondition,
} from '../upload/object-store.ts';

/** No space, no quota left: errno(3). */
const NO_ROOM: readonly string[] = ['ENOSPC', 'EDQUOT'];

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

interface OpenUpload extends MultipartUpload {
  readonly parts: Map<number, { readonly etag: string; readonly bytes: number }>;
}

/**
 * A bucket that is a directory: for recordings that go nowhere else. One process writes to it. A disk that is full is a
 * bucket that is away: what waits is written when there is room.
 */
export class FileObjectStore implements ObjectStore {
  readonly #objects: string;
  readonly #uploads: string;
  readonly #open = new Map<string, OpenUpload>();

  constructor(directory: string) {
    this.#objects = join(directory, 'objects');
    this.#uploads = join(directory, 'uploads');
  }

  /** Where an object lies. */
  pathOf(key: string): string {
    return join(this.#objects, key);
  }

  async put(key: string, body: Buffer, options: PutOptions): Promise<{ etag: string }> {
    const temporary = join(this.#uploads, randomUUID());
    await writing(temporary, async () => {
      await mkdir(this.#uploads, { recursive: true });
      await writeFile(temporary, body);
      await this.#place(temporary, key, options);
    });
    return { etag: md5(body) };
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const path = this.pathOf(key);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) return undefined;
    const hash = createHash('md5');
    await pipeline(createReadStream(path), hash);
    return { sizeBytes: found.size, etag: hash.digest('hex') };
  }

  async get(key: string, { range }: CallOptions & { range?: { start: number; end: number } } = {}): Promise<Buffer> {
    const path = this.pathOf(key);
    if (range === undefined) return readFile(path).catch(notFound(key));
    const file = await open(path).catch(notFound(key));
    try {
      const length = Math.min(range.end + 1, (await file.stat()).size) - range.start;
      if (length <= 0) throw new ObjectStoreError('Invalid', `no bytes from ${range.start} on`);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, range.start);
      return buffer;
    } finally {
      await file.close();
    }
  }

  async list(prefix: string): Promise<{ key: string; sizeBytes: number }[]> {
    const entries = await readdir(this.#objects, { recursive: true, withFileTypes: true }).catch(() => []);
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.#objects, join(entry.parentPath, entry.name)))
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return Promise.all(keys.map(async (key) => ({ key, sizeBytes: (await stat(this.pathOf(key))).size })));
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) await rm(this.pathOf(key), { force: true });
  }

  async createMultipart(key: string): Promise<MultipartUpload> {
    const upload = { key, uploadId: randomUUID() };
    const directory = join(this.#uploads, upload.uploadId);
    await writing(directory, () => mkdir(directory, { recursive: true }));
    this.#open.set(upload.uploadId, { ...upload, parts: new Map() });
    return upload;
  }

  async uploadPart(upload: MultipartUpload, partNumber: number, body: Buffer): Promise<UploadedPart> {
    const { parts } = this.#upload(upload);
    const path = this.#partPath(upload, partNumber);
    await writing(path, () => writeFile(path, body));
    const etag = md5(body);
    parts.set(partNumber, { etag, bytes: body.length });
    return { partNumber, etag };
  }

  async completeMultipart(
    upload: MultipartUpload,
    parts: readonly UploadedPart[],
    options: WriteCondition = {},
  ): Promise<{ etag: string }> {
    const known = this.#upload(upload).parts;
    for (const [index, { partNumber, etag }] of parts.entries()) {
      const part = known.get(partNumber);
      const isSmall = part !== undefined && part.bytes < MIN_PART_BYTES && index < parts.length - 1;
      const isInOrder = partNumber > (parts[index - 1]?.partNumber ?? 0);
      if (part?.etag !== etag || isSmall || !isInOrder) throw new ObjectStoreError('Invalid', `part ${partNumber}`);
    }
    const whole = join(this.#uploads, randomUUID());
    await writing(whole, async () => {
      for (const { partNumber } of parts) {
        await pipeline(createReadStream(this.#partPath(upload, partNumber)), createWriteStream(whole, { flags: 'a' }));
      }
      await this.#place(whole, upload.key, options);
    });
    await this.abortMultipart(upload);
    return { etag: (await this.head(upload.key))?.etag ?? '' };
  }

  async abortMultipart({ uploadId }: MultipartUpload): Promise<void> {
    this.#open.delete(uploadId);
    await rm(join(this.#uploads, uploadId), { recursive: true, force: true });
  }

  async listMultipart(prefix: string): Promise<MultipartUpload[]> {
    return [...this.#open.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ key, uploadId }) => ({ key, uploadId }));
  }

  #upload({ key, uploadId }: MultipartUpload): OpenUpload {
    const open = this.#open.get(uploadId);
    if (open?.key !== key) throw new ObjectStoreError('NoSuchUpload', `no upload ${uploadId}`);
    return open;
  }

  #partPath({ uploadId }: MultipartUpload, partNumber: number): string {
    return join(this.#uploads, uploadId, String(partNumber));
  }

  async #place(temporary: string, key: string, { ifNoneMatch, ifMatch }: WriteCondition): Promise<void> {
    const path = this.pathOf(key);
    if (ifNoneMatch && (await stat(path).catch(() => undefined))) {
      throw new ObjectStoreError('AlreadyExists', `${key} exists`);
    }
    if (ifMatch !== undefined && (await this.head(key))?.etag !== ifMatch) {
      throw new ObjectStoreError('Changed', `${key} has changed`);
    }
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
  }
}

/** Writes to `path`; nothing of it is left where that fails. @throws ObjectStoreError `Unavailable` for want of room */
async function writing(path: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!NO_ROOM.includes(code)) throw error;
    throw new ObjectStoreError('Unavailable', `the disk takes nothing more: ${code}`, { cause: error });
  }
}

function notFound(key: string): (cause: unknown) => never {
  return (cause) => {
    throw new ObjectStoreError('NotFound', `no object ${key}`, { cause });
  };
}
