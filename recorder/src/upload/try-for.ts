import type { Clock, Logger } from '@meetingbot/crds-schema';
import { Persistence } from './persistence.ts';

export interface TryForOptions {
  /** Names the call in the log. */
  readonly what: string;
  /** Bound of all tries and the waits between them, in milliseconds. */
  readonly ms: number;
  /** Ends them before that. */
  readonly signal?: AbortSignal | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A call to the store that a recording can do without: tried again while the store is unavailable, for a bounded time. One
 * connection that S3 has closed, one "slow down", must not lose a picture or an operator's document.
 * @throws ObjectStoreError what the store answered: at once where it refuses, the last answer when the time is up; where
 * there was none, the signal's TimeoutError; once `signal` is aborted, the last answer or its reason
 */
export async function tryFor<T>(
  { what, ms, signal: outer, clock, logger: log }: TryForOptions,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(ms);
  const signal = outer ? AbortSignal.any([outer, limit]) : limit;
  const persistence = new Persistence({ clock, log, random: Math.random, signal, waitsFor: ['Unavailable'] });
  try {
    return await persistence.until(what, act);
  } catch (error) {
    throw (signal.aborted && persistence.fault) || error;
  }
}
