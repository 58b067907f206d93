import type { Clock } from '@meetingbot/crds-schema';
import type { ElementHandle, Frame, Page } from 'puppeteer';
import { bounded, isMoved } from '../browser/index.ts';

/**
 * Time limits in milliseconds: of a look at the page, of a step that waits for it, of a call to a frame in it. While the
 * page is on its way to another document Chromium keeps DevTools' calls back, and a step may well have sent it there.
 */
export const LOOK_MS = 4000;
export const STEP_MS = 60_000;
const FRAME_MS = 2000;
/** Frames looked into; pages with more have them for advertisements. */
const MAX_FRAMES = 16;

/** A selector that Puppeteer or the page cannot read. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
  /** The selector, where several were asked for. */
  readonly selector: string | undefined;

  constructor(message: string, options: { readonly cause: unknown; readonly selector?: string }) {
    super(message, options);
    this.selector = options.selector;
  }
}

/** All frames of a page, whosever they are, the page itself first: what a user's own selectors are looked for in. */
function allFramesOf(page: Page): [Frame, ...Frame[]] {
  const main = page.mainFrame();
  return [main, ...page.frames().filter((frame) => frame !== main)].slice(0, MAX_FRAMES) as [Frame, ...Frame[]];
}

/**
 * Asks frames of a page the same, the page itself first. A frame that is changing or does not answer counts as one that has
 * nothing; the page itself must answer.
 * @throws BrowserError `PageHung`, `PageGone`; SelectorError
 */
export async function askFrames<T>(
  frames: readonly [main: Frame, ...inner: Frame[]],
  what: string,
  ask: (frame: Frame) => Promise<T>,
  limit: { readonly clock: Clock; readonly ms: number },
): Promise<T[]> {
  const [main] = frames;
  // A frame that is gone throws at once and not by its promise.
  const asked = async (frame: Frame) => ask(frame);
  const answers = await Promise.all(
    frames.map(async (frame): Promise<T[]> => {
      try {
        return [await bounded(what, frame === main ? limit.ms : FRAME_MS, asked(frame), limit.clock)];
      } catch (error) {
        if (isMoved(error)) return [];
        if (error instanceof SelectorError) throw error;
        if (isBadSelector(error)) throw new SelectorError(error.message, { cause: error });
        if (frame !== main) return [];
        throw error;
      }
    }),
  );
  return answers.flat();
}

function isBadSelector(error: unknown): error is Error {
  return (
    error instanceof Error && /not a valid (selector|XPath)|SyntaxError|Query handler|P-selector/i.test(error.message)
  );
}

/** What a page shows at one moment. */
export interface Sightings {
  /** For each selector, in order. */
  readonly sightings: readonly Sighting[];
  /** When the page's own document began, which tells it from others; undefined: it is on its way to another one. */
  readonly since: number | undefined;
}

/** What a page and its frames have of a selector. */
export interface Sighting {
  /** An element has an area and is not hidden. */
  readonly isVisible: boolean;
  /** How many elements there are. */
  readonly count: number;
}

/**
 * Looks for selectors on a page and in its frames. CSS is asked for all at once, since whoever is in a call looks all the time
 * and each question passes through four processes; what is Puppeteer's own (`text/…`, `>>>`) is asked for one by one.
 * @throws BrowserError `PageHung`, `PageGone`; SelectorError
 */
export async function lookFor(page: Page, selectors: readonly string[], clock: Clock): Promise<Sightings> {
  const ask = async (frame: Frame) => {
    const { since, seen } = await frame.evaluate(see, null, selectors);
    const whole = await Promise.all(seen.map((each, index) => each ?? seeByPuppeteer(frame, selectors[index] ?? '')));
    return { since: frame === page.mainFrame() ? since : undefined, seen: whole };
  };
  const frames = await askFrames(allFramesOf(page), `looking for ${selectors.join(', ')}`, ask, { clock, ms: LOOK_MS });
  const sightings = selectors.map((_, index) => {
    const inFrames = frames.flatMap(({ seen }) => seen[index] ?? []);
    return {
      isVisible: inFrames.some(({ isVisible }) => isVisible),
      count: inFrames.reduce((sum, { count }) => sum + count, 0),
    };
  });
  return { sightings, since: frames.find(({ since }) => since !== undefined)?.since };
}

async function seeByPuppeteer(frame: Frame, selector: string): Promise<Sighting | undefined> {
  try {
    const { seen } = await frame.$$eval(selector, see);
    return seen[0] ?? undefined;
  } catch (error) {
    throw isBadSelector(error) ? new SelectorError(error.message, { cause: error, selector }) : error;
  }
}

/** Looks at elements, or at those of each selector; null for what is no CSS. Runs in the page. */
function see(
  elements: readonly Element[] | null,
  selectors: readonly string[] = [],
): { since: number; seen: (Sighting | null)[] } {
  const isVisible = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility === 'visible';
  };
  const find = (selector: string) => {
    try {
      return [...document.querySelectorAll(selector)];
    } catch {
      return null;
    }
  };
  const found = elements === null ? selectors.map(find) : [elements];
  const seen = found.map((each) => each && { isVisible: each.some(isVisible), count: each.length });
  return { since: performance.timeOrigin, seen };
}

/** The first visible element of a selector that can be used: not disabled, not moving. The caller disposes of it. */
export async function findUsable(page: Page, selector: string, clock: Clock): Promise<ElementHandle | undefined> {
  const ask = (frame: Frame) => usableIn(frame, selector);
  const found = await askFrames(allFramesOf(page), `looking for ${selector}`, ask, { clock, ms: STEP_MS });
  const [first, ...others] = found.filter((handle) => handle !== undefined);
  for (const other of others) void other.dispose();
  return first;
}

async function usableIn(frame: Frame, selector: string): Promise<ElementHandle | undefined> {
  let usable: ElementHandle | undefined;
  for (const handle of await frame.$$(selector)) {
    if (usable === undefined && (await handle.evaluate(isUsable))) usable = handle;
    else void handle.dispose();
  }
  return usable;
}

/** Whether an element can be used: visible, not disabled, not moving. Runs in the page. */
export async function isUsable(element: Element): Promise<boolean> {
  const before = element.getBoundingClientRect();
  if (before.width === 0 || before.height === 0 || getComputedStyle(element).visibility !== 'visible') return false;
  if (element.matches(':disabled') || element.getAttribute('aria-disabled') === 'true') return false;
  // Two pictures later it must be where it was: a click on a moving element misses. No picture comes in a hidden window.
  const picture = () => new Promise((next) => requestAnimationFrame(next));
  await Promise.race([picture().then(picture), new Promise((next) => setTimeout(next, 500))]);
  const after = element.getBoundingClientRect();
  return before.x === after.x && before.y === after.y && before.width === after.width;
}

/**
 * Whether a click on the middle of an element meets it and not what lies over it: a dialog over its button is clicked
 * in its place. One out of sight is scrolled to before it is clicked. Runs in the page.
 */
export function isUncovered(element: Element): boolean {
  const { x, y, width, height } = element.getBoundingClientRect();
  const met = (element.getRootNode() as Document | ShadowRoot).elementFromPoint(x + width / 2, y + height / 2);
  if (met === null || element.contains(met) || met.contains(element)) return true;
  return met.closest('label')?.contains(element) ?? false;
}

/** Types a text into a field; what is in it already (a name of last time) goes. */
export async function typeInto(field: ElementHandle, text: string): Promise<void> {
  await field.focus();
  await field.evaluate((element) => {
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) element.select();
    else getSelection()?.selectAllChildren(element);
  });
  if (text === '') await field.press('Backspace');
  else await field.type(text);
}
