import type { Clock, SignedInProfile } from '@meetingbot/crds-schema';
import type { Browser, CDPSession, CookieData, Page } from 'puppeteer';
import { bounded } from './bounded.ts';

const STEP_MS = 10_000;

/** Puts a profile into a fresh browser, before anything is opened. No request leaves it. @throws Error */
export async function putProfile(browser: Browser, page: Page, profile: SignedInProfile, clock: Clock): Promise<void> {
  await bounded('putting cookies', STEP_MS, browser.setCookie(...profile.cookies.map(cookieOf)), clock);
  const stores = Object.entries(profile.localStorage ?? {});
  if (stores.length === 0) return;
  await onEmptyPages(page, clock, async (open) => {
    for (const [origin, items] of stores) {
      await open(origin);
      const putting = page.evaluate((entries) => {
        for (const [key, value] of entries) localStorage.setItem(key, value);
      }, Object.entries(items));
      await bounded('putting local storage', STEP_MS, putting, clock);
    }
  });
}

/** What is in the local storage of these origins; those without any are left out. No request leaves the browser. */
export async function readLocalStorage(
  page: Page,
  origins: readonly string[],
  clock: Clock,
): Promise<NonNullable<SignedInProfile['localStorage']>> {
  const found: NonNullable<SignedInProfile['localStorage']> = {};
  await onEmptyPages(page, clock, async (open) => {
    for (const origin of origins) {
      await open(origin);
      const reading = page.evaluate(() => Object.entries(localStorage) as [string, string][]);
      const entries = await bounded('reading local storage', STEP_MS, reading, clock);
      if (entries.length > 0) found[origin] = Object.fromEntries(entries);
    }
  });
  return found;
}

/**
 * Local storage can only be reached from a page of its origin: each request is answered here with an empty page. That
 * leaves nothing behind in pages that come later, as a script for new documents would.
 */
async function onEmptyPages(
  page: Page,
  clock: Clock,
  use: (open: (origin: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const session: CDPSession = await bounded('asking for a session', STEP_MS, page.createCDPSession(), clock);
  session.on('Fetch.requestPaused', ({ requestId }) => {
    const body = Buffer.from('<!doctype html>').toString('base64');
    const responseHeaders = [{ name: 'content-type', value: 'text/html' }];
    session
      .send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body })
      .catch(() => undefined);
  });
  const answering = session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  await bounded('answering requests', STEP_MS, answering, clock);
  try {
    await use(async (origin) => {
      await bounded('opening an empty page', STEP_MS, page.goto(`${origin}/`, { timeout: STEP_MS }), clock);
    });
    await bounded('opening an empty page', STEP_MS, page.goto('about:blank'), clock);
  } finally {
    await bounded('ending a session', STEP_MS, session.detach(), clock).catch(() => undefined);
  }
}

function cookieOf({ size: _, session: __, expires, ...cookie }: SignedInProfile['cookies'][number]): CookieData {
  return { ...cookie, ...(expires === undefined || expires < 0 ? {} : { expires }) } as CookieData;
}
