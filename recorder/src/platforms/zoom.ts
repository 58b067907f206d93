import type { ConferenceFunctions } from './conference.ts';
import { passcodeIn } from './passcode.ts';

/**
 * Meetings, webinars and a host's own way of starting one: /j/123, /w/123, /s/123, /launch/jc/123, /wc/join/123,
 * /wc/123/join.
 */
const BY_NUMBER = /^\/(?:j|w|s|launch\/jc|wc\/join|wc)\/(\d{9,12})(?:\/\w*)?\/?$/;
/** What the app is called with: /join?confno=123. */
const BY_PARAMETER = /^\/(?:wc\/)?join\/?$/;

/**
 * Zoom: straight to the web client, where the link has a meeting's number. Links with a name (`/my/name`, `/p/id`) are
 * opened as they are: they lead to the launcher, and that into the browser.
 */
export const zoom: ConferenceFunctions = {
  entranceOf(url) {
    const number = numberOf(url);
    if (number === undefined) return url;
    // The government's cloud has a client of its own; that of everybody else is on app.zoom.us.
    const host = url.hostname.endsWith('zoomgov.com')
      ? url.host
      : `app.zoom.us${url.port === '' ? '' : `:${url.port}`}`;
    const entrance = new URL(`${url.protocol}//${host}/wc/${number}/join`);
    const parameters = { pwd: passcodeOf(url), tk: url.searchParams.get('tk') ?? undefined };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) entrance.searchParams.set(name, value);
    }
    return entrance;
  },
  passcodeOf,
};

function passcodeOf(url: URL): string | undefined {
  return passcodeIn(url, ['pwd']);
}

/** The number of the meeting that an address leads to; undefined: it does not say. */
function numberOf({ pathname, searchParams }: URL): string | undefined {
  const number = BY_NUMBER.exec(pathname)?.[1];
  if (number !== undefined || !BY_PARAMETER.test(pathname)) return number;
  return /^\d{9,12}$/.exec(searchParams.get('confno')?.replace(/[\s-]/g, '') ?? '')?.[0];
}
