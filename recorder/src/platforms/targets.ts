import type { Clock, PageTarget } from '@meetingbot/crds-schema';
import type { ElementHandle, Page } from 'puppeteer';
import { bounded } from '../browser/index.ts';
import { askFrames, isUncovered, isUsable, STEP_MS, typeInto } from './elements.ts';
import { isNamed } from './next-act.ts';
import { type OwnFrames, ownFramesOf } from './own-frames.ts';
import { CLICKABLE } from './snapshot.ts';

/**
 * Clicks a target where it can be used, of several one that nothing lies over. Resolves to false where there is none
 * (any more): the page is looked at again.
 * @throws BrowserError `PageHung`, `PageGone`
 */
export async function clickTarget(page: Page, target: PageTarget, clock: Clock, own: OwnFrames): Promise<boolean> {
  const element = await find(page, target, { clock, own }, (handle) => handle.evaluate(isUncovered));
  if (element === undefined) return false;
  try {
    await bounded('clicking', STEP_MS, element.click(), clock);
    return true;
  } finally {
    void element.dispose().catch(() => undefined);
  }
}

/**
 * Types into the first usable field of a selector; what is in it already goes. What is typed is told to nobody.
 * Resolves to false where there is no such field (any more).
 * @throws BrowserError `PageHung`, `PageGone`
 */
export async function fillField(page: Page, css: string, text: string, clock: Clock, own: OwnFrames): Promise<boolean> {
  const field = await find(page, { css }, { clock, own });
  if (field === undefined) return false;
  try {
    await bounded(`typing into ${css}`, STEP_MS, typeInto(field, text), clock);
    return true;
  } finally {
    void field.dispose().catch(() => undefined);
  }
}

async function find(
  page: Page,
  { css, names }: PageTarget,
  { clock, own }: { readonly clock: Clock; readonly own: OwnFrames },
  isBetter: (handle: ElementHandle) => Promise<boolean> = async () => true,
): Promise<ElementHandle | undefined> {
  const limit = { clock, ms: STEP_MS };
  const found = await askFrames(
    await ownFramesOf(page, own, limit),
    'looking for something to click',
    async (frame) => {
      const handles = await frame.$$(css ?? CLICKABLE);
      const labels = names === undefined ? [] : await frame.$$eval(css ?? CLICKABLE, labelsOf);
      let best: ElementHandle | undefined;
      let usable: ElementHandle | undefined;
      for (const [index, handle] of handles.entries()) {
        const isWanted = best === undefined && (names === undefined || isNamed(labels[index] ?? [], names));
        if (!isWanted || !(await handle.evaluate(isUsable))) continue;
        usable ??= handle;
        if (await isBetter(handle)) best = handle;
      }
      const chosen = best ?? usable;
      for (const handle of handles) if (handle !== chosen) void handle.dispose().catch(() => undefined);
      return chosen;
    },
    limit,
  );
  const [first, ...others] = found.filter((handle) => handle !== undefined);
  for (const other of others) void other.dispose().catch(() => undefined);
  return first;
}

/** Runs in the page. */
const labelsOf = (elements: Element[]): string[][] =>
  elements.map((element) => [
    element.getAttribute('aria-label') ?? '',
    element instanceof HTMLInputElement ? element.value : '',
    element.textContent ?? '',
  ]);
