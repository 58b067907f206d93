import { GOOGLE_MEET } from './google-meet.ts';
import { JITSI } from './jitsi.ts';
import { MICROSOFT_TEAMS } from './microsoft-teams.ts';
import type { Scenario } from './scenario.ts';
import { ZOOM } from './zoom.ts';

export type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [...GOOGLE_MEET, ...MICROSOFT_TEAMS, ...ZOOM, ...JITSI];
