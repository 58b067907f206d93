import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import puppeteer from 'puppeteer';
import { expect, it } from 'vitest';
import { leavePage } from './leave-page.ts';

/** A page that is busy when it is left: its goodbye comes when the empty page has long been there. */
const PAGE = `<!doctype html><title>Call</title><script>
  addEventListener('pagehide', () => {
    const since = performance.now();
    while (performance.now() - since < 300);
    navigator.sendBeacon('/left');
  });
</script>`;

it('lets a page say goodbye before the browser ends', async () => {
  const asked: (string | undefined)[] = [];
  const site = createServer(({ url }, answer) => {
    asked.push(url);
    answer.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const [page] = await browser.pages();
    if (page === undefined) throw new Error('there is no page');
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    const visit = { page, clock: systemClock, logger: silentLogger, signal: new AbortController().signal };
    await leavePage({ ...visit, deadline: Number.POSITIVE_INFINITY, egressFailureOf: () => undefined }, 5000);
  } finally {
    await browser.close();
    site.closeAllConnections();
    site.close();
  }
  expect(asked).toContain('/left');
});
