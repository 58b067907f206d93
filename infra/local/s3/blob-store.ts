import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';

/** Part of a blob: what a part or an object is made of. Bytes. */
export interface Slice {
  readonly blob: string;
  readonly start: number;
  readonly length: number;
}

const READ_CHUNK = 256 * 1024;

/**
 * Files that are written once and never changed. Which of them belong to what is the catalog's knowledge; a file
 * that the catalog does not name is rubbish and goes at the next start.
 */
export class BlobStore {
  readonly #dir: string;
  /** Blobs being read: how often. A removed one of these goes when the last reader is done. */
  readonly #readers = new Map<string, number>();
  readonly #removed = new Set<string>();

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true });
  }

  /** Opens a new blob for writing. */
  create(): { blob: string; sink: Writable } {
    const blob = randomUUID();
    return { blob, sink: createWriteStream(join(this.#dir, blob), { flags: 'wx' }) };
  }

  /** Removes blobs, those being read when they have been read. */
  async remove(blobs: Iterable<string>): Promise<void> {
    for (const blob of blobs) {
      if (this.#readers.has(blob)) this.#removed.add(blob);
      else await this.#unlink(blob);
    }
  }

  /** Removes every blob that is not in `known`: what a killed process left half-written. */
  sweep(known: ReadonlySet<string>): number {
    const rubbish = readdirSync(this.#dir).filter((blob) => !known.has(blob));
    for (const blob of rubbish) unlinkSync(join(this.#dir, blob));
    return rubbish.length;
  }

  /** Streams bytes `start`…`end` (inclusive) of the slices put one behind the other. */
  read(slices: readonly Slice[], start: number, end: number): Readable {
    const wanted = cut(slices, start, end);
    for (const { blob } of wanted) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1);
    const stream = Readable.from(this.#chunks(wanted), { objectMode: false });
    stream.once('close', () => {
      for (const { blob } of wanted) this.#release(blob);
    });
    return stream;
  }

  async *#chunks(slices: readonly Slice[]): AsyncGenerator<Buffer> {
    for (const { blob, start, length } of slices) {
      yield* createReadStream(join(this.#dir, blob), {
        start,
        end: start + length - 1,
        highWaterMark: READ_CHUNK,
      });
    }
  }

  #release(blob: string): void {
    const left = (this.#readers.get(blob) ?? 1) - 1;
    if (left > 0) {
      this.#readers.set(blob, left);
      return;
    }
    this.#readers.delete(blob);
    if (this.#removed.delete(blob)) void this.#unlink(blob);
  }

  async #unlink(blob: string): Promise<void> {
    // Gone already is as good; anything else is found by the next start's sweep.
    await unlink(join(this.#dir, blob)).catch(() => undefined);
  }
}

/** The slices that make up bytes `start`…`end` (inclusive) of the given ones. */
export function cut(slices: readonly Slice[], start: number, end: number): Slice[] {
  const wanted: Slice[] = [];
  let at = 0;
  for (const slice of slices) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, slice.length - 1);
    if (from <= to) wanted.push({ blob: slice.blob, start: slice.start + from, length: to - from + 1 });
    at += slice.length;
  }
  return wanted;
}
