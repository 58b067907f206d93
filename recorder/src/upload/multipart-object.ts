import type { MediaSink } from '../mp4/movie-file.ts';
import { checksumOf, type SummedPiece, sumPiece } from './crc32.ts';
import {
  isStoreError,
  MIN_PART_BYTES,
  type MultipartUpload,
  type ObjectStore,
  ObjectStoreError,
  type StoredObject,
  type UploadedPart,
  type WriteCondition,
} from './object-store.ts';
import type { Persistence } from './persistence.ts';

/** After so many parts they get larger, so that 10 000 of them hold 119 GiB: a day of 1080p30 at 11 Mbit/s. */
const SMALL_PARTS = 5_000;

function partBytes(partNumber: number): number {
  return partNumber <= SMALL_PARTS ? MIN_PART_BYTES : 4 * MIN_PART_BYTES;
}

/** A finished object. */
export interface FinishedObject extends StoredObject {
  readonly checksumCRC32: string;
}

/**
 * An object that is uploaded while it is made, although its first bytes are known last.
 *
 * The first 5 MiB of media are held back: together with the header they are part 1, which goes up at the end and is always
 * large enough for S3's rule of 5 MiB a part. All that follows goes up in parts as they fill. So ending costs at most the
 * header, 5 MiB and one part that is not full, however long the object is; and what never grows to two parts is one plain
 * PutObject, with no padding.
 */
export class MultipartObject implements MediaSink {
  readonly #store: ObjectStore;
  readonly #persistence: Persistence;
  readonly #key: string;
  readonly #contentType: string;
  readonly #held = Buffer.allocUnsafeSlow(MIN_PART_BYTES);
  #heldBytes = 0;
  #part = Buffer.alloc(0);
  #partBytes = 0;
  #upload: MultipartUpload | undefined;
  readonly #parts: UploadedPart[] = [];
  readonly #sums: SummedPiece[] = [];

  constructor(options: { store: ObjectStore; persistence: Persistence; key: string; contentType: string }) {
    this.#store = options.store;
    this.#persistence = options.persistence;
    this.#key = options.key;
    this.#contentType = options.contentType;
  }

  get key(): string {
    return this.#key;
  }

  get contentType(): string {
    return this.#contentType;
  }

  /** Resolves when `media` has been copied; that takes as long as the upload of a part where one is full. */
  async append(media: Buffer): Promise<void> {
    let rest = media;
    const hold = Math.min(rest.length, this.#held.length - this.#heldBytes);
    rest.copy(this.#held, this.#heldBytes, 0, hold);
    this.#heldBytes += hold;
    rest = rest.subarray(hold);
    while (rest.length > 0) {
      const size = partBytes(this.#nextPart);
      if (this.#part.length !== size) this.#part = Buffer.allocUnsafeSlow(size);
      const count = rest.copy(this.#part, this.#partBytes);
      this.#partBytes += count;
      rest = rest.subarray(count);
      if (this.#partBytes === size) await this.#sendPart();
    }
  }

  /**
   * Uploads what is missing and makes the object appear, `header` first, where `condition` holds.
   * @throws ObjectStoreError `NoSuchUpload` when somebody has aborted the upload, `AlreadyExists`, `Changed`
   */
  async finish(header: Buffer, condition: WriteCondition): Promise<FinishedObject> {
    const first = Buffer.concat([header, this.#held.subarray(0, this.#heldBytes)]);
    if (!this.#upload) {
      const whole = Buffer.concat([first, this.#part.subarray(0, this.#partBytes)]);
      const put = { contentType: this.#contentType, ...condition };
      return this.#confirm(header, [sumPiece(whole)], (signal) =>
        this.#store.put(this.#key, whole, { ...put, signal }),
      );
    }
    const upload = this.#upload;
    const [firstPart] = await Promise.all([
      this.#persistence.until('upload part 1', (signal) => this.#store.uploadPart(upload, 1, first, { signal })),
      this.#partBytes > 0 ? this.#sendPart() : undefined,
    ]);
    const sums = [sumPiece(first), ...this.#sums];
    const finished = await this.#confirm(header, sums, (signal) =>
      this.#store.completeMultipart(upload, [firstPart, ...this.#parts], { ...condition, signal }),
    );
    this.#upload = undefined;
    return finished;
  }

  /** Gives the upload up; may be called again where it failed. What an object of that key held before is untouched. */
  async abort(signal: AbortSignal): Promise<void> {
    if (this.#upload === undefined) return;
    await this.#store.abortMultipart(this.#upload, { signal });
    this.#upload = undefined;
  }

  get #nextPart(): number {
    return this.#parts.length + 2;
  }

  async #sendPart(): Promise<void> {
    const body = this.#part.subarray(0, this.#partBytes);
    const partNumber = this.#nextPart;
    this.#upload ??= await this.#persistence.until('begin upload', (signal) =>
      this.#store.createMultipart(this.#key, { contentType: this.#contentType, signal }),
    );
    const upload = this.#upload;
    const part = await this.#persistence.until(`upload part ${partNumber}`, (signal) =>
      this.#store.uploadPart(upload, partNumber, body, { signal }),
    );
    this.#parts.push(part);
    this.#sums.push(sumPiece(body));
    this.#partBytes = 0;
  }

  /**
   * Writes, then looks. A lost answer to a write that succeeded shows as a refusal of the next try: the object decides. The
   * header is what tells it from another recorder's of the same media, which may have the same size: it has the time of its
   * making and the place of each sample.
   */
  async #confirm(
    header: Buffer,
    sums: SummedPiece[],
    write: (signal: AbortSignal) => Promise<{ etag: string }>,
  ): Promise<FinishedObject> {
    const sizeBytes = sums.reduce((sum, each) => sum + each.bytes, 0);
    let refusal: unknown;
    let written: string | undefined;
    try {
      written = (await this.#persistence.until(`finish ${this.#key}`, write)).etag;
    } catch (error) {
      if (!isStoreError(error, 'NoSuchUpload', 'AlreadyExists', 'Changed')) throw error;
      refusal = error;
    }
    const found = await this.#persistence.until(`verify ${this.#key}`, (signal) =>
      this.#store.head(this.#key, { signal }),
    );
    if (written !== undefined && found?.etag !== written) {
      throw new ObjectStoreError('Changed', `${this.#key} was replaced when it had just been written`);
    }
    const isOurs = found?.sizeBytes === sizeBytes && (written !== undefined || (await this.#hasHeader(header)));
    if (found && isOurs) return { ...found, checksumCRC32: checksumOf(sums) };
    throw refusal ?? new Error(`${this.#key}: wrote ${sizeBytes} bytes, found ${found?.sizeBytes ?? 'no object'}`);
  }

  async #hasHeader(header: Buffer): Promise<boolean> {
    const range = { start: 0, end: header.length - 1 };
    const found = await this.#persistence.until(`read the header of ${this.#key}`, (signal) =>
      this.#store.get(this.#key, { range, signal }),
    );
    return found.equals(header);
  }
}
