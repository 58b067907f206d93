import type { Task } from '../state/task.ts';
import { type StopOrder, TaskLife, type TaskLifeDeps } from './task-life.ts';

/** The lives of all tasks that haven't stopped. */
export class TaskLives {
  readonly #deps: TaskLifeDeps;
  readonly #lives = new Map<string, TaskLife>();

  constructor(deps: TaskLifeDeps) {
    this.#deps = deps;
  }

  launch(task: Task): void {
    const life = new TaskLife(task, this.#deps);
    this.#lives.set(task.id, life);
    life.ended.then(
      () => this.#lives.delete(task.id),
      (err: unknown) => {
        this.#deps.log.error({ taskId: task.id, err }, 'the task could not be carried on with: it is killed');
        life.endGrace();
      },
    );
  }

  /** Does nothing for a task that has stopped. */
  stop(taskId: string, order: StopOrder): void {
    this.#lives.get(taskId)?.stop(order);
  }

  /** See {@link TaskLife.kill}. */
  kill(taskId: string, reason: string | undefined): void {
    this.#lives.get(taskId)?.kill(reason);
  }

  /** Stops all tasks: SIGTERM, `graceMs` at most, SIGKILL. Resolves when all are STOPPED. */
  async stopAll(graceMs: number, order: StopOrder): Promise<void> {
    const lives = [...this.#lives.values()];
    for (const life of lives) life.stop(order);
    const ended = Promise.allSettled(lives.map((life) => life.ended));
    const graceOver = new AbortController();
    const grace = this.#deps.clock.sleep(graceMs, graceOver.signal).catch(() => undefined);
    await Promise.race([ended, grace]);
    graceOver.abort();
    for (const life of lives) life.endGrace();
    await ended;
  }
}

/** What is told of a task that was cut off by the end of its endpoint, which is its host. */
export function markLost(task: Task, now: number): void {
  task.desiredStatus = 'STOPPED';
  task.stopCode ??= 'InfrastructureHealth';
  task.stoppedReason ??= 'The infrastructure hosting the task was lost: the endpoint ended without stopping its tasks';
  task.stoppingAt ??= now;
  if (task.startedAt !== undefined) task.executionStoppedAt ??= now;
  task.stoppedAt = now;
  task.lastStatus = 'STOPPED';
  task.version += 1;
  for (const container of task.containers) container.lastStatus = 'STOPPED';
}
