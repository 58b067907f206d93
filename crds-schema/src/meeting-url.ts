import type { Platform } from './vocabulary.ts';

/** Hosts of the platforms we know by name; a leading dot takes every host below it. */
const HOSTS: readonly (readonly [string, Platform])[] = [
  ['meet.google.com', 'google-meet'],
  ['teams.microsoft.com', 'microsoft-teams'],
  ['teams.live.com', 'microsoft-teams'],
  ['teams.cloud.microsoft', 'microsoft-teams'],
  // The clouds of the United States' government.
  ['teams.microsoft.us', 'microsoft-teams'],
  ['.teams.microsoft.us', 'microsoft-teams'],
  ['zoom.us', 'zoom'],
  ['.zoom.us', 'zoom'],
  ['zoom.com', 'zoom'],
  ['.zoom.com', 'zoom'],
  ['zoomgov.com', 'zoom'],
  ['.zoomgov.com', 'zoom'],
  ['meet.jit.si', 'jitsi'],
  ['8x8.vc', 'jitsi'],
  ['moderated.jitsi.net', 'jitsi'],
];

/** The URL when `text` is an absolute http or https URL with a host and no password in it. */
export function parseMeetingUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.hostname !== '' && url.username === '' && url.password === '' ? url : undefined;
}

/** Whose meeting a URL is; undefined where the host is nobody's we know. */
export function platformOfUrl(text: string): Platform | undefined {
  const url = parseMeetingUrl(text);
  if (url === undefined) return undefined;
  const host = url.hostname.toLowerCase();
  // Google's own shortener has many uses; these are Meet's.
  if (host === 'g.co') return url.pathname.startsWith('/meet/') ? 'google-meet' : undefined;
  return HOSTS.find(([known]) => (known.startsWith('.') ? host.endsWith(known) : host === known))?.[1];
}

/** A URL without what may be secret in it (passcodes live in query and fragment): for logs. */
export function redactUrl(text: string): string {
  const url = parseMeetingUrl(text);
  return url === undefined ? '(not a URL)' : `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
