import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isReady, openPage } from './open-page.ts';
import type { Visit } from './platform.ts';

const SETTLED_MS = 300;
let browser: Browser;
let page: Page;
let site: Server;
let origin: string;
/** Answers that do not come before they are told to. */
const held = new Map<string, ServerResponse>();

beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  site = createServer(({ url = '' }, response) => {
    if (url.startsWith('/held')) held.set(url, response);
    else response.setHeader('content-type', 'text/html').end(decodeURIComponent(url.slice(2)));
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
});
beforeEach(async () => {
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
  for (const response of held.values()) response.destroy();
  held.clear();
});

const addressOf = (html: string) => `${origin}/?${encodeURIComponent(html)}`;
const open = (html: string) => page.goto(addressOf(html), { waitUntil: 'domcontentloaded', timeout: 30_000 });
const visit = (): Visit => ({
  ...{ page, clock: systemClock, logger: silentLogger, signal: new AbortController().signal },
  ...{ deadline: Number.POSITIVE_INFINITY, egressFailureOf: () => undefined },
});
const state = () => page.evaluate(() => document.readyState);
const ready = () => page.evaluate(isReady, SETTLED_MS);
const becomesReady = () => vi.waitFor(async () => expect(await ready()).toBe(true), { timeout: 20_000 });
const settled = () =>
  page.waitForFunction(
    (ms) => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      return performance.now() - (navigation?.domContentLoadedEventEnd ?? 0) > ms;
    },
    {},
    SETTLED_MS,
  );

describe('a page', () => {
  it('is one to begin with when it is complete', async () => {
    await open('<button>Join</button>');
    await vi.waitFor(async () => expect(await state()).toBe('complete'));
    expect(await ready()).toBe(true);
  });

  it('is so also while a picture and a frame never come', async () => {
    await openPage(
      visit(),
      addressOf('<button>Join</button><img src="/held-picture"><iframe src="/held-frame"></iframe>'),
    );
    expect(await page.$('button')).not.toBeNull();
    expect(await state()).toBe('interactive');
  });

  it('that cannot be had is said to be so at once, and why', async () => {
    const { port } = site.address() as AddressInfo;
    await expect(openPage(visit(), `https://127.0.0.1:${port}/`)).rejects.toMatchObject({
      ...{ reason: 'JoinFailed', message: expect.stringContaining('ERR_SSL_PROTOCOL_ERROR') },
    });
  });

  it('is not while a script is on its way that may give its buttons their meaning', async () => {
    await open('<button>Join</button><img src="/held-picture"><script async src="/held-script"></script>');
    await settled();
    expect(await ready()).toBe(false);
    held.get('/held-script')?.setHeader('content-type', 'text/javascript').end('');
    await becomesReady();
    expect(await state()).toBe('interactive');
  });

  it('is so again when a script has failed for good', async () => {
    await open('<button>Join</button><img src="/held-picture"><script async src="/held-script"></script>');
    await settled();
    held.get('/held-script')?.writeHead(500).end();
    await becomesReady();
    expect(await state()).toBe('interactive');
  });
});
