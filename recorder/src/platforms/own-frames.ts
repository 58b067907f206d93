import type { Clock, PlatformPages } from '@meetingbot/crds-schema';
import type { Frame, Page } from 'puppeteer';
import { bounded, isMoved } from '../browser/index.ts';

/** Frames that count, besides the page itself, and frames that are asked whether they do. */
const MAX_FRAMES = 4;
const MAX_ASKED = 16;

/** What of a description says which frames belong to a page. */
export type OwnFrames = Pick<PlatformPages, 'frames' | 'framesOfHost'>;

/**
 * The page's own document, and behind it the frames that belong to it: those that stand visibly in the page itself, not in a
 * frame of it, where a selector says so and, for some selectors, what stands in them is of the page's own host; the first
 * four. What is looked at, clicked and typed into is in these and nowhere else.
 * @param limit.ms - time limit of the call to the page, in milliseconds
 * @throws BrowserError `PageHung`, `PageGone`
 */
export async function ownFramesOf(
  page: Page,
  { frames, framesOfHost = [] }: OwnFrames,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
): Promise<readonly [Frame, ...Frame[]]> {
  const main = page.mainFrame();
  if (frames.length + framesOfHost.length === 0 || page.frames().length === 1) return [main];
  const find = async () => {
    const ofHost = (await visibleFrames(page, framesOfHost)).filter((frame) => isOfHost(frame, page));
    return [...new Set([...(await visibleFrames(page, frames)), ...ofHost])].slice(0, MAX_FRAMES);
  };
  const inner = await bounded('looking for frames', ms, find(), clock).catch((error: unknown) => {
    if (isMoved(error)) return [];
    throw error;
  });
  return [main, ...inner];
}

async function visibleFrames(page: Page, selectors: readonly string[]): Promise<Frame[]> {
  if (selectors.length === 0) return [];
  const handles = await page.$$(selectors.join(','));
  const frames = await Promise.all(
    handles.slice(0, MAX_ASKED).map(async (handle) => ((await handle.isVisible()) ? handle.contentFrame() : null)),
  );
  for (const handle of handles) void handle.dispose().catch(() => undefined);
  return frames.filter((frame) => frame !== null);
}

/** By where the frame has gone, not by what it was to show; `about:` is the page's own words. */
function isOfHost(frame: Frame, page: Page): boolean {
  const url = frame.url();
  return url.startsWith('about:') || (URL.canParse(url) && new URL(url).host === new URL(page.url()).host);
}
