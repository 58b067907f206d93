import {
  type Attempt,
  isTerminal,
  type Meeting,
  type MeetingStatus,
  REASON_ATTRIBUTION,
  RESEND_ANNOTATION,
  type Reason,
  TASK_FINALIZER,
} from '@meetingbot/crds-schema';
import type { DeliveryResult, RecordingLook, TaskObservation } from '../ports.ts';
import type { AttemptEnd } from './attempt-end.ts';
import { lastAttempt, mayHaveRun } from './attempts.ts';
import { withCondition } from './conditions.ts';
import type { Policy } from './policy.ts';
import { webhookBackoff } from './retry.ts';
import { millis, timestamp } from './time.ts';
import { outcomeOf, terminalPhase } from './verdict.ts';

/** Each transition is a pure function from a Meeting to the Meeting that is written next; `now` is in milliseconds. */

/** Launches that ECS refused are forgotten beyond this many: a long shortage must not fill the item. */
const KEPT_ATTEMPTS = 20;

function patch(meeting: Meeting, status: Partial<MeetingStatus>): Meeting {
  return {
    ...meeting,
    status: { ...meeting.status, observedGeneration: meeting.metadata.generation, ...status },
  };
}

function without<K extends keyof MeetingStatus>(meeting: Meeting, ...fields: K[]): Meeting {
  const status = { ...meeting.status };
  for (const field of fields) delete status[field];
  return { ...meeting, status };
}

function replaceLast(meeting: Meeting, change: Partial<Attempt>): Attempt[] {
  const { attempts } = meeting.status;
  const last = attempts.at(-1);
  if (last === undefined) throw new Error(`${meeting.metadata.name}: there is no attempt to change`);
  return [...attempts.slice(0, -1), { ...last, ...change }];
}

/** The spec as it is now is known; the same Meeting when it was before. */
export function observed(meeting: Meeting): Meeting {
  return meeting.status.observedGeneration === meeting.metadata.generation ? meeting : patch(meeting, {});
}

export function scheduled(meeting: Meeting): Meeting {
  return patch(meeting, { phase: 'Scheduled' });
}

/** Waits for a free recorder; `position` counts from 1. */
export function queued(meeting: Meeting, position: number, now: number): Meeting {
  return patch(meeting, {
    phase: 'Pending',
    queuePosition: position,
    conditions: withCondition(meeting, now, {
      type: 'Launched',
      status: 'False',
      reason: 'WaitingForRecorder',
      message: 'the limit of recorders is reached; it is in the queue',
    }),
  });
}

/** The intent: attempt number and pinned task definition are on record before anything is started. */
export function begun(
  meeting: Meeting,
  { mode, taskDefinition, slot }: Pick<Attempt, 'mode' | 'taskDefinition' | 'slot'>,
  now: number,
): Meeting {
  const attempts = meeting.status.attempts;
  const kept = attempts.filter((attempt, index) => mayHaveRun(attempt) || index >= attempts.length - KEPT_ATTEMPTS);
  const attempt: Attempt = {
    number: (lastAttempt(meeting)?.number ?? 0) + 1,
    mode,
    ...(slot === undefined ? {} : { slot }),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    startTime: timestamp(now),
  };
  const finalizers = meeting.metadata.finalizers ?? [];
  const next = without(meeting, 'retryAt', 'queuePosition', 'message');
  return {
    ...patch(next, {
      phase: mode === 'record' ? 'Launching' : meeting.status.phase,
      attempts: [...kept, attempt],
      startTime: meeting.status.startTime ?? timestamp(now),
    }),
    metadata: {
      ...meeting.metadata,
      finalizers: finalizers.includes(TASK_FINALIZER) ? finalizers : [...finalizers, TASK_FINALIZER],
    },
  };
}

export function launched(meeting: Meeting, taskArn: string, now: number): Meeting {
  return patch(without(meeting, 'failedLaunches'), {
    attempts: replaceLast(meeting, { taskArn }),
    conditions: withCondition(meeting, now, {
      type: 'Launched',
      status: 'True',
      reason: 'TaskStarted',
      message: `ECS started the task of attempt ${lastAttempt(meeting)?.number}`,
    }),
  });
}

/** ECS answered that it started nothing: a new attempt, with a new token, follows at `retryAt`. */
export function rejected(meeting: Meeting, end: AttemptEnd, retryAt: number, now: number): Meeting {
  return patch(meeting, {
    phase: meeting.status.reason === undefined ? 'Pending' : meeting.status.phase,
    attempts: replaceLast(meeting, { endTime: timestamp(now), ...end }),
    failedLaunches: (meeting.status.failedLaunches ?? 0) + 1,
    retryAt: timestamp(retryAt),
    message: end.message,
    conditions: withCondition(meeting, now, {
      type: 'Launched',
      status: 'False',
      reason: end.reason,
      message: end.message,
    }),
  });
}

export function stopNoted(meeting: Meeting, now: number): Meeting {
  return patch(meeting, { attempts: replaceLast(meeting, { stopRequestedTime: timestamp(now) }) });
}

export function stopSent(meeting: Meeting, now: number): Meeting {
  return patch(meeting, { attempts: replaceLast(meeting, { stopTaskTime: timestamp(now) }) });
}

/** The task is gone. `retryAt`: when the next launch would be due, if one follows. */
export function attemptEnded(
  meeting: Meeting,
  end: AttemptEnd,
  task: TaskObservation | undefined,
  retryAt: number,
  now: number,
): Meeting {
  const attempts = replaceLast(meeting, {
    endTime: timestamp(now),
    ...end,
    ...(task?.startedAt === undefined ? {} : { runningTime: timestamp(task.startedAt) }),
    ...(task?.exitCode === undefined ? {} : { exitCode: task.exitCode }),
    ...(task?.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...resourcesOf(task, now),
  });
  const goesOn = !isTerminal(meeting.status.phase) && meeting.status.reason === undefined;
  return patch(meeting, {
    attempts,
    ...(goesOn ? { phase: 'Pending', message: end.message, retryAt: timestamp(retryAt) } : {}),
  });
}

/** What the task cost, where ECS still knew it. */
function resourcesOf(task: TaskObservation | undefined, now: number): Pick<Attempt, 'resources'> {
  const began = task?.pullStartedAt ?? task?.createdAt;
  if (task?.size === undefined || began === undefined) return {};
  return { resources: { ...task.size, seconds: Math.max(0, (task.stoppedAt ?? now) - began) / 1000 } };
}

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
  const reason = meeting.status.reason;
  if (reason === undefined) throw new Error(`${meeting.metadata.name}: settled before it was concluded`);
  const outcome = outcomeOf(reason, look);
  const has = look.kind === 'whole' && outcome !== 'None';
  const why = look.kind === 'broken' ? look.message : has ? 'whole in S3' : 'nothing was recorded';
  const recorded = withCondition(meeting, now, {
    type: 'Recorded',
    status: has ? 'True' : 'False',
    reason: has ? outcome : reason,
    message: has ? `${look.recording.durationSeconds.toFixed(1)} s recorded` : why,
  });
  const conditions = withCondition({ ...meeting, status: { ...meeting.status, conditions: recorded } }, now, {
    type: 'Uploaded',
    status: has ? 'True' : 'False',
    reason: has ? 'Verified' : look.kind === 'broken' ? 'UploadFailed' : reason,
    message: why,
  });
  const next = patch(meeting, { outcome, conditions, ...(has ? { recording: look.recording } : {}) });
  const tell = policy.webhookEnabled && (has || policy.webhookFailures) && !isDiscarded(meeting);
  return tell ? outboxOpened(next, now) : finished(next, 'notWanted', now);
}

function isDiscarded(meeting: Meeting): boolean {
  return meeting.metadata.deletionTimestamp !== undefined && meeting.spec.deletionPolicy === 'Delete';
}

function outboxOpened(meeting: Meeting, now: number): Meeting {
  return patch(meeting, {
    phase: 'Notifying',
    webhook: { id: `rec_${meeting.metadata.uid}`, attempts: 0, nextAttemptAt: timestamp(now) },
    conditions: withCondition(meeting, now, {
      type: 'Notified',
      status: 'False',
      reason: 'Pending',
      message: 'the webhook is about to be sent',
    }),
  });
}

/** The resend of a finished Meeting's webhook begins: the same id, a new 24 hours. */
export function resendBegun(meeting: Meeting, now: number): Meeting {
  const resend = meeting.metadata.annotations?.[RESEND_ANNOTATION] ?? '';
  const opened = outboxOpened(meeting, now);
  return patch(opened, { webhook: { ...opened.status.webhook, resend } as NonNullable<MeetingStatus['webhook']> });
}

/**
 * What a try of the webhook came to. 2xx delivers, 410 ends it, all else is tried again within the window.
 * @param random - in [0, 1), spreads the tries
 */
export function deliveryRecorded(
  meeting: Meeting,
  delivery: DeliveryResult,
  random: number,
  now: number,
  policy: Policy,
): Meeting {
  const { webhook } = meeting.status;
  if (webhook === undefined) throw new Error(`${meeting.metadata.name}: there is no webhook to record`);
  const attempts = webhook.attempts + 1;
  const firstAttemptAt = webhook.firstAttemptAt ?? timestamp(now);
  const { nextAttemptAt: _, lastError: __, lastDurationMs: ___, ...kept } = webhook;
  const took = delivery.milliseconds === undefined ? {} : { lastDurationMs: Math.round(delivery.milliseconds) };
  const base = { ...kept, attempts, firstAttemptAt, ...took };
  if (delivery.kind === 'answered' && delivery.statusCode >= 200 && delivery.statusCode < 300) {
    return patch(meeting, {
      notifiedAt: meeting.status.notifiedAt ?? timestamp(now),
      webhook: { ...base, lastStatusCode: delivery.statusCode, deliveredAt: timestamp(now) },
      conditions: withCondition(meeting, now, {
        type: 'Notified',
        status: 'True',
        reason: 'Delivered',
        message: `answered ${delivery.statusCode} at try ${attempts}`,
      }),
    });
  }
  const failure = failureOf(delivery);
  const asked = delivery.kind === 'answered' ? (delivery.retryAfterSeconds ?? 0) * 1000 : 0;
  // The last try is at the end of the window, whatever the schedule or the receiver would rather.
  const last = millis(firstAttemptAt) + policy.webhookWindow;
  const next = Math.min(now + Math.max(asked, webhookBackoff(attempts, random)), last);
  const over = (delivery.kind === 'answered' && delivery.statusCode === 410) || now >= last;
  return patch(meeting, {
    webhook: {
      ...base,
      ...(delivery.kind === 'answered' ? { lastStatusCode: delivery.statusCode } : {}),
      lastError: failure,
      ...(over ? {} : { nextAttemptAt: timestamp(next) }),
    },
    conditions: withCondition(meeting, now, {
      type: 'Notified',
      status: 'False',
      reason: over ? 'DeliveryFailed' : 'Retrying',
      message: `try ${attempts}: ${failure}`,
    }),
  });
}

function failureOf(delivery: DeliveryResult): string {
  if (delivery.kind === 'unanswered') return delivery.error;
  const { statusCode, detail } = delivery;
  return detail === undefined ? `answered ${statusCode}` : `answered ${statusCode}: ${detail}`;
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

/** true when somebody else's finalizer keeps the Meeting. */
export function heldByOthers({ metadata }: Meeting): boolean {
  return metadata.finalizers?.some((name) => name !== TASK_FINALIZER) === true;
}

/** Nothing of ours holds the Meeting any more: it goes when nobody else's finalizer does. */
export function released(meeting: Meeting, now: number): Meeting {
  const finalizers = (meeting.metadata.finalizers ?? []).filter((name) => name !== TASK_FINALIZER);
  const { finalizers: _, ...kept } = meeting.metadata;
  const metadata = { ...kept, deletionTimestamp: kept.deletionTimestamp ?? timestamp(now) };
  return { ...meeting, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}
