import type { Clock, Logger } from '@meetingbot/crds-schema';
import type { ChangeLog } from './change-log.ts';

/** Milliseconds between two sweeps: what was removed is remembered at most so much longer. */
const INTERVAL = 5 * 60_000;

/** The leader's housekeeping: forgets what was removed long ago, until the signal is aborted. */
export async function forgetGone({
  changes,
  clock,
  log,
  signal,
}: {
  changes: Pick<ChangeLog, 'forgetGone'>;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}): Promise<void> {
  while (!signal.aborted) {
    try {
      const count = await changes.forgetGone(clock.now());
      if (count > 0) log.info({ count }, 'removed Meetings are forgotten');
    } catch (error) {
      log.warn({ err: error }, 'removed Meetings could not be forgotten; they will be');
    }
    await clock.sleep(INTERVAL, signal).catch(() => undefined);
  }
}
