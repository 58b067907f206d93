import { MemoryObjectStore } from './memory-object-store.ts';
import {
  MIN_PART_BYTES,
  type MultipartUpload,
  type PutOptions,
  type StoredObject,
  type UploadedPart,
} from './object-store.ts';

/** A bucket that forgets what it is sent but for its size: for more media than fits into memory. */
export class SizesOnlyStore extends MemoryObjectStore {
  readonly sent = { bytes: 0, gets: 0 };
  readonly #sizes = new Map<string, number>();
  readonly #parts = new Map<string, Map<number, number>>();

  override async put(key: string, body: Buffer, options: PutOptions): Promise<{ etag: string }> {
    this.sent.bytes += body.length;
    if (key.endsWith('.json')) return super.put(key, body, options);
    this.#sizes.set(key, body.length);
    return { etag: 'sizes-only' };
  }

  override async head(key: string): Promise<StoredObject | undefined> {
    const sizeBytes = this.#sizes.get(key);
    return sizeBytes === undefined ? super.head(key) : { sizeBytes, etag: 'sizes-only' };
  }

  override get(key: string): Promise<Buffer> {
    this.sent.gets += 1;
    return super.get(key);
  }

  override async uploadPart(upload: MultipartUpload, partNumber: number, body: Buffer): Promise<UploadedPart> {
    this.sent.bytes += body.length;
    const parts = this.#parts.get(upload.uploadId) ?? new Map<number, number>();
    this.#parts.set(upload.uploadId, parts.set(partNumber, body.length));
    return { partNumber, etag: 'sizes-only' };
  }

  override async completeMultipart(upload: MultipartUpload, parts: readonly UploadedPart[]): Promise<{ etag: string }> {
    const sizes = parts.map(({ partNumber }) => this.#parts.get(upload.uploadId)?.get(partNumber) ?? 0);
    if (sizes.slice(0, -1).some((size) => size < MIN_PART_BYTES)) throw new Error(`EntityTooSmall: ${sizes}`);
    this.#sizes.set(
      upload.key,
      sizes.reduce((sum, each) => sum + each, 0),
    );
    return { etag: 'sizes-only' };
  }
}
