import { googleMeet } from './google-meet.ts';
import { jitsi } from './jitsi.ts';
import { microsoftTeams } from './microsoft-teams.ts';
import type { Site } from './site.ts';
import { zoom } from './zoom.ts';

export const SITES: readonly Site[] = [googleMeet, microsoftTeams, zoom, jitsi];
