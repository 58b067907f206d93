import type { Clock, PageEvidence, PageTarget } from '@meetingbot/crds-schema';
import type { ElementHandle, Page } from 'puppeteer';
import { bounded } from '../browser/index.ts';
import { fold } from './classify.ts';
import { askFrames, isUncovered, isUsable, STEP_MS, typeInto } from './elements.ts';
import { isNamed } from './next-act.ts';
import { type OwnFrames, ownFramesOf } from './own-frames.ts';
import { CLICKABLE } from './snapshot.ts';

/** Which of several elements is meant. */
export interface Whereabouts {
  /** The one that shares the innermost part of the page with this sign. */
  readonly near: PageEvidence;
  /** Otherwise none: nothing may lie over that one. */
  readonly isNowhereElse: boolean;
}

/**
 * Clicks a target where it can be used, of several one that nothing lies over. Resolves to false where there is none
 * (any more): the page is looked at again.
 * @throws BrowserError `PageHung`, `PageGone`
 */
export async function clickTarget(
  page: Page,
  target: PageTarget,
  clock: Clock,
  own: OwnFrames,
  where?: Whereabouts,
): Promise<boolean> {
  const element = await find(page, target, { clock, own, where }, (handle) => handle.evaluate(isUncovered));
  if (element === undefined) return false;
  try {
    await bounded('clicking', STEP_MS, element.click(), clock);
    return true;
  } finally {
    void element.dispose().catch(() => undefined);
  }
}

/** Clicks the first of several targets that is there; false: none is. @throws BrowserError as {@link clickTarget} */
export async function clickFirst(
  page: Page,
  targets: readonly PageTarget[],
  clock: Clock,
  own: OwnFrames,
): Promise<boolean> {
  for (const target of targets) if (await clickTarget(page, target, clock, own)) return true;
  return false;
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
  { clock, own, where }: { readonly clock: Clock; readonly own: OwnFrames; readonly where?: Whereabouts | undefined },
  isBetter: (handle: ElementHandle) => Promise<boolean> = async () => true,
): Promise<ElementHandle | undefined> {
  const limit = { clock, ms: STEP_MS };
  const found = await askFrames(
    await ownFramesOf(page, own, limit),
    'looking for something to click',
    async (frame) => {
      const handles = await frame.$$(css ?? CLICKABLE);
      const labels = names === undefined ? [] : await frame.$$eval(css ?? CLICKABLE, labelsOf);
      const wanted = handles.filter((_, index) => names === undefined || isNamed(labels[index] ?? [], names));
      const nearness = where === undefined ? [] : await frame.evaluate(nearnessTo, signOf(where.near), ...wanted);
      const depthOf = (index: number) => nearness[index] ?? 0;
      const nearestFirst = [...wanted.entries()].sort(([one], [other]) => depthOf(other) - depthOf(one));
      const isOnlyThere = where?.isNowhereElse === true;
      const innermost = Math.max(1, ...nearness);
      let best: ElementHandle | undefined;
      let usable: ElementHandle | undefined;
      for (const [index, handle] of nearestFirst) {
        if (best !== undefined || (isOnlyThere && depthOf(index) < innermost)) break;
        if (!(await handle.evaluate(isUsable))) continue;
        usable ??= handle;
        if (await isBetter(handle)) best = handle;
      }
      const chosen = best ?? (isOnlyThere ? undefined : usable);
      for (const handle of handles) if (handle !== chosen) void handle.dispose().catch(() => undefined);
      return chosen;
    },
    limit,
  );
  const [first, ...others] = found.filter((handle) => handle !== undefined);
  for (const other of others) void other.dispose().catch(() => undefined);
  return first;
}

/** What is looked for in the page; without either of the two there is nothing to be near to. */
function signOf({ css, text, contains }: PageEvidence): { css?: string | undefined; words: string } {
  return { css, words: fold(text ?? contains ?? '') };
}

/**
 * For each element how deep the innermost part of the page lies that it shares with a sign: 0 where there is no such sign.
 * Runs in the page.
 */
function nearnessTo({ css, words }: ReturnType<typeof signOf>, ...elements: Element[]): number[] {
  if (css === undefined && words === '') return elements.map(() => 0);
  // As `fold` does it, which is not there in the page.
  const said = (text: string) =>
    text
      .replace(/[\u2018\u2019\u02bc`]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/\s+/g, ' ')
      .toLowerCase();
  const holders = [...document.querySelectorAll(css ?? 'body *')].filter(
    (element) => element.getClientRects().length > 0 && said(element.textContent ?? '').includes(words),
  );
  const signs = holders.filter((element) => !holders.some((other) => other !== element && element.contains(other)));
  const depthOf = (element: Element | null): number => (element === null ? 0 : 1 + depthOf(element.parentElement));
  const shared = (sign: Element, element: Element): Element | null => {
    let part: Element | null = sign;
    while (part !== null && !part.contains(element)) part = part.parentElement;
    return part;
  };
  return elements.map((element) => Math.max(0, ...signs.map((sign) => depthOf(shared(sign, element)))));
}

/** Runs in the page. */
const labelsOf = (elements: Element[]): string[][] =>
  elements.map((element) => [
    element.getAttribute('aria-label') ?? '',
    element instanceof HTMLInputElement ? element.value : '',
    element.textContent ?? '',
  ]);
