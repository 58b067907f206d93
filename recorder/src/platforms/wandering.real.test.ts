import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completeSpec, silentLogger, systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Visit } from './platform.ts';
import { webPlatform } from './web.ts';

let browser: Browser;
let page: Page;
let site: Server;
let origin: string;
/** The way elsewhere, until it is answered. */
let onTheWay: ServerResponse | undefined;

beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage();
  site = createServer(({ url }, response) => {
    if (url === '/elsewhere') onTheWay = response;
    else response.setHeader('content-type', 'text/html').end('<p id="call">the call</p>');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
});

it('has wandered off also where the answer of the last look came when it was on its way already', async () => {
  const url = `${origin}/call`;
  const { spec } = completeSpec({ url, platform: 'web', join: { steps: [], joined: '#call' } });
  if (spec === undefined) throw new Error('no spec');
  const visit: Visit = {
    ...{ page, clock: systemClock, logger: silentLogger, signal: new AbortController().signal },
    ...{ deadline: Number.POSITIVE_INFINITY, egressFailureOf: () => undefined },
  };
  const platform = webPlatform(spec);
  await platform.enter(visit);
  const frame = page.mainFrame();
  const evaluate = frame.evaluate.bind(frame);
  vi.spyOn(frame, 'evaluate').mockImplementationOnce(async (...look) => {
    const answer = await evaluate(...look);
    await evaluate(() => void setTimeout(() => location.assign('/elsewhere')));
    await vi.waitFor(() => expect(onTheWay).toBeDefined(), { timeout: 10_000 });
    return answer;
  });

  expect(await platform.observe(visit)).toMatchObject({ state: 'inCall' });

  onTheWay?.setHeader('content-type', 'text/html').end('another page');
  await vi.waitFor(
    async () => expect(await platform.observe(visit)).toMatchObject({ state: 'unknown', elsewhere: true }),
    { timeout: 10_000 },
  );
});
