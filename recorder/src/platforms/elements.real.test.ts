import { systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookFor, SelectorError } from './elements.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  [page] = (await browser.pages()) as [Page];
});
afterAll(() => browser.close());
beforeEach(async () => {
  await page.setContent(`
    <div class="tile">Ada</div><div class="tile">Alan</div><div class="tile" hidden>nobody</div>
    <button style="visibility:hidden">Leave</button><p></p>
    <iframe srcdoc="<div class='tile'>Grace</div>"></iframe>`);
  await page.waitForFunction(() => document.querySelector('iframe')?.contentDocument?.querySelector('.tile'));
});

const look = async (...selectors: string[]) => (await lookFor(page, selectors, systemClock)).sightings;

describe('looking for selectors', () => {
  it('counts what there is in the page and its frames, and tells what is seen of it', async () => {
    expect(await look('.tile', 'button', 'p', '.tile[hidden]', '#none')).toEqual([
      { isVisible: true, count: 4 },
      { isVisible: false, count: 1 },
      { isVisible: false, count: 1 },
      { isVisible: false, count: 1 },
      { isVisible: false, count: 0 },
    ]);
  });

  it("knows Puppeteer's own selectors too", async () => {
    expect(await look('text/Ada', '.tile', '::-p-text(Nowhere)')).toEqual([
      { isVisible: true, count: 1 },
      { isVisible: true, count: 4 },
      { isVisible: false, count: 0 },
    ]);
  });

  it('says which one is no selector', async () => {
    const error = await look('.tile', '#[').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SelectorError);
    expect(error).toMatchObject({ selector: '#[' });
  });
});
