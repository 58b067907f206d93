import type { Clock, Logger } from '@meetingbot/crds-schema';
import type { ContainerExit, ContainerHandle, TaskRuntime } from '../runtime/runtime.ts';
import { type Place, taskArn } from '../state/arns.ts';
import type { StopCode, Task, TaskContainer, TaskStatus } from '../state/task.ts';
import type { LifecycleDurations } from './durations.ts';

/** Why a task is to stop. `abrupt`: its host is gone, so there is no SIGTERM and no exit code. */
export interface StopOrder {
  readonly code: StopCode;
  readonly reason: string;
  readonly abrupt?: boolean;
}

export interface TaskLifeDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly runtime: TaskRuntime;
  readonly durations: LifecycleDurations;
  readonly place: Place;
  /** Writes the task after each change. */
  readonly save: (task: Task) => void;
}

interface Running {
  readonly container: TaskContainer;
  readonly handle: ContainerHandle;
  readonly exited: Promise<ContainerExit>;
}

/** Takes one task from PROVISIONING to STOPPED. The first reason to stop is the one that is told. */
export class TaskLife {
  /** Settles when the task is STOPPED. */
  readonly ended: Promise<void>;
  readonly #task: Task;
  readonly #deps: TaskLifeDeps;
  readonly #stopping = new AbortController();
  readonly #stopOrdered: Promise<void>;
  readonly #running: Running[] = [];
  #abrupt = false;
  #graceIsOver = false;

  constructor(task: Task, deps: TaskLifeDeps) {
    this.#task = task;
    this.#deps = deps;
    this.#stopOrdered = new Promise((resolve) => {
      this.#stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.ended = this.#live();
  }

  /** Orders the task to stop. A second order changes nothing, except that an abrupt one is always obeyed. */
  stop(order: StopOrder): void {
    if (order.abrupt === true) this.#beAbrupt();
    if (this.#task.desiredStatus === 'STOPPED') return;
    this.#task.desiredStatus = 'STOPPED';
    this.#task.stopCode = order.code;
    this.#task.stoppedReason = order.reason;
    this.#task.stoppingAt = this.#deps.clock.now();
    this.#changed();
    this.#stopping.abort();
  }

  /** Kills what is running of a task that was ordered to stop, and what is only now being started. */
  endGrace(): void {
    this.#graceIsOver = true;
    this.kill(undefined);
  }

  /** Kills the containers, as the kernel does when memory is short: the task then ends by itself. */
  kill(reason: string | undefined): void {
    for (const { handle } of this.#running) handle.signal('SIGKILL', reason);
  }

  async #live(): Promise<void> {
    await this.#bringUp();
    if (this.#running.length > 0) {
      const essential = this.#running.filter(({ container }) => container.essential);
      await Promise.race([this.#stopOrdered, ...essential.map(({ exited }) => exited)]);
      this.stop({ code: 'EssentialContainerExited', reason: 'Essential container in task exited' });
      await this.#takeDown();
    }
    this.#enter('DEPROVISIONING');
    await this.#deps.clock.sleep(this.#deps.durations.deprovisioningMs);
    for (const container of this.#task.containers) container.lastStatus = 'STOPPED';
    this.#task.stoppedAt = this.#deps.clock.now();
    this.#enter('STOPPED');
    this.#deps.log.info({ taskId: this.#task.id, stopCode: this.#task.stopCode }, 'task stopped');
  }

  async #bringUp(): Promise<void> {
    const { clock, durations } = this.#deps;
    const task = this.#task;
    if (!(await this.#pause(durations.provisioningMs))) return;
    this.#enter('PENDING');
    if (!(await this.#pause(durations.pendingMs))) return;
    task.pullStartedAt = clock.now();
    this.#enter('ACTIVATING');
    if (!(await this.#pause(durations.activatingMs))) return;
    task.pullStoppedAt = clock.now();
    for (const container of task.containers) {
      if (!(await this.#startContainer(container))) return;
    }
    task.startedAt = clock.now();
    this.#enter('RUNNING');
  }

  /** False when a stop was ordered before the time was over. */
  async #pause(ms: number): Promise<boolean> {
    await this.#deps.clock.sleep(ms, this.#stopping.signal).catch(() => undefined);
    return !this.#stopping.signal.aborted;
  }

  async #startContainer(container: TaskContainer): Promise<boolean> {
    const { runtime, place } = this.#deps;
    const task = this.#task;
    try {
      const handle = await runtime.start({
        ...container,
        taskId: task.id,
        taskArn: taskArn(place, task.cluster, task.id),
        ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
      });
      container.lastStatus = 'RUNNING';
      container.runtimeId = handle.id;
      const exited = handle.exited.then((exit) => this.#containerExited(container, exit));
      this.#running.push({ container, handle, exited });
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      container.reason = reason;
      this.#deps.log.warn({ taskId: task.id, container: container.name, err: error }, 'container could not be started');
      this.stop({ code: 'TaskFailedToStart', reason });
      return false;
    }
  }

  #containerExited(container: TaskContainer, exit: ContainerExit): ContainerExit {
    container.lastStatus = 'STOPPED';
    if (!this.#abrupt) container.exitCode = exit.exitCode;
    if (exit.reason !== undefined) container.reason = exit.reason;
    this.#changed();
    return exit;
  }

  async #takeDown(): Promise<void> {
    this.#enter('DEACTIVATING');
    if (!this.#abrupt) await this.#deps.clock.sleep(this.#deps.durations.deactivatingMs);
    this.#enter('STOPPING');
    await Promise.all(this.#running.map((running) => this.#stopContainer(running)));
    this.#task.executionStoppedAt = this.#deps.clock.now();
  }

  async #stopContainer({ container, handle, exited }: Running): Promise<void> {
    if (container.lastStatus === 'STOPPED') return;
    const graceOver = new AbortController();
    if (!this.#graceIsOver) {
      handle.signal('SIGTERM');
      const graceMs = container.stopTimeoutSeconds * 1_000;
      const grace = this.#deps.clock.sleep(graceMs, graceOver.signal).catch(() => undefined);
      await Promise.race([exited, grace]);
      graceOver.abort();
    }
    handle.signal('SIGKILL');
    await exited;
  }

  #beAbrupt(): void {
    this.#abrupt = true;
    this.endGrace();
  }

  #enter(status: TaskStatus): void {
    this.#task.lastStatus = status;
    this.#changed();
  }

  #changed(): void {
    this.#task.version += 1;
    this.#deps.save(this.#task);
  }
}
