import type { ConferenceFunctions } from './conference.ts';

/** Meetings, webinars and a host's own way of starting one: /j/123, /w/123, /s/123, /wc/join/123, /wc/123/join. */
const BY_NUMBER = /^\/(?:j|w|s|wc\/join|wc)\/(\d{9,12})(?:\/\w*)?\/?$/;

/** Zoom: straight to the web client, where the link has a meeting's number; vanity links (`/my/name`) are opened as they are. */
export const zoom: ConferenceFunctions = {
  entranceOf(url) {
    const number = BY_NUMBER.exec(url.pathname)?.[1];
    if (number === undefined) return url;
    // The government's cloud has a client of its own; that of everybody else is on app.zoom.us.
    const host = url.hostname.endsWith('zoomgov.com')
      ? url.host
      : `app.zoom.us${url.port === '' ? '' : `:${url.port}`}`;
    const entrance = new URL(`${url.protocol}//${host}/wc/${number}/join`);
    for (const name of ['pwd', 'tk']) {
      const value = url.searchParams.get(name);
      if (value !== null) entrance.searchParams.set(name, value);
    }
    return entrance;
  },
  passcodeOf: (url) => url.searchParams.get('pwd') ?? undefined,
};
