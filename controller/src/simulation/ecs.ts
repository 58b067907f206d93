import type { EndReason, Meeting, MeetingKey } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';
import type { LaunchRequest, LaunchResult, TaskObservation } from '../ports.ts';
import type { Bucket } from './bucket.ts';
import type { Chance } from './chance.ts';
import { drawFate, type Fate, type Mishap } from './fate.ts';
import type { Faults } from './faults.ts';
import { EPOCH } from './life.ts';
import { Recorder, type RecorderApi, stopCodeOf } from './recorder.ts';
import type { Scheduler } from './scheduler.ts';
import type { Weather } from './weather.ts';

const HOUR = 3_600_000;
/** SIGTERM to SIGKILL: Fargate's longest. Milliseconds. */
const STOP_TIMEOUT = 120_000;

export interface SimulatedTask {
  readonly taskArn: string;
  readonly request: LaunchRequest;
  readonly key: MeetingKey;
  readonly uid: string;
  readonly attempt: number;
  readonly fate: Fate;
  readonly recorder: Recorder;
  /** Milliseconds since the start, as are the others. */
  readonly createdAt: number;
  readonly listedFrom: number;
  readonly describedFrom: number;
  state: 'Starting' | 'Running' | 'Stopping' | 'Stopped';
  startedAt?: number;
  stopAskedAt?: number;
  stopCode?: string;
  stopReason?: string;
  exitCode?: number;
  stoppedAt?: number;
}

export interface EcsOptions {
  scheduler: Scheduler;
  chance: Chance;
  weather: Weather;
  faults: Faults;
  bucket: Bucket;
  api: RecorderApi;
  onLaunched: (task: SimulatedTask) => void;
  /** A task changed its state: something may be at rest now. */
  onChanged: (task: SimulatedTask) => void;
  mark: (what: string) => void;
}

/** A task whose process may still act, whether or not anybody asked it to stop. */
export const isLive = (task: SimulatedTask): boolean => task.state !== 'Stopped' && task.recorder.life.isAlive;

/** The reason a task's recorder gave, as far as it can be known from what is on record. */
export function toldBy(
  { recorder, request, taskArn }: SimulatedTask,
  meeting: Meeting | undefined,
): EndReason | undefined {
  // The answer to a last word may be lost, and the word be written all the same.
  const { result, attempt } = meeting?.status.recorder ?? {};
  if (result !== undefined && String(attempt) === request.environment['MEETING_ATTEMPT']) return result.reason;
  return recorder.told(meeting?.status.attempts.some((each) => each.taskArn === taskArn) === true);
}

/** ECS: tasks with their recorders, what of them reads show, and tokens that launch once. */
export class Ecs {
  readonly #options: EcsOptions;
  readonly #byToken = new Map<string, { request: LaunchRequest; result: LaunchResult; task?: SimulatedTask }>();
  readonly tasks = new Map<string, SimulatedTask>();
  /** Names of the Meetings that were refused a task. */
  readonly refused = new Set<string>();
  stops = 0;

  constructor(options: EcsOptions) {
    this.#options = options;
  }

  get live(): SimulatedTask[] {
    return [...this.tasks.values()].filter(isLive);
  }

  of(uid: string): SimulatedTask[] {
    return [...this.tasks.values()].filter((task) => task.uid === uid);
  }

  launch(request: LaunchRequest): LaunchResult {
    const known = this.#byToken.get(request.clientToken);
    if (known !== undefined && !this.#isForgotten(known.task)) {
      if (JSON.stringify(known.request) !== JSON.stringify(request)) {
        throw new ControllerError('Internal', 'the same token with another request');
      }
      this.#options.mark(known.task === undefined ? 'token replay: the same refusal' : 'token replay: the same task');
      return known.result;
    }
    const { key, attempt, mode } = ofEnvironment(request);
    const { faults, weather, mark } = this.#options;
    if (mode !== 'ghost' && faults.happens(`rejection ${key.name}`, weather.rejection)) {
      mark('launch refused');
      this.refused.add(key.name);
      const why = attempt % 3 === 0 ? 'quota' : 'capacity';
      const result: LaunchResult = { kind: 'rejected', why, message: `${why} is unavailable at this time` };
      this.#byToken.set(request.clientToken, { request, result });
      return result;
    }
    const task = this.#start(request);
    const result: LaunchResult = { kind: 'started', taskArn: task.taskArn };
    this.#byToken.set(request.clientToken, { request, result, task });
    return result;
  }

  stop(taskArn: string, reason: string): void {
    const task = this.tasks.get(taskArn);
    if (task === undefined || task.stopAskedAt !== undefined || task.state === 'Stopped') return;
    this.stops++;
    this.#end(task, { stopCode: 'UserInitiated', stopReason: reason });
  }

  describe(taskArns: readonly string[]): Map<string, TaskObservation> {
    const { faults, weather } = this.#options;
    return new Map(
      taskArns.map((taskArn) => {
        const task = this.tasks.get(taskArn);
        const shown = task !== undefined && this.#now() >= task.describedFrom && !this.#isForgotten(task);
        const hiccup = shown && task.state !== 'Stopped' && faults.happens(`hiccup ${task.key.name}`, weather.hiccup);
        return [taskArn, shown && !hiccup ? this.#observe(task) : { taskArn, state: 'Missing' as const }];
      }),
    );
  }

  listLive(): TaskObservation[] {
    return [...this.tasks.values()]
      .filter((task) => this.#now() >= task.listedFrom && task.stopAskedAt === undefined && task.state !== 'Stopped')
      .map((task) => this.#observe(task));
  }

  #start(request: LaunchRequest): SimulatedTask {
    const { scheduler, chance, weather, bucket, api, faults } = this.#options;
    const { key, uid, attempt, mode } = ofEnvironment(request);
    const taskArn = `arn:aws:ecs:simulated:0:task/${uid}-${attempt}-${this.tasks.size}`;
    const fate = drawFate(chance.of(`fate/${key.name}/${attempt}`), weather.sickness);
    const lags = chance.of(`lag/${key.name}/${attempt}`);
    const lag = () => this.#now() + (faults.isHealed ? 0 : lags.between(0, weather.taskLag));
    const onExit = (exitCode: number | undefined) => this.#exited(task, exitCode);
    const recorder = new Recorder({ uid, attempt, mode, fate, scheduler, bucket, api, onExit });
    const task: SimulatedTask = {
      ...{ taskArn, request, key, uid, attempt, fate, recorder },
      ...{ createdAt: this.#now(), listedFrom: lag(), describedFrom: lag(), state: 'Starting' },
    };
    this.tasks.set(taskArn, task);
    if (fate.startMs !== undefined) scheduler.after(fate.startMs, () => this.#run(task));
    this.#options.onLaunched(task);
    return task;
  }

  #run(task: SimulatedTask): void {
    if (task.state !== 'Starting') return;
    if (task.fate.failsToStart) {
      this.#stopped(task, { stopCode: 'TaskFailedToStart', stopReason: 'CannotPullContainerError: timeout' });
      return;
    }
    task.state = 'Running';
    task.startedAt = this.#now();
    const { mishap } = task.fate;
    if (mishap !== undefined) this.#options.scheduler.after(mishap.at, () => this.#befall(task, mishap));
    task.recorder.start();
    this.#options.onChanged(task);
  }

  #befall(task: SimulatedTask, { kind }: Mishap): void {
    if (task.state !== 'Running' || !task.recorder.life.isAlive) return;
    if (kind === 'killed') this.#die(task, {});
    if (kind === 'outOfMemory')
      this.#die(task, { stopReason: 'OutOfMemoryError: Container killed due to memory usage' });
    if (kind === 'hostLost') this.#die(task, stopCodeOf(kind));
    if (kind === 'spot' || kind === 'maintenance') this.#end(task, stopCodeOf(kind));
  }

  /** SIGTERM, a while, SIGKILL. */
  #end(task: SimulatedTask, why: { stopCode: string; stopReason: string }): void {
    task.stopAskedAt = this.#now();
    Object.assign(task, why);
    if (task.state === 'Starting') {
      task.recorder.kill();
      this.#drain(task);
      return;
    }
    task.state = 'Stopping';
    task.recorder.terminate();
    this.#options.scheduler.after(STOP_TIMEOUT, () => {
      if (task.recorder.life.isAlive) this.#die(task, {});
    });
    this.#options.onChanged(task);
  }

  #die(task: SimulatedTask, why: { stopCode?: string; stopReason?: string }): void {
    task.recorder.kill();
    Object.assign(task, why);
    this.#exited(task, 137);
  }

  #exited(task: SimulatedTask, exitCode: number | undefined): void {
    task.exitCode = exitCode ?? 137;
    task.stopCode ??= 'EssentialContainerExited';
    task.stopReason ??= 'Essential container in task exited';
    this.#drain(task);
  }

  /** From the end of the process until ECS says Stopped. */
  #drain(task: SimulatedTask): void {
    task.state = 'Stopping';
    const drain = this.#options.chance.of(`drain/${task.key.name}/${task.attempt}`).between(500, 20_000);
    this.#options.scheduler.after(drain, () => this.#stopped(task, {}));
    this.#options.onChanged(task);
  }

  #stopped(task: SimulatedTask, why: { stopCode?: string; stopReason?: string }): void {
    Object.assign(task, why);
    task.recorder.kill();
    task.state = 'Stopped';
    task.stoppedAt = this.#now();
    this.#options.onChanged(task);
  }

  /** An hour after it stopped reads don't show a task any more, and its token launches anew. */
  #isForgotten(task: SimulatedTask | undefined): boolean {
    return task?.stoppedAt !== undefined && this.#now() >= task.stoppedAt + HOUR;
  }

  #observe(task: SimulatedTask): TaskObservation {
    const { taskArn, key, state, exitCode, stopCode, stopReason, startedAt, stoppedAt } = task;
    return {
      ...{ taskArn, key, state, startedBy: task.request.startedBy, createdAt: EPOCH + task.createdAt },
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(stopCode === undefined ? {} : { stopCode }),
      ...(stopReason === undefined ? {} : { stopReason }),
      ...(startedAt === undefined ? {} : { startedAt: EPOCH + startedAt }),
      ...(stoppedAt === undefined ? {} : { stoppedAt: EPOCH + stoppedAt }),
    };
  }

  #now(): number {
    return this.#options.scheduler.time;
  }
}

function ofEnvironment({ environment }: LaunchRequest): {
  key: MeetingKey;
  uid: string;
  attempt: number;
  mode: string;
} {
  const get = (name: string) => environment[name] ?? '';
  return {
    key: { namespace: get('MEETING_NAMESPACE'), name: get('MEETING_NAME') },
    uid: get('MEETING_UID'),
    attempt: Number(get('MEETING_ATTEMPT')),
    mode: get('MEETING_MODE'),
  };
}
