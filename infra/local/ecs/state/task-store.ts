import type { Clock } from '@meetingbot/crds-schema';
import type { Journal } from './journal.ts';
import type { Task } from './task.ts';

export interface TaskStoreDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  /** How long a stopped task is still known, in milliseconds. ECS promises an hour at least. */
  readonly retentionMs: number;
  /** Told of each task that is no longer known. */
  readonly onForget: (task: Task) => void;
}

/** All tasks of the endpoint: by id, and in listing order by desired status. */
export class TaskStore {
  readonly #deps: TaskStoreDeps;
  readonly #byId = new Map<string, Task>();
  readonly #listed = { RUNNING: new Map<string, Task>(), STOPPED: new Map<string, Task>() };
  /** In the order of stopping, so that the oldest is the first. */
  readonly #stopped = new Map<string, Task>();
  #position = 0;

  constructor(deps: TaskStoreDeps) {
    this.#deps = deps;
  }

  nextPosition(): number {
    this.#position += 1;
    return this.#position;
  }

  /** Takes in the tasks read from disk, without writing them. */
  load(tasks: readonly Task[]): void {
    for (const task of tasks.toSorted((a, b) => a.position - b.position)) {
      this.#position = task.position;
      this.#byId.set(task.id, task);
      this.#listed[task.desiredStatus].set(task.id, task);
    }
    const stopped = tasks.filter((task) => task.lastStatus === 'STOPPED');
    for (const task of stopped.sort((a, b) => (a.stoppedAt ?? 0) - (b.stoppedAt ?? 0)))
      this.#stopped.set(task.id, task);
  }

  /** Takes in a new task and writes it. */
  add(task: Task): void {
    this.#byId.set(task.id, task);
    this.#listed[task.desiredStatus].set(task.id, task);
    this.save(task);
  }

  /** Writes a task that was changed. */
  save(task: Task): void {
    if (task.desiredStatus === 'STOPPED' && this.#listed.RUNNING.delete(task.id)) {
      task.position = this.nextPosition();
      this.#listed.STOPPED.set(task.id, task);
    }
    if (task.lastStatus === 'STOPPED') this.#stopped.set(task.id, task);
    this.#deps.journal.write({ kind: 'task', key: task.id, value: task });
  }

  get(id: string): Task | undefined {
    return this.#byId.get(id);
  }

  /** Up to `limit` tasks of one desired status that pass `filter`, in the order of their positions, behind `after`. */
  list(query: {
    desiredStatus: 'RUNNING' | 'STOPPED';
    after: number;
    limit: number;
    filter: (task: Task) => boolean;
  }): Task[] {
    const found: Task[] = [];
    for (const task of this.#listed[query.desiredStatus].values()) {
      if (task.position <= query.after || !query.filter(task)) continue;
      found.push(task);
      if (found.length === query.limit) break;
    }
    return found;
  }

  /** Every known task. */
  all(): IterableIterator<Task> {
    return this.#byId.values();
  }

  /** Forgets the tasks that stopped longer ago than the retention. To be called before each look. */
  forgetOld(): void {
    const before = this.#deps.clock.now() - this.#deps.retentionMs;
    for (const task of this.#stopped.values()) {
      if ((task.stoppedAt ?? 0) > before) break;
      this.#stopped.delete(task.id);
      this.#listed.STOPPED.delete(task.id);
      this.#byId.delete(task.id);
      this.#deps.journal.write({ kind: 'task', key: task.id });
      this.#deps.onForget(task);
    }
  }
}
