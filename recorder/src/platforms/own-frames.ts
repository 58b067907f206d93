import type { Clock, PlatformPages } from '@meetingbot/crds-schema';
import type { Frame, Page } from 'puppeteer';
import { bounded, isMoved } from '../browser/index.ts';

/** Frames that count, besides the page itself, and frames that are asked whether they do. */
const MAX_FRAMES = 4;
const MAX_ASKED = 16;

/** What of a description says which frames belong to a page. */
export type OwnFrames = Pick<PlatformPages, 'frames'>;

/**
 * The page's own document, and behind it the frames that belong to it: those that stand visibly in the page itself, not in a
 * frame of it, where a selector says so; the first four. What is looked at, clicked and typed into is in these and nowhere else.
 * @param limit.ms - time limit of the call to the page, in milliseconds
 * @throws BrowserError `PageHung`, `PageGone`
 */
export async function ownFramesOf(
  page: Page,
  { frames }: OwnFrames,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
): Promise<readonly [Frame, ...Frame[]]> {
  const main = page.mainFrame();
  if (frames.length === 0 || page.frames().length === 1) return [main];
  const found = bounded('looking for frames', ms, visibleFrames(page, frames.join(',')), clock);
  const inner = await found.catch((error: unknown) => {
    if (isMoved(error)) return [];
    throw error;
  });
  return [main, ...inner.slice(0, MAX_FRAMES)];
}

async function visibleFrames(page: Page, css: string): Promise<Frame[]> {
  const handles = await page.$$(css);
  const frames = await Promise.all(
    handles.slice(0, MAX_ASKED).map(async (handle) => ((await handle.isVisible()) ? handle.contentFrame() : null)),
  );
  for (const handle of handles) void handle.dispose().catch(() => undefined);
  return frames.filter((frame) => frame !== null);
}
