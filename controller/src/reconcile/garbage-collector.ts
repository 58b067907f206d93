import { type Clock, keyString, type Logger, type Meeting } from '@meetingbot/crds-schema';
import type { MeetingStore, TaskObservation, TaskRunner } from '../ports.ts';
import { openAttempt } from './attempts.ts';
import { parseStartedBy } from './launch-request.ts';

export interface GarbageCollectorOptions {
  store: MeetingStore;
  runner: TaskRunner;
  clock: Clock;
  log: Logger;
  installation: string;
  /** Tasks younger than this are left alone: the write that remembers them may be under way. Milliseconds. */
  grace: number;
  /** Called with the key of a Meeting whose task lives although nobody remembers it. */
  forgotten: (key: string) => void;
  /** Told of each task that is stopped because it belongs to nobody. */
  stopped: () => void;
}

/**
 * Compares ECS's list with ours and stops what belongs to nobody. A task is judged by its name (`startedBy`) and by
 * a strongly consistent read of its Meeting, never by a list alone.
 */
export class GarbageCollector {
  readonly #options: GarbageCollectorOptions;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
  }

  /** One comparison. @throws ControllerError when ECS or the store is away */
  async collect(): Promise<void> {
    const { clock, grace, runner } = this.#options;
    for (const task of await runner.listLive()) {
      if (task.state !== 'Starting' && task.state !== 'Running') continue;
      if (clock.now() - (task.createdAt ?? 0) < grace) continue;
      await this.#judge(task);
    }
  }

  async #judge(task: TaskObservation): Promise<void> {
    const { forgotten, installation, log, runner, stopped, store } = this.#options;
    const name = parseStartedBy(installation, task.startedBy ?? '');
    if (name === undefined || task.key === undefined) return;
    const meeting = await store.get(task.key);
    if (meeting !== undefined && meeting.metadata.uid === name.uid && this.#isItsTask(meeting, name.attempt, task)) {
      if (openAttempt(meeting)?.taskArn === undefined) forgotten(keyString(task.key));
      return;
    }
    log.warn({ meeting: keyString(task.key), ...name, task: task.taskArn }, 'stops a task of nobody');
    await runner.stop(task.taskArn, 'it belongs to no Meeting');
    stopped();
  }

  #isItsTask(meeting: Meeting, attempt: number, task: TaskObservation): boolean {
    const open = openAttempt(meeting);
    return open?.number === attempt && (open.taskArn === undefined || open.taskArn === task.taskArn);
  }
}
