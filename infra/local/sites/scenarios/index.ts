import { GOOGLE_MEET } from './google-meet.ts';
import type { Scenario } from './scenario.ts';

export type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [...GOOGLE_MEET];
