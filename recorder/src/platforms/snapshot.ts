import type { Clock, PlatformPages } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { bounded } from '../browser/index.ts';
import { LOOK_MS } from './elements.ts';
import { ownFramesOf } from './own-frames.ts';

/** What can be clicked, where a target names no selector. */
export const CLICKABLE = 'button,[role="button"],[role="menuitem"],a[href],input[type="button"],input[type="submit"]';

/** What a sign-in asks with, on whosever pages. */
export const SIGN_IN_FIELD =
  'input:not([type]),input[type="text"],input[type="email"],input[type="tel"],input[type="password"]';

/** A person as the page shows one. */
export interface ShownPerson {
  readonly name: string;
  readonly self: boolean;
  readonly speaking: boolean;
}

/** What one document of the page shows, as plain data. */
export interface FrameSnapshot {
  readonly url: string;
  readonly title: string;
  /** As the document says: two letters, small; empty where it does not. */
  readonly language: string;
  /** When the document began, wall clock in milliseconds. */
  readonly since: number;
  /** Visible texts of the page's own, each the whole text of its element; what people write is not among them. */
  readonly texts: readonly string[];
  /** Labels and texts of visible buttons and links: where one has both, either may be the longer one. */
  readonly controls: readonly string[];
  /** For each selector asked for: elements that are there, elements that are visible, the texts of the latter. */
  readonly marks: Readonly<
    Record<string, { readonly present: number; readonly visible: number; readonly texts: readonly string[] }>
  >;
  /** For each place where the number of people may stand, in order: what stands there; empty where it is out of sight. */
  readonly counted: readonly (readonly string[])[];
  readonly people: readonly ShownPerson[];
  /** Selectors that the page could not read. */
  readonly unreadable: readonly string[];
}

/** What the whole page shows at one moment; the page's own document comes first. */
export interface PageSnapshot {
  readonly frames: readonly FrameSnapshot[];
}

export interface SnapshotRequest {
  readonly clickable: string;
  readonly selectors: readonly string[];
  readonly ignore: readonly string[];
  readonly people: PlatformPages['people'];
}

/** What has to be asked of a page for a description of a platform. */
export function requestOf({ states, dialogs, people, join, ignore }: PlatformPages): SnapshotRequest {
  const evidence = [
    ...states.refused.flatMap(({ any }) => any),
    ...states.inCall.flatMap(({ any }) => any),
    ...(states.guest ?? []),
    ...dialogs.flatMap(({ seen }) => seen),
    ...[
      states.early ?? [],
      states.perhapsEarly ?? [],
      states.lobby,
      states.removed,
      states.ended,
      states.prejoin,
      states.connecting ?? [],
      states.givenUp ?? [],
      states.left ?? [],
      states.overCall.removed,
      states.overCall.ended,
      states.overCall.lost ?? [],
    ].flat(),
  ];
  const targets = [join.open, join.offer ?? [], join.join, ...join.off, ...dialogs.map(({ click }) => click)].flat();
  const selectors = [
    ...[...evidence, ...targets].flatMap(({ css }) => (css === undefined ? [] : [css])),
    ...[...join.name, ...join.passcode, SIGN_IN_FIELD],
  ];
  return { clickable: CLICKABLE, selectors: [...new Set(selectors)], ignore, people };
}

/**
 * Takes a snapshot: one bounded call to the page, and one to each frame that belongs to it.
 * @throws BrowserError `PageHung`, `PageGone`; the call's own error where the page is on its way elsewhere (isMoved)
 */
export async function takeSnapshot(
  page: Page,
  pages: PlatformPages,
  limit: { readonly clock: Clock; readonly ms?: number },
): Promise<PageSnapshot> {
  const request = requestOf(pages);
  const ms = limit.ms ?? LOOK_MS;
  const frames = await ownFramesOf(page, pages, { ...limit, ms });
  const looks = await Promise.all(
    frames.map(async (frame, index) => {
      const looking = frame.evaluate(readDocument, request);
      const look = bounded('looking at the page', ms, looking, limit.clock);
      // A frame that changes just now has nothing to say; the page itself must answer.
      return index === 0 ? look : look.catch(() => undefined);
    }),
  );
  return { frames: looks.filter((look) => look !== undefined) };
}

/** Runs in the page: knows nothing but its argument. Bounded in nodes, elements and characters. */
export function readDocument(request: SnapshotRequest): FrameSnapshot {
  const [maxTexts, maxChars, maxNodes] = [800, 300, 20_000];
  const unreadable = new Set<string>();
  const all = (root: ParentNode, css: string): Element[] => {
    try {
      return [...root.querySelectorAll(css)];
    } catch {
      unreadable.add(css);
      return [];
    }
  };
  const matches = (element: Element, css: string): boolean => {
    try {
      return element.matches(css) || element.querySelector(css) !== null;
    } catch {
      unreadable.add(css);
      return false;
    }
  };
  const isVisible = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, maxChars);

  // Whatever the platform: logs and feeds are people's words, and so is what is being typed.
  const ignored = ['[role="log"]', '[role="feed"]', 'textarea', '[contenteditable="true"]', '[contenteditable=""]'];
  const readable = request.ignore.filter((css) => {
    all(document.createDocumentFragment(), css);
    return !unreadable.has(css);
  });
  const ignore = [...ignored, ...readable].join(',');
  /** The text of an element without what people write in it. */
  const textOf = (element: Element): string => {
    if (element.closest(ignore) !== null) return '';
    if (element.querySelector(ignore) === null) {
      // biome-ignore lint/performance/useDomNodeTextContent: hidden words are no sign of anything
      return tidy(element instanceof HTMLElement ? element.innerText : (element.textContent ?? ''));
    }
    const words: string[] = [];
    const inside = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = inside.nextNode(); node !== null && words.length < 100; node = inside.nextNode()) {
      const holder = node.parentElement;
      if (holder !== null && holder.closest(ignore) === null && holder.checkVisibility())
        words.push(node.nodeValue ?? '');
    }
    return tidy(words.join(' '));
  };

  const holders = new Set<Element>();
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  for (let nodes = 0; nodes < maxNodes && holders.size < maxTexts * 2; nodes++) {
    const node = walker.nextNode();
    if (node === null) break;
    const holder = node.parentElement;
    if (holder === null || (node.nodeValue ?? '').trim() === '') continue;
    if (!['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'OPTION', 'TITLE'].includes(holder.tagName)) holders.add(holder);
  }
  // A sentence may be broken by markup: then it is whole in these.
  for (const element of all(document, 'h1,h2,h3,h4,p,button,[role="heading"],[role="alert"],[role="status"]')) {
    holders.add(element);
  }
  const texts = new Set<string>();
  for (const holder of holders) {
    if (texts.size >= maxTexts) break;
    if (isVisible(holder) && holder.checkVisibility({ opacityProperty: true })) texts.add(textOf(holder));
  }
  texts.delete('');

  const labelOf = (element: Element): string =>
    tidy(element.getAttribute('aria-label') ?? (element instanceof HTMLInputElement ? element.value : ''));
  const labelsOf = (element: Element): string[] =>
    [labelOf(element), tidy(element.textContent ?? '')].filter((text) => text !== '');
  const controls = all(document, request.clickable).slice(0, 1000).filter(isVisible).slice(0, 400).flatMap(labelsOf);

  const marks: Record<string, { present: number; visible: number; texts: string[] }> = {};
  for (const css of request.selectors) {
    const found = all(document, css);
    const visible = found.filter(isVisible);
    const shown = new Set(visible.slice(0, 20).flatMap((element) => [labelOf(element), textOf(element)]));
    shown.delete('');
    marks[css] = { present: found.length, visible: visible.length, texts: [...shown] };
  }

  const { count, tile, name, noName, nameEnd, notNames, self, speaking } = request.people;
  const counted = count.map(({ css, attribute }) => {
    const places = all(document, css).filter(isVisible).slice(0, 20);
    return places.flatMap((element) =>
      attribute === undefined ? [labelOf(element), textOf(element)] : [element.getAttribute(attribute) ?? ''],
    );
  });
  const noNames = noName === undefined ? undefined : new RegExp(noName, 'iu');
  const isNoName = (text: string): boolean => text === '' || noNames?.test(text) === true;
  const endOfName = nameEnd === undefined ? undefined : new RegExp(`(?:${nameEnd}).*$`, 'iu');
  const tiles: { readonly element: Element; readonly person: ShownPerson }[] = [];
  for (const element of tile === undefined ? [] : all(document, tile).slice(0, 200)) {
    if (!isVisible(element)) continue;
    const ways = name === undefined ? [''] : name.split('||').map((way) => way.trim());
    const texts = ways.map((way) => {
      if (way.startsWith('@')) return tidy(element.getAttribute(way.slice(1)) ?? '');
      const holders = way === '' ? [element] : all(element, way).slice(0, 20);
      return holders.map((holder) => tidy(holder.textContent ?? '')).find((text) => text !== '') ?? '';
    });
    // A tile with nothing but such a text is still somebody's.
    const found = texts.find((text) => !isNoName(text)) ?? (texts.join('') === '' ? '' : 'somebody');
    const shown = endOfName === undefined ? found : found.replace(endOfName, '').trim();
    if (shown === '' || notNames.includes(shown)) continue;
    const isSelf = self !== undefined && matches(element, self);
    const speaks = speaking !== undefined && matches(element, speaking);
    tiles.push({ element, person: { name: shown.slice(0, 100), self: isSelf, speaking: speaks } });
  }
  type Tile = (typeof tiles)[number];
  const isIn = (inner: Tile, outer: Tile) => inner !== outer && outer.element.contains(inner.element);
  // What holds tiles of other names is no tile itself; a tile of the same name within one is the same person's.
  const ofOne = tiles.filter((outer) =>
    tiles.every((inner) => inner.person.name === outer.person.name || !isIn(inner, outer)),
  );
  const people = ofOne.filter((inner) => !ofOne.some((outer) => isIn(inner, outer))).map(({ person }) => person);
  return {
    ...{ url: location.href, title: tidy(document.title), since: performance.timeOrigin },
    language: document.documentElement.lang.slice(0, 2).toLowerCase(),
    ...{ texts: [...texts], controls: [...new Set(controls)], marks, counted, people, unreadable: [...unreadable] },
  };
}
