import type { PageEvidence } from '@meetingbot/crds-schema';

/** Signs by whole texts, by parts of texts, by selectors: one sign for each. */
export const text = (...texts: string[]): PageEvidence[] => texts.map((each) => ({ text: each }));
export const contains = (...parts: string[]): PageEvidence[] => parts.map((each) => ({ contains: each }));
export const css = (...selectors: string[]): PageEvidence[] => selectors.map((each) => ({ css: each }));
/** Signs by parts of texts within the elements of a selector. */
export const within = (selector: string, ...parts: string[]): PageEvidence[] =>
  parts.map((each) => ({ css: selector, contains: each }));
