import type { Meeting } from '@meetingbot/crds-schema';

/**
 * What became of a Meeting that we were admitted to. `whole`: all of it was recorded, and the webhook delivered where
 * one is wanted · `partial` · `lost`: nothing, by our fault · `untold`: recorded, but the webhook was given up ·
 * `excused`: nothing was recorded, by somebody else's doing. The objective is the share of `whole` without `excused`.
 */
export const ADMITTED_RESULTS = ['whole', 'partial', 'lost', 'untold', 'excused'] as const;
export type AdmittedResult = (typeof ADMITTED_RESULTS)[number];

/** @param meeting - that has ended and was joined */
export function admittedResult({ status }: Meeting): AdmittedResult {
  const { attributedTo, outcome, webhook, notifiedAt } = status;
  const isOurs = attributedTo === 'MeetingBot' || attributedTo === 'Infrastructure';
  if (outcome === undefined || outcome === 'None') return isOurs ? 'lost' : 'excused';
  if (webhook !== undefined && notifiedAt === undefined) return 'untold';
  return outcome === 'Complete' ? 'whole' : 'partial';
}
