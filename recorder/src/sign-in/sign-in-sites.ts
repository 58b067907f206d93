import type { Platform } from '@meetingbot/crds-schema';

/** Where one signs in to a platform, and what of a browser's memory belongs to that. */
export interface SignInSite {
  readonly url: string;
  /** Domains whose cookies are kept, those below them too. */
  readonly domains: readonly string[];
  /** Origins whose local storage is kept. */
  readonly origins: readonly string[];
}

const SITES: Readonly<Partial<Record<Platform, SignInSite>>> = {
  'google-meet': {
    url: 'https://accounts.google.com/ServiceLogin?continue=https://meet.google.com/',
    domains: ['google.com'],
    origins: ['https://meet.google.com'],
  },
  'microsoft-teams': {
    url: 'https://teams.microsoft.com/',
    domains: [
      ...['microsoft.com', 'microsoftonline.com', 'microsoft.us', 'microsoftonline.us', 'cloud.microsoft'],
      ...['live.com', 'office.com', 'skype.com'],
    ],
    origins: [
      ...['https://teams.microsoft.com', 'https://teams.cloud.microsoft', 'https://teams.live.com'],
      ...['https://login.microsoftonline.com', 'https://login.live.com'],
    ],
  },
  zoom: {
    url: 'https://zoom.us/signin',
    domains: ['zoom.us', 'zoom.com', 'zoomgov.com'],
    origins: ['https://zoom.us', 'https://app.zoom.us'],
  },
};

/**
 * Where one signs in to a platform.
 * @param url - the user's own address, whose host then belongs to it too: always for jitsi and web, which are everywhere
 * @returns undefined where there is neither
 */
export function signInSite(platform: Platform, url: string | undefined): SignInSite | undefined {
  const known = SITES[platform];
  if (url === undefined) return known;
  const { hostname, origin } = new URL(url);
  return { url, domains: [...(known?.domains ?? []), hostname], origins: [...(known?.origins ?? []), origin] };
}

/** @param domain - of a cookie: with a leading dot it holds for hosts below it too */
export function isOfSite(domain: string, { domains }: SignInSite): boolean {
  const host = domain.replace(/^\./, '').toLowerCase();
  return domains.some((each) => host === each || host.endsWith(`.${each}`));
}
