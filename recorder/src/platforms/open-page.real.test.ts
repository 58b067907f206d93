import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isReady, openPage, refusalByStatus } from './open-page.ts';
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
    const status = Number(/^\/(\d{3})/.exec(url)?.[1] ?? 200);
    if (url.startsWith('/held')) held.set(url, response);
    else if (status !== 200)
      response.writeHead(status, { 'content-type': typeOf(url) }).end('<h1>Unusual traffic</h1>');
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

const typeOf = (url: string) => (url.endsWith('.txt') ? 'text/plain' : 'text/html');
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

  it.each([
    [404, 'MeetingNotFound'],
    [401, 'SignInRequired'],
    [403, 'BlockedByPlatform'],
    [429, 'JoinFailed'],
  ])(
    'that comes with %s is refused at once, unless it is read first: then that is said by its status',
    async (status, reason) => {
      const refusal = { reason, message: `${origin}/${status}: the server answered ${status}` };
      await expect(openPage(visit(), `${origin}/${status}`)).rejects.toMatchObject(refusal);
      await openPage(visit(), `${origin}/${status}`, { isRead: true });
      expect(await page.$eval('h1', (head) => head.textContent)).toBe('Unusual traffic');
      expect(await refusalByStatus(visit())).toMatchObject(refusal);
    },
  );

  it.each(['503', '404.txt'])('is refused at once where nothing on it is meant for people: %s', async (path) => {
    await expect(openPage(visit(), `${origin}/${path}`, { isRead: true })).rejects.toMatchObject({
      message: `${origin}/${path}: the server answered ${path.slice(0, 3)}`,
    });
  });

  it('says nothing by its status where that is none of an error', async () => {
    await openPage(visit(), addressOf('<button>Join</button>'), { isRead: true });
    expect(await refusalByStatus(visit())).toBeUndefined();
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
