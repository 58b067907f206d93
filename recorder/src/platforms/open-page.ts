import { redactUrl } from '@meetingbot/crds-schema';
import { BrowserError, bounded, isMoved } from '../browser/index.ts';
import { JoinError, type Visit } from './platform.ts';

/** How long a page may take until its document is there. */
const OPEN_MS = 60_000;
/** How long its pictures and scripts are waited for after that. */
const LOAD_MS = 10_000;

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
    const going = page.goto(url, { waitUntil: 'domcontentloaded', timeout: OPEN_MS, signal: visit.signal });
    await bounded('opening the page', OPEN_MS + 5000, going, clock);
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
  // A picture that never comes must not keep us out.
  await page.waitForFunction(isLoaded, { timeout: LOAD_MS, signal: visit.signal }).catch(() => undefined);
}

/** Run in the page. */
const documentStatus = () =>
  (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined)?.responseStatus ?? 0;
const isLoaded = () => document.readyState === 'complete';

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
