import type { Clock, Logger } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { bounded } from './bounded.ts';

/** DOM kept at most, in characters. */
const MAX_DOM = 2_000_000;

const PART_MS = 3000;
const HIDE_MS = 1000;

/** What a page looked like; a part that the page would not give is undefined. */
export interface PageEvidence {
  readonly screenshot?: Uint8Array;
  readonly dom?: string;
}

/**
 * Takes a picture (PNG) and the DOM of a page, each within 3 s. Never throws: the page may be the very thing that is broken.
 * @param screen - takes the picture where the page does not let itself be taken; may throw
 * @param deps.hidden - fields that hold one of these texts show dots in the picture
 */
export async function takeEvidence(
  page: Page,
  screen: () => Promise<Uint8Array>,
  { clock, logger, hidden }: { readonly clock: Clock; readonly logger: Logger; readonly hidden: ReadonlySet<string> },
): Promise<PageEvidence> {
  const missing = (what: string) => (error: unknown) =>
    void logger.warn({ error: String(error) }, `evidence goes without ${what}`);
  if (hidden.size > 0)
    await bounded('hiding fields', HIDE_MS, hideFields(page, [...hidden]), clock).catch(
      missing('what its fields hide'),
    );
  const [shown, dom] = await Promise.all([
    bounded('taking a picture', PART_MS, page.screenshot({ type: 'png' }), clock).catch(
      missing('the picture of the page'),
    ),
    bounded('reading the DOM', PART_MS, page.content(), clock).catch(missing('the DOM')),
  ]);
  const screenshot = shown ?? (await screen().catch(missing('the picture of the screen')));
  return {
    ...(screenshot === undefined ? {} : { screenshot }),
    ...(dom === undefined ? {} : { dom: dom.slice(0, MAX_DOM) }),
  };
}

async function hideFields(page: Page, texts: readonly string[]): Promise<void> {
  const hide = (secrets: readonly string[]) => {
    for (const field of document.querySelectorAll('input'))
      if (secrets.includes(field.value)) field.style.setProperty('-webkit-text-security', 'disc');
  };
  await Promise.all(page.frames().map((frame) => frame.evaluate(hide, texts)));
}
