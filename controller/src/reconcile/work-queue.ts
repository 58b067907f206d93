import type { Clock, Logger } from '@meetingbot/crds-schema';
import PQueue from 'p-queue';

/** What a run of a key asks for: another run after a delay, or none. An error asks for a run after back-off. */
export interface RunResult {
  /** Milliseconds. */
  again?: number;
}

export interface WorkQueueOptions {
  clock: Clock;
  log: Logger;
  /** Keys worked on at once. */
  concurrency: number;
  /** Handles one key; it never runs twice at once for the same key. */
  run: (key: string) => Promise<RunResult>;
  /** Delay before the n-th retry in a row, milliseconds; n from 1. */
  backoff: (failures: number) => number;
  observer?: WorkQueueObserver;
  /** What log lines say of a key. @default the key */
  describe?: (key: string) => object;
}

/** Told of what happens, for metrics. Times are milliseconds. */
export interface WorkQueueObserver {
  added(): void;
  retried(): void;
  started(waited: number): void;
  finished(worked: number, result: 'success' | 'error' | 'requeue_after'): void;
}

/** Why a delayed key's timer is given up; made once, as an error costs a stack. */
const DROPPED = new Error('the delayed key was dropped');

/**
 * The work queue of client-go, on p-queue's workers: a key is dirty (wants work) or processing, or both.
 * Adding a dirty key changes nothing; adding one that is processing makes exactly one more run afterwards.
 * Source: kubernetes/client-go util/workqueue/queue.go.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #workers: PQueue;
  readonly #dirty = new Map<string, number>();
  /** Keys at work, and since when, on the monotonic clock. */
  readonly #processing = new Map<string, number>();
  /** Delayed keys and the time they are ready, on the monotonic clock; one entry a key, the earliest wins. */
  readonly #delayed = new Map<string, { readyAt: number; cancel: AbortController }>();
  readonly #failures = new Map<string, number>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#workers = new PQueue({ concurrency: options.concurrency });
  }

  /** Keys that wait for a worker. */
  get depth(): number {
    return this.#dirty.size;
  }

  get active(): number {
    return this.#processing.size;
  }

  /** For how long each key under way has been worked on, milliseconds. */
  get unfinished(): number[] {
    const now = this.#options.clock.monotonic();
    return [...this.#processing.values()].map((startedAt) => now - startedAt);
  }

  /** Wants `key` worked on as soon as a worker is free. */
  add(key: string): void {
    if (this.#stopped) return;
    this.#undelay(key);
    if (this.#dirty.has(key)) return;
    this.#options.observer?.added();
    this.#dirty.set(key, this.#options.clock.monotonic());
    if (!this.#processing.has(key)) this.#dispatch(key);
  }

  /** Wants `key` worked on after `delay` milliseconds; an earlier wish for the same key stays. */
  addAfter(key: string, delay: number): void {
    if (this.#stopped) return;
    if (delay <= 0) {
      this.add(key);
      return;
    }
    const readyAt = this.#options.clock.monotonic() + delay;
    const before = this.#delayed.get(key);
    if (before !== undefined && before.readyAt <= readyAt) return;
    before?.cancel.abort(DROPPED);
    const cancel = new AbortController();
    this.#delayed.set(key, { readyAt, cancel });
    this.#options.clock.sleep(delay, cancel.signal).then(
      () => this.add(key),
      () => {},
    );
  }

  /** Takes no more keys, drops the delayed ones and waits for those under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#delayed.values()) cancel.abort(DROPPED);
    this.#delayed.clear();
    this.#dirty.clear();
    this.#workers.clear();
    await this.#workers.onIdle();
  }

  #describe(key: string): object {
    return this.#options.describe?.(key) ?? { key };
  }

  #undelay(key: string): void {
    this.#delayed.get(key)?.cancel.abort(DROPPED);
    this.#delayed.delete(key);
  }

  #dispatch(key: string): void {
    this.#workers
      .add(() => this.#work(key))
      .catch((error: unknown) => {
        // Stopping drops what waits for a worker.
        if (!this.#stopped) this.#options.log.error({ err: error, ...this.#describe(key) }, 'a worker failed');
      });
  }

  async #work(key: string): Promise<void> {
    const { clock, observer } = this.#options;
    const addedAt = this.#dirty.get(key);
    if (addedAt === undefined) return;
    this.#dirty.delete(key);
    const startedAt = clock.monotonic();
    this.#processing.set(key, startedAt);
    observer?.started(startedAt - addedAt);
    try {
      const { again } = await this.#options.run(key);
      this.#failures.delete(key);
      observer?.finished(clock.monotonic() - startedAt, again === undefined ? 'success' : 'requeue_after');
      if (again !== undefined) this.addAfter(key, again);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      observer?.finished(clock.monotonic() - startedAt, 'error');
      observer?.retried();
      this.#options.log.warn({ err: error, ...this.#describe(key), failures }, 'reconcile failed; it is tried again');
      this.addAfter(key, this.#options.backoff(failures));
    } finally {
      this.#processing.delete(key);
      if (this.#dirty.has(key)) this.#dispatch(key);
    }
  }
}
