import { AsyncQueue } from './async-queue.ts';
import type { LocalCopy } from './local-media.ts';
import { isStoreError, type ObjectStore } from './object-store.ts';
import type { Persistence } from './persistence.ts';

/** An object that is to be in S3 as soon as possible. */
export interface PendingObject {
  /** Asked when its turn comes. */
  key(): string;
  readonly contentType: string;
  readonly copy: LocalCopy;
  /** Monotonic time at which its media came in. */
  readonly arrivedAt: number;
  /** Called once it is in S3; the copy is now the callee's. */
  durable(): void;
}

/**
 * Puts objects into S3 one after the other: what is in S3 is then always a beginning of the recording without a hole.
 * One at a time is fast enough: a segment of four seconds is put in a tenth of a second, so ten minutes without S3 are
 * caught up in about a quarter of a minute.
 */
export class DurableQueue {
  readonly #store: ObjectStore;
  readonly #persistence: Persistence;
  readonly #queue = new AsyncQueue<PendingObject>();
  #current: PendingObject | undefined;

  constructor(options: { store: ObjectStore; persistence: Persistence }) {
    this.#store = options.store;
    this.#persistence = options.persistence;
  }

  get length(): number {
    return this.#queue.length + (this.#current ? 1 : 0);
  }

  /** Monotonic arrival of the oldest media that is not in S3 yet. */
  get oldestArrival(): number | undefined {
    return this.#current?.arrivedAt ?? this.#queue.next(1)[0]?.arrivedAt;
  }

  /** What is not in S3 yet, in order. */
  get pending(): readonly PendingObject[] {
    return [...(this.#current ? [this.#current] : []), ...this.#queue.next(this.#queue.length)];
  }

  push(object: PendingObject): void {
    this.#queue.push(object);
  }

  close(): void {
    this.#queue.close();
  }

  /** Works until closed and empty. Throws the signal's reason, or what cannot be mended. */
  async run(signal: AbortSignal): Promise<void> {
    for (let next = await this.#queue.shift(signal); next; next = await this.#queue.shift(signal)) {
      this.#current = next;
      await this.#put(next);
      this.#current = undefined;
      next.durable();
    }
  }

  async #put({ contentType, copy, ...pending }: PendingObject): Promise<void> {
    const key = pending.key();
    const body = await copy.read();
    try {
      await this.#persistence.until(`put ${key}`, (signal) =>
        this.#store.put(key, body, { contentType, ifNoneMatch: true, signal }),
      );
    } catch (error) {
      if (!isStoreError(error, 'AlreadyExists')) throw error;
      // Our own earlier try, whose answer was lost, or somebody else's: the size tells.
      const found = await this.#persistence.until(`verify ${key}`, (signal) => this.#store.head(key, { signal }));
      if (found?.sizeBytes !== body.length) throw error;
    }
  }
}
