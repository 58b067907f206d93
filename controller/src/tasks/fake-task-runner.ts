import { createHash } from 'node:crypto';
import type { Clock } from '@meetingbot/crds-schema';
import type { LaunchRequest, LaunchResult, TaskObservation, TaskRunner } from '../ports.ts';
import { keyOfEnvironment } from './observation.ts';

export type TaskOperation = 'resolveTaskDefinition' | 'launch' | 'stop' | 'describe' | 'listLive';

export interface FakeTaskRunnerOptions {
  clock: Pick<Clock, 'now'>;
  /** How long a launched task is seen by nobody, milliseconds. @default 0 */
  visibilityLagMs?: number;
  /** From launch to Running. @default 0 */
  startMs?: number;
  /** From StopTask to Stopped. @default 0 */
  stopMs?: number;
}

/** A task of the fake: the world as it is, also where reads don't show it yet. */
export interface FakeTask {
  taskArn: string;
  request: LaunchRequest;
  createdAt: number;
  stopAskedAt?: number;
  /** What ended it; it is over from `at` on. */
  end?: { at: number; exitCode?: number; stopCode?: string; stopReason?: string };
  forgotten?: boolean;
}

interface Fault {
  error: unknown;
  applied: boolean;
}

const FAMILY_ARN = 'arn:aws:ecs:local:000000000000:task-definition/recorder';

/** ECS as far as TaskRunner shows it, in memory, with one-shot faults; every time comes from the clock it is given. */
export class FakeTaskRunner implements TaskRunner {
  readonly #options: Required<FakeTaskRunnerOptions>;
  readonly #tasks = new Map<string, FakeTask>();
  readonly #byToken = new Map<string, LaunchResult>();
  readonly #faults = new Map<TaskOperation, Fault[]>();
  readonly #rejections: Extract<LaunchResult, { kind: 'rejected' }>[] = [];
  readonly #calls = new Map<TaskOperation, number>();
  /** Revision that the family stands for. */
  revision = 1;

  constructor(options: FakeTaskRunnerOptions) {
    this.#options = { visibilityLagMs: 0, startMs: 0, stopMs: 0, ...options };
  }

  /** Every task ever launched, in order. */
  get tasks(): FakeTask[] {
    return [...this.#tasks.values()];
  }

  /** Tasks that are not over, whether or not reads show them. */
  get alive(): FakeTask[] {
    return this.tasks.filter((task) => !this.#isOver(task));
  }

  /** How often an operation was called. */
  calls(operation: TaskOperation): number {
    return this.#calls.get(operation) ?? 0;
  }

  /** The next call of `operation` throws `error`; `applied`: after having had its effect. */
  failNext(operation: TaskOperation, error: unknown, { applied = false } = {}): void {
    this.#faults.set(operation, [...(this.#faults.get(operation) ?? []), { error, applied }]);
  }

  /** The next launch with a new token starts nothing. */
  rejectNext(why: 'capacity' | 'quota' | 'configuration', message: string): void {
    this.#rejections.push({ kind: 'rejected', why, message });
  }

  /** The task ends by itself, now. */
  end(taskArn: string, how: { exitCode?: number; stopCode?: string; stopReason?: string } = {}): void {
    const task = this.#tasks.get(taskArn);
    if (task === undefined) throw new Error(`no such task: ${taskArn}`);
    task.end = { stopCode: 'EssentialContainerExited', ...how, at: this.#options.clock.now() };
  }

  /** Reads no longer show the task, as an hour after it stopped. */
  forget(taskArn: string): void {
    const task = this.#tasks.get(taskArn);
    if (task !== undefined) task.forgotten = true;
  }

  async resolveTaskDefinition(): Promise<string> {
    return this.#call('resolveTaskDefinition', () => `${FAMILY_ARN}:${this.revision}`);
  }

  async launch(request: LaunchRequest): Promise<LaunchResult> {
    return this.#call('launch', () => {
      const known = this.#byToken.get(request.clientToken);
      if (known !== undefined) return known;
      const result = this.#rejections.shift() ?? this.#start(request);
      this.#byToken.set(request.clientToken, result);
      return result;
    });
  }

  async stop(taskArn: string, reason: string): Promise<void> {
    this.#call('stop', () => {
      const task = this.#tasks.get(taskArn);
      if (task === undefined || task.stopAskedAt !== undefined || this.#isOver(task)) return;
      const now = this.#options.clock.now();
      task.stopAskedAt = now;
      const at = now + this.#options.stopMs;
      task.end = { at, exitCode: 143, stopCode: 'UserInitiated', stopReason: reason };
    });
  }

  async describe(taskArns: readonly string[]): Promise<Map<string, TaskObservation>> {
    return this.#call('describe', () => {
      const seen = (taskArn: string): TaskObservation => {
        const task = this.#tasks.get(taskArn);
        return task !== undefined && this.#isVisible(task) ? this.#observe(task) : { taskArn, state: 'Missing' };
      };
      return new Map(taskArns.map((taskArn) => [taskArn, seen(taskArn)]));
    });
  }

  async listLive(): Promise<TaskObservation[]> {
    return this.#call('listLive', () =>
      this.alive
        .filter((task) => this.#isVisible(task) && task.stopAskedAt === undefined)
        .map((task) => this.#observe(task)),
    );
  }

  #start(request: LaunchRequest): LaunchResult {
    const id = createHash('sha256').update(request.clientToken).digest('hex').slice(0, 32);
    const taskArn = `arn:aws:ecs:local:000000000000:task/local/${id}`;
    this.#tasks.set(taskArn, { taskArn, request: structuredClone(request), createdAt: this.#options.clock.now() });
    return { kind: 'started', taskArn };
  }

  #isOver(task: FakeTask): boolean {
    return task.end !== undefined && task.end.at <= this.#options.clock.now();
  }

  #isVisible(task: FakeTask): boolean {
    return !task.forgotten && this.#options.clock.now() >= task.createdAt + this.#options.visibilityLagMs;
  }

  #observe(task: FakeTask): TaskObservation {
    const { taskArn, createdAt, request } = task;
    const startedAt = createdAt + this.#options.startMs;
    const key = keyOfEnvironment(request.environment);
    const seen = { taskArn, startedBy: request.startedBy, createdAt, ...(key === undefined ? {} : { key }) };
    if (task.end !== undefined && this.#isOver(task)) {
      const { at, ...how } = task.end;
      return { ...seen, ...how, state: 'Stopped', stoppedAt: at };
    }
    if (task.stopAskedAt !== undefined) return { ...seen, state: 'Stopping' };
    if (this.#options.clock.now() < startedAt) return { ...seen, state: 'Starting' };
    return { ...seen, state: 'Running', startedAt };
  }

  #call<T>(operation: TaskOperation, effect: () => T): T {
    this.#calls.set(operation, this.calls(operation) + 1);
    const fault = this.#faults.get(operation)?.shift();
    if (fault !== undefined && !fault.applied) throw fault.error;
    const result = effect();
    if (fault !== undefined) throw fault.error;
    return result;
  }
}
