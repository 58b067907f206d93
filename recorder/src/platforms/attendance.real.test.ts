import { type Clock, silentLogger, systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Attendance } from './attendance.ts';
import type { Visit } from './platform.ts';
import { BUILT_IN } from './registry.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(() => browser.close());

it('says how long a document has stayed, and counts anew for the next one', async () => {
  const page = await browser.newPage();
  let time = 100_000;
  const clock: Clock = { ...systemClock, monotonic: () => time };
  const visit: Visit = {
    ...{ page, clock, logger: silentLogger, signal: new AbortController().signal },
    ...{ deadline: Number.POSITIVE_INFINITY, egressFailureOf: () => undefined },
  };
  const words = { displayName: 'Meeting Recorder', passcode: undefined };
  const attendance = new Attendance(visit, BUILT_IN['google-meet'], words, () => undefined);
  const stayedMs = async (later: number) => {
    time += later;
    return (await attendance.look(30_000)).stayedMs;
  };

  await page.goto('data:text/html,<p>One moment please');
  expect([await stayedMs(0), await stayedMs(9000)]).toEqual([0, 9000]);
  await page.goto('data:text/html,<p>One moment more');
  expect([await stayedMs(2000), await stayedMs(8000)]).toEqual([0, 8000]);
});

it('answers two questions that lie over each other, each under its own name', async () => {
  const page = await browser.newPage();
  const ended = new AbortController();
  const visit: Visit = {
    ...{ page, clock: systemClock, logger: silentLogger, signal: ended.signal },
    ...{ deadline: Number.POSITIVE_INFINITY, egressFailureOf: () => undefined },
  };
  const answered: string[] = [];
  const words = { displayName: 'Meeting Recorder', passcode: undefined };
  const attendance = new Attendance(visit, BUILT_IN.zoom, words, (dialog) => answered.push(dialog));
  const dialog = (text: string) =>
    `<div class="zm-modal" role="dialog" style="position:absolute;width:300px;height:120px;background:white"><p>${text}</p><button onclick="this.parentElement.remove()">OK</button></div>`;
  const both = dialog('This meeting is being recorded') + dialog('Cannot detect your camera');
  await page.goto(`data:text/html,<p>Hello</p>${encodeURIComponent(both)}`);

  const staying = attendance.stay();
  await expect.poll(() => page.$$('.zm-modal'), { timeout: 20_000 }).toEqual([]);
  ended.abort();
  await staying;

  expect(answered).toEqual(['device-missing', 'recording-consent']);
});
