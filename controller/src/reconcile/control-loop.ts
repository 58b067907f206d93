import { type Clock, keyString, type Logger, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';
import type { MeetingStore, Random } from '../ports.ts';
import { OPEN_ATTEMPT_HORIZON } from './due.ts';
import type { GarbageCollector } from './garbage-collector.ts';
import type { Reconciler } from './reconciler.ts';
import type { TaskWatcher } from './task-watcher.ts';
import { WorkQueue, type WorkQueueObserver } from './work-queue.ts';

export interface ControlLoopOptions {
  store: MeetingStore;
  reconciler: Reconciler;
  watcher: TaskWatcher;
  collector: GarbageCollector;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Meetings worked on at once. */
  concurrency: number;
  /** Milliseconds between two looks at what has become due. */
  pollInterval: number;
  /** Milliseconds between two comparisons with ECS's list. */
  collectInterval: number;
  /** Milliseconds between two looks at everything unfinished, in case something was missed. */
  resyncInterval: number;
  observer?: WorkQueueObserver;
  /** What log lines say of a Meeting by its key. */
  describe?: (id: string) => object;
}

/** The index lags behind the table, and clocks differ: each look reaches back this far. Milliseconds. */
const OVERLAP = 30_000;
/** Reads under way when a leader takes over. */
const TAKEOVER_READS = 64;
const BACKOFF_BASE = 50;
const BACKOFF_CAP = 30_000;

/** The leader's work: it takes over what is unfinished, then works on what changes, what is due and what ECS says. */
export class ControlLoop {
  readonly #options: ControlLoopOptions;
  /** Of this term of leading. */
  #queue: WorkQueue | undefined;
  /** What recent looks have found already: key and due time. */
  readonly #found = new Map<string, number>();
  #running = false;

  constructor(options: ControlLoopOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#queue?.depth ?? 0;
  }

  get active(): number {
    return this.#queue?.active ?? 0;
  }

  /** For how long each Meeting under way has been worked on, milliseconds. */
  get unfinished(): number[] {
    return this.#queue?.unfinished ?? [];
  }

  get running(): boolean {
    return this.#running;
  }

  /** Wants a Meeting looked at now; without effect while another replica leads. */
  add(id: string): void {
    if (this.#running) this.#queue?.add(id);
  }

  /** Wants a Meeting looked at that this process has just written. */
  addWritten(meeting: Meeting): void {
    if (!this.#running) return;
    this.#options.reconciler.hand(meeting);
    this.add(keyString(meeting.metadata));
  }

  /**
   * Leads until the signal is aborted; resolves when all work under way has come to rest.
   * A process may lead again after another has: each term begins with nothing remembered.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { collectInterval, collector, pollInterval, reconciler, resyncInterval, watcher } = this.#options;
    const queue = this.#newQueue();
    this.#queue = queue;
    this.#found.clear();
    reconciler.begin();
    try {
      await this.#persist('takeover', signal, () => this.#takeOver(queue, signal));
      if (signal.aborted) return;
      await Promise.all([
        watcher.run(signal),
        this.#every('poll', pollInterval, signal, () => this.#poll(queue)),
        this.#every('collect', collectInterval, signal, () => collector.collect()),
        this.#every('resync', resyncInterval, signal, () => this.#resync(queue)),
      ]);
    } finally {
      this.#running = false;
      await queue.stop();
    }
  }

  #newQueue(): WorkQueue {
    const { clock, concurrency, describe, log, observer, random, reconciler } = this.#options;
    return new WorkQueue({
      clock,
      log,
      concurrency,
      run: (id) => reconciler.reconcile(parseKey(id)),
      backoff: (failures) =>
        Math.min(BACKOFF_CAP, BACKOFF_BASE * 2 ** Math.min(failures, 20)) * (0.5 + random.next() / 2),
      ...(observer === undefined ? {} : { observer }),
      ...(describe === undefined ? {} : { describe }),
    });
  }

  /** All open attempts get their places and watches before the first launch. */
  async #takeOver(queue: WorkQueue, signal: AbortSignal): Promise<void> {
    const { clock, log, reconciler, store } = this.#options;
    const now = clock.now();
    const due = await store.due(0, now + OPEN_ATTEMPT_HORIZON);
    for (let first = 0; first < due.length && !signal.aborted; first += TAKEOVER_READS) {
      const meetings = await Promise.all(due.slice(first, first + TAKEOVER_READS).map(({ key }) => store.get(key)));
      for (const meeting of meetings) if (meeting !== undefined) reconciler.takeOver(meeting);
    }
    if (signal.aborted) return;
    this.#running = true;
    for (const { key, dueAt } of due) this.#remember(key, dueAt);
    for (const { key } of due) queue.add(keyString(key));
    log.info({ unfinished: due.length, milliseconds: clock.now() - now }, 'took over');
  }

  async #poll(queue: WorkQueue): Promise<void> {
    const now = this.#options.clock.now();
    const due = await this.#options.store.due(now - OVERLAP, now);
    for (const { key, dueAt } of due) {
      if (this.#found.get(keyString(key)) === dueAt) continue;
      this.#remember(key, dueAt);
      queue.add(keyString(key));
    }
    for (const [id, dueAt] of this.#found) if (dueAt < now - 2 * OVERLAP) this.#found.delete(id);
  }

  async #resync(queue: WorkQueue): Promise<void> {
    // What is due later, as years of retention are, has no task: it is found when its time has come.
    const until = this.#options.clock.now() + OPEN_ATTEMPT_HORIZON;
    for (const { key } of await this.#options.store.due(0, until)) queue.add(keyString(key));
  }

  #remember(key: MeetingKey, dueAt: number): void {
    this.#found.set(keyString(key), dueAt);
  }

  async #every(name: string, interval: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#options.clock.sleep(interval * (0.9 + this.#options.random.next() / 5), signal);
        await work();
      } catch (error) {
        if (!signal.aborted) this.#options.log.warn({ err: error, loop: name }, 'a loop failed; it goes on');
      }
    }
  }

  /** Repeats until it succeeds or the signal is aborted. */
  async #persist(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        this.#options.log.warn({ err: error, loop: name }, 'failed; it is tried again');
        await this.#options.clock.sleep(1000, signal).catch(() => {});
      }
    }
  }
}

function parseKey(id: string): MeetingKey {
  const [namespace = '', name = ''] = id.split('/');
  return { namespace, name };
}
