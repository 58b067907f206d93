import { googleMeet } from './google-meet.ts';
import type { Site } from './site.ts';

export const SITES: readonly Site[] = [googleMeet];
