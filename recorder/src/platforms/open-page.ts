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
 * @param options.isRead - what stands on the page is read afterwards: one that comes with a status of 400 to 499 may well
 * say what is wrong, or ask whether we are human, so that is no failure yet (see refusalByStatus)
 * @throws JoinError in the words of what went wrong: no such host, refused, an error status, nothing within 60 s
 */
export async function openPage(
  visit: Visit,
  url: string,
  { isRead = false }: { readonly isRead?: boolean } = {},
): Promise<void> {
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
  const came = await answerOf(visit);
  const failure = came.status < 400 ? undefined : visit.egressFailureOf(hostname);
  if (failure !== undefined) throw explain(visit, shown, hostname, new Error(failure));
  const mayTell = isRead && came.status < 500 && came.isHtml;
  if (came.status >= 400 && !mayTell) throw refusedBy(shown, came.status);
  const limit = { timeout: SCRIPTS_MS, signal: visit.signal };
  const scripts = page.waitForFunction(isReady, limit, SETTLED_MS);
  await bounded('waiting for its scripts', SCRIPTS_MS + 1000, scripts, clock).catch(() => undefined);
}

/**
 * What the status of the page that stands there now says, for whoever finds nothing in it that is known; undefined: it is
 * none of an error.
 * @throws BrowserError `PageHung`, `PageGone`
 */
export async function refusalByStatus(visit: Visit): Promise<JoinError | undefined> {
  const { status } = await answerOf(visit);
  return status < 400 ? undefined : refusedBy(redactUrl(visit.page.url()), status);
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

/** How the page's document came. */
interface CameAs {
  /** 0: not known. */
  readonly status: number;
  readonly isHtml: boolean;
}

async function answerOf({ page, clock }: Visit): Promise<CameAs> {
  return bounded('asking for the status', OPEN_MS, page.evaluate(cameAs), clock).catch((error) => {
    if (isMoved(error)) return { status: 0, isHtml: false };
    throw error;
  });
}

/** Run in the page. */
const cameAs = (): CameAs => {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return { status: navigation?.responseStatus ?? 0, isHtml: document.contentType === 'text/html' };
};

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

function refusedBy(shown: string, status: number): JoinError {
  const message = `${shown}: the server answered ${status}`;
  if (status === 404 || status === 410) return new JoinError('MeetingNotFound', message);
  if (status === 401) return new JoinError('SignInRequired', message);
  if (status === 403) return new JoinError('BlockedByPlatform', message);
  return new JoinError('JoinFailed', message);
}
