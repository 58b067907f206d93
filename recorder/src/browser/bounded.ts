import type { Clock } from '@meetingbot/crds-schema';
import { BrowserError } from './errors.ts';

/** Words of Puppeteer and Chromium for a page, frame or browser that is gone. */
const GONE =
  /Target closed|Session closed|Connection closed|detached|Target crashed|has been closed|Protocol error.*closed/i;
/** Words for a page that went to another document under our hands: asking again helps. */
const MOVED =
  /Execution context was destroyed|Cannot find context|Node is detached|Argument should belong|Inspected target navigated/i;

/**
 * Waits for a call to the page, but never longer than `ms` milliseconds: a renderer that hangs answers nothing, ever.
 * @throws BrowserError `PageHung` after that time, `PageGone` where the page or browser is gone; else the call's own error.
 */
export async function bounded<T>(what: string, ms: number, call: Promise<T>, clock: Clock): Promise<T> {
  const timer = new AbortController();
  const timeUp = clock.sleep(ms, timer.signal).then(() => {
    throw new BrowserError('PageHung', `the page did not answer within ${ms} ms: ${what}`);
  });
  timeUp.catch(() => undefined);
  call.catch(() => undefined);
  try {
    return await Promise.race([call, timeUp]);
  } catch (error) {
    if (error instanceof BrowserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (!isMoved(error) && GONE.test(message))
      throw new BrowserError('PageGone', `${what}: ${message}`, { cause: error });
    throw error;
  } finally {
    timer.abort();
  }
}

/** Whether a call failed only because the page went to another document meanwhile. */
export function isMoved(error: unknown): boolean {
  return error instanceof Error && MOVED.test(error.message);
}
