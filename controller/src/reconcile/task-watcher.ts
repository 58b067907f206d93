import type { Clock, Logger } from '@meetingbot/crds-schema';
import type { TaskObservation, TaskRunner } from '../ports.ts';

/** ECS allows 20 reads a second sustained for a whole account: ours takes half of it at most. Milliseconds a call. */
const CALL_EVERY = 100;
const TASKS_A_CALL = 100;
/** Two looks further apart than this, as of a process that slept, say nothing of the time between. Milliseconds. */
const LONGEST_GAP = 30_000;

export interface TaskWatcherOptions {
  runner: TaskRunner;
  clock: Clock;
  log: Logger;
  /** Milliseconds between two looks at the same task, when there are few. */
  interval: number;
  /** Called with the key of a Meeting whose task is not as it was. */
  changed: (key: string) => void;
}

/** Times are milliseconds of the monotonic clock. */
interface Watched {
  key: string;
  last?: TaskObservation;
  lastAt?: number;
  /** Since when every look has found nothing. */
  missingSince?: number;
}

/**
 * Looks at all live tasks in batches and says which have changed: the cost follows the live tasks, 100 a call.
 * What it knows is a cache; a decision that ends something is made on its newest look.
 */
export class TaskWatcher {
  readonly #options: TaskWatcherOptions;
  readonly #watched = new Map<string, Watched>();
  /** The one task of each key. */
  readonly #arnOf = new Map<string, string>();

  constructor(options: TaskWatcherOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watched.size;
  }

  /** vCPUs of what is under watch, as far as ECS has told its size. */
  get vcpus(): number {
    let sum = 0;
    for (const { last } of this.#watched.values()) if (last?.state !== 'Stopped') sum += last?.size?.vcpu ?? 0;
    return sum;
  }

  /** From now on this is the task of `key`, and any other of it is forgotten. */
  watch(taskArn: string, key: string): void {
    this.#entry(taskArn, key);
  }

  /** `key` has no task, whoever ended it. */
  forget(key: string): void {
    const taskArn = this.#arnOf.get(key);
    if (taskArn === undefined) return;
    this.#arnOf.delete(key);
    this.#watched.delete(taskArn);
  }

  /** What is known of a task: the last look, or a first one now. */
  async observe(taskArn: string, key: string): Promise<TaskObservation> {
    const known = this.#watched.get(taskArn)?.last;
    if (known !== undefined) return known;
    const seen = (await this.#options.runner.describe([taskArn])).get(taskArn) ?? {
      taskArn,
      state: 'Missing' as const,
    };
    this.#note(this.#entry(taskArn, key), seen);
    return seen;
  }

  /** For how long, from look to look, ECS has said that it knows no such task. Milliseconds. */
  missingFor(taskArn: string): number {
    const entry = this.#watched.get(taskArn);
    return entry?.missingSince === undefined ? 0 : (entry.lastAt ?? 0) - entry.missingSince;
  }

  /** Forgets everything: what was watched may have become another's. */
  clear(): void {
    this.#watched.clear();
    this.#arnOf.clear();
  }

  /** Looks at everything once. @throws ControllerError when ECS is away; what was seen before the error is kept */
  async sweep(signal?: AbortSignal): Promise<void> {
    const arns = [...this.#watched.keys()];
    for (let first = 0; first < arns.length && !signal?.aborted; first += TASKS_A_CALL) {
      const seen = await this.#options.runner.describe(arns.slice(first, first + TASKS_A_CALL));
      for (const [taskArn, task] of seen) this.#take(taskArn, task);
      if (first + TASKS_A_CALL < arns.length) await this.#options.clock.sleep(CALL_EVERY, signal);
    }
  }

  /** Looks at these now, ahead of their turn; those that are not watched are left alone. At most 100. @throws as sweep */
  async look(taskArns: readonly string[]): Promise<void> {
    const watched = taskArns.filter((taskArn) => this.#watched.has(taskArn));
    if (watched.length === 0) return;
    for (const [taskArn, task] of await this.#options.runner.describe(watched)) this.#take(taskArn, task);
  }

  /** Sweeps until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#options.clock.sleep(this.#options.interval, signal);
        await this.sweep(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.log.warn({ err: error }, 'looking at tasks failed; it is tried again');
      }
    }
  }

  #entry(taskArn: string, key: string): Watched {
    if (this.#arnOf.get(key) !== taskArn) this.forget(key);
    const entry = this.#watched.get(taskArn) ?? { key };
    this.#watched.set(taskArn, entry);
    this.#arnOf.set(key, taskArn);
    return entry;
  }

  #take(taskArn: string, task: TaskObservation): void {
    const entry = this.#watched.get(taskArn);
    if (entry === undefined) return;
    const { last } = entry;
    this.#note(entry, task);
    const same = last?.state === task.state && last.stopCode === task.stopCode && last.exitCode === task.exitCode;
    if (!same || task.state === 'Missing') this.#options.changed(entry.key);
  }

  #note(entry: Watched, task: TaskObservation): void {
    const now = this.#options.clock.monotonic();
    const isGap = now - (entry.lastAt ?? now) > LONGEST_GAP;
    entry.last = task;
    entry.lastAt = now;
    if (task.state !== 'Missing') delete entry.missingSince;
    else if (isGap || entry.missingSince === undefined) entry.missingSince = now;
  }
}
