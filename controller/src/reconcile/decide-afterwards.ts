import { type Meeting, RESEND_ANNOTATION, TASK_FINALIZER } from '@meetingbot/crds-schema';
import { openAttempt } from './attempts.ts';
import { decideAttempt } from './decide-attempt.ts';
import type { Policy } from './policy.ts';
import type { Observed, Step } from './steps.ts';
import { millis } from './time.ts';

const DAY = 24 * 60 * 60 * 1000;

/** When `retentionDays` are over, milliseconds; undefined: kept for ever. */
export function retentionEnd(meeting: Meeting, policy: Pick<Policy, 'retentionDays'>): number | undefined {
  const ended = millis(meeting.status.endTime);
  const days = meeting.spec.retentionDays ?? policy.retentionDays;
  return ended === undefined || days === undefined ? undefined : ended + days * DAY;
}

/** The annotation asks for a resend that was not acted on yet. */
export function wantsResend(meeting: Meeting): boolean {
  const asked = meeting.metadata.annotations?.[RESEND_ANNOTATION];
  return asked !== undefined && asked !== '' && asked !== meeting.status.webhook?.resend;
}

/** The next step of a terminal Meeting: its task is seen off, then deletion, a resend, or retention. */
export function decideAfterwards(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step {
  const attempt = openAttempt(meeting);
  if (attempt !== undefined) return decideAttempt(meeting, attempt, seen, now, policy);
  const { deletionTimestamp, finalizers = [] } = meeting.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.length > 0 && !finalizers.includes(TASK_FINALIZER)) {
      return { do: 'wait', until: undefined, why: "only others' finalizers are left" };
    }
    return meeting.spec.deletionPolicy === 'Delete'
      ? { do: 'remove', recordingToo: true, why: 'deletionPolicy is Delete' }
      : { do: 'remove', recordingToo: false, why: 'no task is left' };
  }
  if (policy.webhookEnabled && meeting.status.outcome !== undefined && wantsResend(meeting)) {
    return { do: 'resend', why: 'the annotation asks for it' };
  }
  const end = retentionEnd(meeting, policy);
  if (end !== undefined && now >= end) {
    return { do: 'remove', recordingToo: true, why: 'retentionDays are over' };
  }
  return { do: 'wait', until: end, why: 'it is over' };
}
