import { redactUrl } from '@meetingbot/crds-schema';
import { BrowserError, bounded, isMoved } from '../browser/index.ts';
import { JoinError, type Visit } from './platform.ts';

/** How long a page may take until its document is there. */
const OPEN_MS = 60_000;
/** How long its scripts are waited for after that, in milliseconds, and how long all else that it loads. */
const SCRIPTS_MS = 10_000;
const SETTLED_MS = 2000;

/**
 * Opens a meeting's page.
 * @throws JoinError in the words of what went wrong: no such host, refused, an error status, nothing within 60 s
 */
export async function openPage(visit: Visit, url: string): Promise<void> {
  const { page, clock, logger } = visit;
  const { hostname } = new URL(url);
  const shown = redactUrl(url);
  logger.info({ url: shown }, 'opening the page');
  try {
    await bounded('opening the page', OPEN_MS + 5000, goTo(visit, url), clock);
  } catch (error) {
    visit.signal.throwIfAborted();
    if (error instanceof BrowserError && error.code === 'PageGone') throw error;
    throw explain(visit, shown, hostname, error);
  }
  const status = await bounded('asking for the status', OPEN_MS, page.evaluate(documentStatus), clock).catch(
    (error) => {
      if (isMoved(error)) return 0;
      throw error;
    },
  );
  refuseStatus(visit, shown, hostname, status);
  const limit = { timeout: SCRIPTS_MS, signal: visit.signal };
  await page.waitForFunction(isReady, limit, SETTLED_MS).catch(() => undefined);
}

/** Resolves when the document is there. Puppeteer's own `goto` waits for all frames in it, and one may never come. */
async function goTo({ page, signal }: Visit, url: string): Promise<void> {
  const going = page.goto(url, { waitUntil: 'domcontentloaded', timeout: OPEN_MS, signal });
  going.catch(() => undefined);
  const isRead = new AbortController();
  const read = new Promise<void>((resolve) => {
    page.once('domcontentloaded', resolve);
    isRead.signal.addEventListener('abort', () => page.off('domcontentloaded', resolve));
  });
  try {
    await Promise.race([going, read]);
    // What stands there after a failure is a document, too; the failure itself has the reason.
    if (page.url().startsWith('chrome-error:')) await going;
  } finally {
    isRead.abort();
  }
}

/** Run in the page. */
const documentStatus = () =>
  (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined)?.responseStatus ?? 0;

/**
 * Whether a guest can begin: the page is complete, or all that is missing after a while is no script. A picture or frame
 * that never comes keeps nobody out; a script that is on its way may be what gives the buttons their meaning, and a click
 * before it is lost. Runs in the page. @param settledMs - after the document was read
 */
export const isReady = (settledMs: number): boolean => {
  if (document.readyState === 'complete') return true;
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const readAt = navigation?.domContentLoadedEventEnd ?? 0;
  if (readAt === 0 || performance.now() - readAt < settledMs) return false;
  // What has come is on record, as is what has failed; a record that is full makes us wait to the end.
  return [...document.scripts].every(
    ({ src }) => !src.startsWith('http') || performance.getEntriesByName(src, 'resource').length > 0,
  );
};

function explain(visit: Visit, shown: string, host: string, error: unknown): JoinError {
  switch (visit.egressFailureOf(host)) {
    case 'NoSuchHost':
      return new JoinError('MeetingNotFound', `${host}: there is no such host`, { cause: error });
    case 'Refused':
      return refusedHost(host);
    case 'Unreachable':
      return new JoinError('JoinFailed', `${shown}: the host does not answer`, { cause: error });
    case undefined: {
      const message = error instanceof Error ? error.message : String(error);
      const code = /net::(ERR_\w+)/.exec(message)?.[1];
      const isLate = /timeout/i.test(message) || (error instanceof BrowserError && error.code === 'PageHung');
      const why = isLate
        ? `the page did not load within ${OPEN_MS / 1000} s`
        : `the page did not load: ${code ?? message}`;
      return new JoinError('JoinFailed', `${shown}: ${why}`, { cause: error });
    }
  }
}

function refusedHost(host: string): JoinError {
  const advice = 'a private address: allow it in BROWSER_PRIVATE_HOSTS if that is meant';
  return new JoinError('JoinFailed', `${host} may not be reached from the recorder: ${advice}`);
}

function refuseStatus(visit: Visit, shown: string, host: string, status: number): void {
  if (status < 400) return;
  const failure = visit.egressFailureOf(host);
  if (failure !== undefined) throw explain(visit, shown, host, new Error(failure));
  const message = `${shown}: the server answered ${status}`;
  if (status === 404 || status === 410) throw new JoinError('MeetingNotFound', message);
  if (status === 401) throw new JoinError('SignInRequired', message);
  if (status === 403) throw new JoinError('BlockedByPlatform', message);
  throw new JoinError('JoinFailed', message);
}
