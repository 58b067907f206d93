import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../', import.meta.url).pathname;
const sources = globSync('**/*.ts', { cwd: folder }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));

/** Ways to make a page take the browser for another one, or its driver for a person. */
const DISGUISES =
  /setUserAgent|AutomationControlled|\.webdriver|stealth|setExtraHTTPHeaders|Emulation\.|\.emulate|ghost-cursor|2captcha/i;
/** Scripts that a page meets in each of its documents before its own. */
const BEFORE_THE_PAGE = /evaluateOnNewDocument|addScriptToEvaluateOnNewDocument|addInitScript/g;

it('no source of ours disguises the browser', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((file) => DISGUISES.test(readFileSync(`${folder}${file}`, 'utf8')))).toEqual([]);
});

it('one script of ours is in every document: it takes away a window that would lie over the picture', () => {
  const found = sources.flatMap((file) => {
    const text = readFileSync(`${folder}${file}`, 'utf8');
    return [...text.matchAll(BEFORE_THE_PAGE)].map(({ index }) => `${file}: ${text.slice(index).split('});')[0]}`);
  });
  expect(found).toEqual([
    expect.stringMatching(
      /^browser\/launch\.ts: evaluateOnNewDocument\(\(\) => \{\s+Reflect\.deleteProperty\(HTMLVideoElement\.prototype, 'requestPictureInPicture'\);\s*$/,
    ),
  ]);
});
