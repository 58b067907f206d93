import { bounded } from '../browser/index.ts';
import type { Visit } from './platform.ts';

/**
 * How long a page that is gone still has for its goodbye: it runs and is sent after the empty page is there, and a browser
 * that ends takes it along. Measured: up to 117 ms later for a page that is busy for 100 ms at a time.
 */
const GOODBYE_MS = 1000;

/**
 * Takes the page away so that it hears that it is left, and says so to the others; closing the browser would leave them
 * with a time-out. Takes GOODBYE_MS longer than that. Never throws.
 * @param limitMs - how long taking it away may take
 */
export async function leavePage({ page, clock }: Visit, limitMs: number): Promise<void> {
  await bounded('leaving', limitMs, page.goto('about:blank'), clock).catch(() => undefined);
  await clock.sleep(GOODBYE_MS);
}
