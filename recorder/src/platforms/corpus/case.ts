/**
 * Made pages to try the classifier on: short HTML of the look that the pages had when others recorded them, not written from
 * the descriptions. `state` is what a person would say who sees the page; `controls`: those of the call, and nothing that
 * tells whether it is one.
 */
export interface CorpusCase {
  readonly state: string;
  readonly name: string;
  readonly html: string;
  readonly url?: string;
  readonly title?: string;
  /** Of the document; English where it is not said. */
  readonly language?: string;
  /** How many people are there, ourselves included; looked at where it is said. */
  readonly participants?: number;
}

type Row = readonly [
  state: string,
  name: string,
  html: string,
  more?: { url?: string; title?: string; language?: string; participants?: number },
];

export const cases = (rows: readonly Row[]): CorpusCase[] =>
  rows.map(([state, name, html, more]) => ({ state, name, html, ...more }));

/** A button without words, as toolbars have them. */
export const icon = (label: string, more = ''): string =>
  `<button aria-label="${label}" ${more} style="width:40px;height:40px"><svg width="20" height="20"></svg></button>`;
export const button = (words: string, more = ''): string => `<button ${more}><span>${words}</span></button>`;
export const dialog = (html: string, more = 'role="dialog"'): string =>
  `<div ${more} style="position:fixed;top:60px;left:60px;background:#fff;z-index:9">${html}</div>`;
/** There, but not to be seen. */
export const hidden = (html: string): string => `<div style="display:none">${html}</div>`;
