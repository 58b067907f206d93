import type { Clock, Logger } from '@meetingbot/crds-schema';
import { JOIN_NAMESPACE, type Joins } from '../api/joins.ts';
import { ApiError } from '../api/status-error.ts';
import { ControllerError } from '../errors.ts';
import { identityOf } from '../log.ts';
import { readJob, UnreadableJob } from './job.ts';
import type { JobQueue, TakenJob } from './job-queue.ts';

export const JOB_RESULTS = ['created', 'repeated', 'dead'] as const;
/** What became of a job: a Meeting, a Meeting that was there, a dead letter. */
export type JobResult = (typeof JOB_RESULTS)[number];

export interface JobConsumerOptions {
  queue: JobQueue;
  joins: Pick<Joins, 'ensure'>;
  clock: Clock;
  log: Logger;
  finished?: (result: JobResult) => void;
}

const RECOVER_MS = 15_000;
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Tries of a job that fails in a way nobody foresaw; what is foreseen (the database is away) is tried for ever. */
const MAX_SURPRISES = 5;

type Outcome = { kind: 'created' | 'repeated' } | { kind: 'dead'; reason: string } | { kind: 'stopped' };

/**
 * Makes Meetings of the jobs of the old list, one after the other. A job leaves the list only when its Meeting is
 * stored, and its Meeting has the same name however often it is tried: so each becomes one, whenever the process dies.
 */
export class JobConsumer {
  readonly #options: JobConsumerOptions;
  #trouble: string | undefined = 'not reached yet';

  constructor(options: JobConsumerOptions) {
    this.#options = options;
  }

  /** Why jobs are not taken; undefined while they are. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Works until the signal is aborted, then ends the job under way or gives it back. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, queue } = this.#options;
    let recoverAt = clock.monotonic();
    while (!signal.aborted) {
      try {
        if (clock.monotonic() >= recoverAt) {
          await this.#recover();
          recoverAt = clock.monotonic() + RECOVER_MS;
        }
        const job = await queue.take();
        this.#isReached();
        if (job !== undefined) await this.#handle(job, signal);
      } catch (error) {
        this.#isLost(error);
        await clock.sleep(RETRY_MS, signal).catch(() => {});
      }
    }
    await queue.leave().catch((error: unknown) => this.#isLost(error));
  }

  async #recover(): Promise<void> {
    const count = await this.#options.queue.recover();
    if (count > 0) this.#options.log.warn({ count }, 'jobs of a consumer that is no more were put back');
  }

  async #handle(job: TakenJob, signal: AbortSignal): Promise<void> {
    const { clock, finished, log, queue } = this.#options;
    const outcome = await this.#become(job, signal);
    switch (outcome.kind) {
      case 'stopped':
        return;
      case 'dead':
        await queue.bury(job, { reason: outcome.reason, at: new Date(clock.now()).toISOString() });
        log.warn({ reason: outcome.reason }, 'a job of the Redis list is a dead letter now');
        break;
      default:
        await queue.done(job);
    }
    finished?.(outcome.kind);
  }

  async #become(job: TakenJob, signal: AbortSignal): Promise<Outcome> {
    const { clock, joins, log } = this.#options;
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        const { provider, body } = readJob(job);
        const { meeting, isNew } = await joins.ensure(body, provider, JOIN_NAMESPACE);
        log.info({ ...identityOf(meeting), isNew }, 'a job of the Redis list is a Meeting');
        return { kind: isNew ? 'created' : 'repeated' };
      } catch (error) {
        if (isForGood(error)) return { kind: 'dead', reason: error.message };
        if (!isForeseen(error) && tries >= MAX_SURPRISES) return { kind: 'dead', reason: 'InternalError: see the log' };
        log.warn({ err: error, tries }, 'a job of the Redis list could not be stored yet');
        await clock.sleep(Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (tries - 1)), signal).catch(() => {});
      }
    }
    return { kind: 'stopped' };
  }

  #isReached(): void {
    if (this.#trouble !== undefined) this.#options.log.info({}, 'Redis is reached');
    this.#trouble = undefined;
  }

  /** Its message only: an error of the client holds the command, and with it a password or a job. */
  #isLost(error: unknown): void {
    const { message } = error as Error;
    if (this.#trouble !== message) this.#options.log.warn({ reason: message }, 'Redis is away');
    this.#trouble = message;
  }
}

/** The job itself is wrong: no later try can do better. */
function isForGood(error: unknown): error is Error {
  if (error instanceof UnreadableJob) return true;
  return error instanceof ApiError && ['BadRequest', 'Invalid', 'RequestEntityTooLarge'].includes(error.reason);
}

function isForeseen(error: unknown): boolean {
  if (error instanceof ApiError) return ['Conflict', 'TooManyRequests', 'ServiceUnavailable'].includes(error.reason);
  return error instanceof ControllerError && error.retryable;
}
