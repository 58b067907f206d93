import { isOrderly, type Meeting, REASON_ATTRIBUTION, type Reason } from '@meetingbot/crds-schema';
import type { RecordingLook } from '../../ports.ts';
import { lastAttempt } from '../attempts.ts';
import { withCondition } from '../conditions.ts';
import type { Policy } from '../policy.ts';
import { timestamp } from '../time.ts';
import { outcomeOf, terminalPhase } from '../verdict.ts';
import { outboxOpened } from './notifying.ts';
import { patch, without } from './patch.ts';

/** The verdict: why the Meeting ends. What there is of a recording is still to be verified. */
export function concluded(meeting: Meeting, reason: Reason, now: number): Meeting {
  const message = lastAttempt(meeting)?.message ?? meeting.status.recorder?.result?.message;
  return patch(without(meeting, 'retryAt', 'queuePosition', 'message'), {
    phase: 'Finalizing',
    reason,
    attributedTo: REASON_ATTRIBUTION[reason],
    ...(message === undefined ? {} : { message }),
    conditions:
      meeting.status.joinedAt === undefined
        ? withCondition(meeting, now, {
            type: 'Joined',
            status: 'False',
            reason,
            message: message ?? 'no recorder was let in',
          })
        : meeting.status.conditions,
  });
}

/** The recording is verified, or known not to be: outcome, conditions, and the outbox where MAF is to be told. */
export function settled(meeting: Meeting, look: RecordingLook, now: number, policy: Policy): Meeting {
  const reason = reasonSettled(meeting, look);
  const outcome = outcomeOf(reason, look);
  const has = look.kind === 'whole' && outcome !== 'None';
  const why = look.kind === 'broken' ? look.message : has ? 'whole in S3' : 'nothing was recorded';
  const recorded = withCondition(meeting, now, {
    type: 'Recorded',
    status: has ? 'True' : 'False',
    reason: has ? outcome : reason,
    message: [
      has ? `${look.recording.durationSeconds.toFixed(1)} s recorded` : why,
      ...wordsOfFailure(meeting, reason),
    ].join('; '),
  });
  const conditions = withCondition({ ...meeting, status: { ...meeting.status, conditions: recorded } }, now, {
    type: 'Uploaded',
    status: has ? 'True' : 'False',
    reason: has ? 'Verified' : look.kind === 'broken' ? 'UploadFailed' : reason,
    message: why,
  });
  const verdict = { reason, attributedTo: REASON_ATTRIBUTION[reason], outcome, conditions };
  const next = patch(meeting, { ...verdict, ...(has ? { recording: look.recording } : {}) });
  const tell = policy.webhookEnabled && (has || policy.webhookFailures) && !isDiscarded(meeting);
  return tell ? outboxOpened(next, now) : finished(next, 'notWanted', now);
}

/** Where a recorder could not upload what it had of a meeting that was over, that is the reason, unless a salvage could. */
function reasonSettled({ metadata, status }: Meeting, look: RecordingLook): Reason {
  const { reason } = status;
  if (reason === undefined) throw new Error(`${metadata.name}: settled before it was concluded`);
  const recorded = status.attempts.findLast(({ mode }) => mode === 'record');
  const isMissing = look.kind !== 'whole' && recorded?.reason === 'UploadFailed';
  return isMissing && isOrderly(reason) && reason !== 'StopRequested' ? 'UploadFailed' : reason;
}

/** What is to be told of an end that is not as it should be: what was seen, advice, and where its evidence is. */
function wordsOfFailure({ status: { message } }: Meeting, reason: Reason): string[] {
  return message === undefined || isOrderly(reason) ? [] : [message];
}

function isDiscarded(meeting: Meeting): boolean {
  return meeting.metadata.deletionTimestamp !== undefined && meeting.spec.deletionPolicy === 'Delete';
}

/** The end of a Meeting's life: nothing is left to do for its recording. */
export function finished(meeting: Meeting, notified: 'delivered' | 'gaveUp' | 'notWanted', now: number): Meeting {
  const { reason, outcome } = meeting.status;
  if (reason === undefined || outcome === undefined) throw new Error(`${meeting.metadata.name}: finished too early`);
  return patch(meeting, {
    phase: terminalPhase(reason, outcome),
    endTime: meeting.status.endTime ?? timestamp(now),
    ...(notified === 'gaveUp'
      ? {
          conditions: withCondition(meeting, now, {
            type: 'Notified',
            status: 'False',
            reason: 'DeliveryFailed',
            message: meeting.status.webhook?.lastError ?? 'no try of the webhook succeeded',
          }),
        }
      : {}),
  });
}
