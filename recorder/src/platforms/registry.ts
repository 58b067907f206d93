import type { CompleteMeetingSpec, DescribedPlatform, PlatformPages } from '@meetingbot/crds-schema';
import { type ConferenceFunctions, conferencePlatform, type Vouch } from './conference.ts';
import { googleMeet } from './google-meet.ts';
import { jitsi } from './jitsi.ts';
import { microsoftTeams } from './microsoft-teams.ts';
import { GOOGLE_MEET } from './pages/google-meet.ts';
import { JITSI } from './pages/jitsi.ts';
import { MICROSOFT_TEAMS } from './pages/microsoft-teams.ts';
import { ZOOM } from './pages/zoom.ts';
import type { Platform } from './platform.ts';
import { webPlatform } from './web.ts';
import { zoom } from './zoom.ts';

/** Descriptions of pages, by platform. */
export type Descriptions = Readonly<Partial<Record<DescribedPlatform, PlatformPages>>>;

/** Those built in. */
export const BUILT_IN: Readonly<Record<DescribedPlatform, PlatformPages>> = {
  'google-meet': GOOGLE_MEET,
  'microsoft-teams': MICROSOFT_TEAMS,
  zoom: ZOOM,
  jitsi: JITSI,
};

const FUNCTIONS: Readonly<Record<DescribedPlatform, ConferenceFunctions>> = {
  'google-meet': googleMeet,
  'microsoft-teams': microsoftTeams,
  zoom,
  jitsi,
};

/**
 * The platform of a meeting.
 * @param descriptions - of pages, for platforms whose built-in one is not to be used
 * @param vouch - who vouches for us where a platform asks that
 */
export function platformFor(spec: CompleteMeetingSpec, descriptions: Descriptions = {}, vouch?: Vouch): Platform {
  const { platform } = spec;
  if (platform === 'web') return webPlatform(spec);
  return conferencePlatform(spec, descriptions[platform] ?? BUILT_IN[platform], FUNCTIONS[platform], vouch);
}
