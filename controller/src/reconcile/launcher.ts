import type { Clock } from '@meetingbot/crds-schema';
import { ConflictError, ControllerError } from '../errors.ts';
import type { LaunchResult, MeetingStore, Random, TaskRunner } from '../ports.ts';
import { failedLaunchEnd } from './attempt-end.ts';
import { openAttempt } from './attempts.ts';
import { mayLaunch } from './decide-attempt.ts';
import { type LaunchRequestOptions, launchRequest } from './launch-request.ts';
import type { Policy } from './policy.ts';
import { launchBackoff } from './retry.ts';
import type { TaskWatcher } from './task-watcher.ts';
import * as to from './transitions/index.ts';
import type { Ledger, Work } from './work.ts';

/** Tries to write a task's ARN down against others' writes. */
const MAX_WRITES = 5;

export interface LauncherDeps {
  store: MeetingStore;
  runner: TaskRunner;
  watcher: TaskWatcher;
  ledger: Ledger;
  clock: Clock;
  policy: Policy;
  random: Random;
  launch: LaunchRequestOptions;
}

/** Makes a task of an intent: the intent is on record first, and what came of it at once afterwards. */
export class Launcher {
  readonly #deps: LauncherDeps;

  constructor(deps: LauncherDeps) {
    this.#deps = deps;
  }

  /** @throws ControllerError when the outcome is unknown: the same intent is launched again, or looked for */
  async launch(work: Work): Promise<void> {
    const { clock, ledger, policy, random, watcher } = this.#deps;
    await ledger.write(work);
    const attempt = openAttempt(work.meeting);
    if (attempt === undefined) throw new Error(`${work.id}: nothing to launch`);
    // The process may have slept over the write: another one has looked for the task by now, or is about to.
    if (!mayLaunch(work.meeting, attempt, clock.now(), policy)) return;
    const result = await this.#run(work, attempt);
    if (result.kind === 'started') {
      watcher.watch(result.taskArn, work.id);
      await this.#remember(work, attempt.number, result.taskArn);
      return;
    }
    const now = clock.now();
    const end = failedLaunchEnd(result);
    const failures = (work.meeting.status.failedLaunches ?? 0) + 1;
    work.meeting = to.rejected(work.meeting, end, now + launchBackoff(end.reason, failures, random.next()), now);
  }

  async #run(work: Work, attempt: NonNullable<ReturnType<typeof openAttempt>>): Promise<LaunchResult> {
    try {
      return await this.#deps.runner.launch(launchRequest(work.meeting, attempt, this.#deps.launch));
    } catch (error) {
      if (!(error instanceof ControllerError) || error.code !== 'Misconfigured') throw error;
      return { kind: 'rejected', why: 'configuration', message: error.message };
    }
  }

  /**
   * Only we know this task: a user's edit while RunTask was under way must not make us forget it, for a stop or a
   * deletion would then have to wait until ECS's list is sure to show it.
   */
  async #remember(work: Work, attempt: number, taskArn: string): Promise<void> {
    const { clock, ledger, store } = this.#deps;
    for (let tries = 1; ; tries++) {
      work.meeting = to.launched(work.meeting, taskArn, clock.now());
      try {
        return await ledger.write(work);
      } catch (error) {
        if (!(error instanceof ConflictError) || tries === MAX_WRITES) throw error;
        const current = await store.get(work.key);
        if (current === undefined || current.metadata.uid !== work.stored.metadata.uid) throw error;
        const open = openAttempt(current);
        if (open?.number !== attempt || open.taskArn !== undefined) throw error;
        work.stored = current;
        work.meeting = current;
      }
    }
  }
}
