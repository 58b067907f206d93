import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PageEvidence, systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OwnFrames } from './own-frames.ts';
import { BUILT_IN } from './registry.ts';
import { takeSnapshot } from './snapshot.ts';
import { clickTarget, fillField } from './targets.ts';

const FIELD = 'input[type="password"]';
const OWN = { frames: ['iframe#webclient'] };
const FORM = '<input type="password"><button onclick="document.title=\'clicked\'">Join</button>';
let browser: Browser;
let page: Page;
let site: Server;
let port: number;

beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  [page] = (await browser.pages()) as [Page];
  site = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html').end(decodeURIComponent(url.slice(2)));
  }).listen(0);
  await once(site, 'listening');
  ({ port } = site.address() as AddressInfo);
});
afterAll(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
});

const addressOf = (host: string, html: string) => `http://${host}:${port}/?${encodeURIComponent(html)}`;
/** A page with a frame of another site: `id` is the frame's. */
const openWith = (id: string, inside = FORM) =>
  page.goto(addressOf('127.0.0.1', `<iframe id="${id}" src="${addressOf('localhost', inside)}"></iframe>`));
const fill = (own: OwnFrames = OWN) => fillField(page, FIELD, 'secret', systemClock, own);
const click = (own: OwnFrames = OWN) => clickTarget(page, { names: ['Join'] }, systemClock, own);
/** Whether a look sees the button that a click would be for. */
const sees = async (own: OwnFrames = OWN) => {
  const { frames } = await takeSnapshot(page, { ...BUILT_IN.zoom, ...own }, { clock: systemClock, ms: 30_000 });
  return frames.some(({ controls }) => controls.includes('Join'));
};
/** What stands in the fields, and the titles, of all frames that have a form. */
const typed = async () => {
  const forms = await Promise.all(
    page
      .frames()
      .map((frame) => frame.$$eval(FIELD, (fields) => fields.map((field) => (field as HTMLInputElement).value))),
  );
  return forms.flat();
};
const titles = () => Promise.all(page.frames().map((frame) => frame.title()));

beforeEach(() => page.goto('about:blank'));

describe('what is typed and clicked', () => {
  it('goes into the page and into frames that belong to it', async () => {
    await page.goto(addressOf('127.0.0.1', FORM));
    expect([await fill(), await click()]).toEqual([true, true]);
    expect([await typed(), await titles()]).toEqual([['secret'], ['clicked']]);

    await openWith('webclient');
    expect([await fill(), await click()]).toEqual([true, true]);
    expect([await typed(), await titles()]).toEqual([['secret'], ['', 'clicked']]);
  });

  it('goes into no other frame, and into none within those', async () => {
    await openWith('advertisement');
    expect([await fill(), await click()]).toEqual([false, false]);
    expect([await typed(), await titles()]).toEqual([[''], ['', '']]);

    await openWith('webclient', `<iframe id="webclient" src="${addressOf('localhost', FORM)}"></iframe>`);
    expect([await fill(), await click()]).toEqual([false, false]);
    expect([await typed(), await titles()]).toEqual([[''], ['', '', '']]);
  });

  it('goes into the frames that a look sees: no hidden one, and not into one behind those that count', async () => {
    const frame = (inside: string, style = '') =>
      `<iframe id="webclient" style="${style}" src="${addressOf('127.0.0.1', inside)}"></iframe>`;
    const agree = async (frames: string) => {
      await page.goto(addressOf('127.0.0.1', frames));
      return [await sees(), await click(), await fill()];
    };
    expect(await agree(frame(FORM, 'visibility:hidden'))).toEqual([false, false, false]);
    expect(await typed()).toEqual(['']);
    expect(await agree(frame('', 'display:none').repeat(4) + frame(FORM))).toEqual([true, true, true]);
    expect(await agree(frame('').repeat(4) + frame(FORM))).toEqual([false, false, false]);
    expect(await typed()).toEqual(['']);
  });

  it('goes into no foreign frame that only has the permissions of a conference, wherever it began', async () => {
    const { frames, framesOfHost } = BUILT_IN.jitsi;
    const own: OwnFrames = { frames, ...(framesOfHost && { framesOfHost }) };
    const capturing = (host: string) =>
      `<iframe allow="camera; display-capture" src="${addressOf(host, FORM)}"></iframe>`;
    const does = async () => [await sees(own), await click(own), await fill(own)];

    await page.goto(addressOf('127.0.0.1', capturing('127.0.0.1')));
    expect(await does()).toEqual([true, true, true]);

    await page.goto(addressOf('127.0.0.1', capturing('localhost')));
    expect(await does()).toEqual([false, false, false]);

    await page.goto(addressOf('127.0.0.1', capturing('127.0.0.1')));
    const [, frame] = page.frames();
    await frame?.goto(addressOf('localhost', FORM));
    expect(await does()).toEqual([false, false, false]);
    expect(await typed()).toEqual(['']);
  });

  describe('of several that are called the same', () => {
    /** Two dialogs, the second over the first one. */
    const dialog = (words: string, title: string, style: string) =>
      `<div class="modal" style="position:absolute;width:200px;height:100px;background:#fff;${style}"><b>${words}</b><p><button onclick="document.title='${title}';this.closest('.modal').remove()">OK</button></p></div>`;
    const BELOW = { css: '.modal', contains: 'is being recorded' };
    const ABOVE = { contains: 'No camera' };
    const openBoth = () =>
      page.goto(
        addressOf('127.0.0.1', dialog('This is being recorded', 'below', '') + dialog('No camera found', 'above', '')),
      );
    const clickNear = async (near: PageEvidence, isNowhereElse: boolean) => {
      const done = await clickTarget(page, { names: ['OK'] }, systemClock, OWN, { near, isNowhereElse });
      return [done, await page.title()];
    };

    it('is the one where the sign is, though it is not the first', async () => {
      await openBoth();
      expect(await clickNear(ABOVE, true)).toEqual([true, 'above']);
      expect(await clickNear(BELOW, true)).toEqual([true, 'below']);
    });

    it('is none while something lies over that one, or where its sign is gone, unless any will do', async () => {
      await openBoth();
      expect(await clickNear(BELOW, true)).toEqual([false, '']);
      expect(await clickNear({ contains: 'gone' }, true)).toEqual([false, '']);
      expect(await clickNear(BELOW, false)).toEqual([true, 'above']);
      expect(await clickNear({ contains: 'gone' }, false)).toEqual([true, 'below']);
    });
  });
});
