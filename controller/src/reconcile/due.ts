import { isTerminal, type Meeting } from '@meetingbot/crds-schema';
import { isStopping, lastUsefulMoment, openAttempt, wantedStart } from './attempts.ts';
import { retentionEnd, wantsResend } from './decide-afterwards.ts';
import type { Policy } from './policy.ts';
import { millis } from './time.ts';

/** A live Meeting is looked at again this long after it must be over, in case everything else failed. */
const OVERDUE = 60 * 60_000;
/** The longest that the rules of leaving can let an attempt last: lobby, no-show and maximum are a day each at most. */
const LONGEST_ATTEMPT = 3 * 24 * 60 * 60_000;
/** A Meeting with an open attempt is always due within this, so that whoever looks that far ahead finds them all. */
export const OPEN_ATTEMPT_HORIZON = LONGEST_ATTEMPT + 2 * OVERDUE;

/**
 * When the reconciler must see this Meeting at the latest, written beside it with every write: a new leader finds
 * by it all that is not finished, and what is due. Never before `now`, so that a look at what has become due since
 * the last look finds it. Undefined: never again by itself.
 * @param now - milliseconds since the epoch, as is the result
 */
export function dueAtOf(meeting: Meeting, now: number, policy: Policy): number | undefined {
  const dueAt = naturalDue(meeting, policy);
  return dueAt === undefined ? undefined : Math.max(dueAt, now);
}

function naturalDue(meeting: Meeting, policy: Policy): number | undefined {
  const { status, metadata, spec } = meeting;
  const attempt = openAttempt(meeting);
  if (isTerminal(status.phase)) {
    if (metadata.deletionTimestamp !== undefined || wantsResend(meeting)) return 0;
    if (attempt !== undefined) return (millis(status.endTime) ?? 0) + policy.exitGrace;
    return retentionEnd(meeting, policy);
  }
  if (status.reason !== undefined && wantsResend(meeting)) return 0;
  if (status.reason !== undefined) return millis(status.webhook?.nextAttemptAt ?? status.retryAt) ?? 0;
  if (attempt === undefined) {
    if (isStopping(meeting)) return 0;
    const launchAt = spec.startAt === undefined ? 0 : wantedStart(meeting) - policy.launchLead;
    return Math.max(launchAt, millis(status.retryAt) ?? 0);
  }
  if (attempt.taskArn === undefined) return 0;
  if (isStopping(meeting)) return (millis(attempt.stopRequestedTime) ?? -policy.stopGrace) + policy.stopGrace;
  // Not by a startAt that was put off when the recorder was there already.
  return Math.min(lastUsefulMoment(meeting), millis(attempt.startTime) + LONGEST_ATTEMPT) + OVERDUE;
}
