import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../', import.meta.url).pathname;
const rooms = ['browser', 'meeting', 'platforms', 'session'].map((room) => `${room}/*.ts`);
const files = globSync(rooms, { cwd: folder }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));

/** Calls to a page, a frame, an element or the browser that answer by a promise. */
const ASKS = new RegExp(
  `[\\w)\\]]\\s*\\??\\.(?:${[
    ...['evaluate\\w*', '\\$', '\\$\\$', '\\$eval', '\\$\\$eval', 'waitFor\\w+', 'queryObjects', 'title', 'content'],
    ...['click', 'goto', 'goBack', 'press', 'focus', 'hover', 'tap', 'move', 'screenshot', 'isVisible', 'boundingBox'],
    ...['contentFrame', 'frameElement', 'createCDPSession', 'send', 'detach', 'setCookie', 'cookies', 'version'],
    // Without arguments they are not Puppeteer's.
    ...['type(?=\\([^)])', 'select(?=\\([^)])'],
  ].join('|')})\\(|\\b(?:page|browser)\\.close\\(`,
  'g',
);
/** What gives up after its time, whatever becomes of the calls in it. */
const BOUND = /\b(?:bounded|askFrames|withObjects)\(/g;

/** Functions that ask without a limit of their own: whatever calls them has one. */
const CARRIED = [
  'browser/evidence.ts hideFields',
  'browser/launch.ts keepClear',
  'platforms/elements.ts seeByPuppeteer',
  'platforms/elements.ts typeInto',
  'platforms/elements.ts usableIn',
  'platforms/join-steps.ts act',
  'platforms/open-page.ts goTo',
  'platforms/own-frames.ts visibleFrames',
];
/** Nobody waits for these. */
const NOT_WAITED_FOR = ["browser/signed-in.ts onEmptyPages: .send('Fetch.fulfillRequest'"];

interface Source {
  readonly file: string;
  readonly text: string;
  /** From and to, of what stands in a call that is bound. */
  readonly bound: readonly (readonly [number, number])[];
}

const sources: readonly Source[] = files.map((file) => {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ');
  const text = readFileSync(`${folder}${file}`, 'utf8').replace(/\/\*\*[\s\S]*?\*\/|(?<=^\s*)\/\/.*$/gm, blank);
  const bound = [...text.matchAll(BOUND)].map(({ 0: { length }, index }) => spanOf(text, index + length));
  return { file, text, bound };
});

/** From behind an opening bracket to the one that closes it. */
function spanOf(text: string, begin: number): readonly [number, number] {
  let depth = 1;
  let end = begin;
  for (; depth > 0 && end < text.length; end++) {
    const sign = text[end] ?? '';
    if (/[([{]/.test(sign)) depth += 1;
    if (/[)\]}]/.test(sign)) depth -= 1;
  }
  return [begin, end];
}

const HEADS = /^(?:export )?(?:async )?function (\w+)|^ {2}(?:async )?(#?\w+)\(.*\{$|^(?:export )?const (\w+) =/gm;

/** The function or method that a place is in, and where its text is. */
function functionAt({ text }: Source, place: number): { name: string; from: number; to: number } {
  const heads = [...text.matchAll(HEADS)];
  const at = heads.findLastIndex(({ index }) => index <= place);
  const [, ...names] = heads[at] ?? [''];
  const name = names.find((each) => each !== undefined) ?? '';
  return { name, from: heads[at]?.index ?? 0, to: heads[at + 1]?.index ?? text.length };
}

/** Whether a place is within a call that is bound, or within what a name of its function stands for that is used in one. */
function isBound(source: Source, place: number): boolean {
  const { text, bound } = source;
  const { from, to } = functionAt(source, place);
  if (bound.some(([start, end]) => start <= place && place < end && end <= to)) return true;
  const names = [...text.slice(from, to).matchAll(/^( +)const (\w+) =/gm)];
  return names.some(({ 0: { length }, 1: indent = '', 2: name = '', index }) => {
    const begin = from + index + length;
    const isWithin = begin <= place && place < begin + statementOf(text.slice(begin, to), indent);
    const isUsed = ([start, end]: readonly [number, number]) =>
      start >= from && end <= to && new RegExp(`\\b${name}\\b`).test(text.slice(start, end));
    return isWithin && bound.some(isUsed);
  });
}

/** The length of a statement of this indentation, the first line of which has begun. */
function statementOf(text: string, indent: string): number {
  const line = text.indexOf('\n');
  if (text[line - 1] === ';') return line;
  const last = new RegExp(`\\n${indent}[^\\s].*;\\n`).exec(text);
  return last === null ? text.length : last.index + last[0].length;
}

it('each call to a page has a limit, its own or that of whatever calls the function it is in', () => {
  const without = sources.flatMap((source) =>
    [...source.text.matchAll(ASKS)].flatMap(({ index }) => {
      const where = `${source.file} ${functionAt(source, index).name}`;
      const call = source.text
        .slice(index + 1, index + 120)
        .trim()
        .split(/[,\n]/)[0];
      const said = `${where}: ${call}`;
      return isBound(source, index) || NOT_WAITED_FOR.includes(said) || CARRIED.includes(where) ? [] : [said];
    }),
  );
  expect(without).toEqual([]);
});

it.each(CARRIED)('%s is called under a limit only', (carried) => {
  const [home, name] = carried.split(' ');
  const mentions = new RegExp(`(?<!function )\\b${name}(?=\\()|[(,] *${name}(?=[,)])`, 'g');
  const imports = new RegExp(`^import [^;]*[{,]\\s*${name}\\b`, 'm');
  const calls = sources
    .filter(({ file, text }) => file === home || imports.test(text))
    .flatMap((source) => [...source.text.matchAll(mentions)].map(({ index }) => ({ source, index })));
  expect(calls.length).toBeGreaterThan(0);
  const without = calls
    .filter(({ source, index }) => !isBound(source, index))
    .map(({ source, index }) => `${source.file} ${functionAt(source, index).name}`);
  expect(without.filter((where) => !CARRIED.includes(where))).toEqual([]);
});
