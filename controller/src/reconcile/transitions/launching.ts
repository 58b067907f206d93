import type { Attempt, Meeting } from '@meetingbot/crds-schema';
import { TASK_FINALIZER } from '@meetingbot/crds-schema';
import type { AttemptEnd } from '../attempt-end.ts';
import { lastAttempt, mayHaveRun } from '../attempts.ts';
import { withCondition } from '../conditions.ts';
import { timestamp } from '../time.ts';
import { patch, replaceLast, without } from './patch.ts';

/** Launches that ECS refused are forgotten beyond this many: a long shortage must not fill the item. */
const KEPT_ATTEMPTS = 20;

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

/** Waits for a signed-in identity. It holds no recorder's place meanwhile. */
export function identityAwaited(
  meeting: Meeting,
  { reason, message }: { reason: string; message: string },
  now: number,
): Meeting {
  return patch(without(meeting, 'queuePosition'), {
    phase: 'Pending',
    conditions: withCondition(meeting, now, { type: 'Launched', status: 'False', reason, message }),
  });
}

/** The intent: attempt number and pinned task definition are on record before anything is started. */
export function begun(
  meeting: Meeting,
  { mode, taskDefinition, slot, identity }: Pick<Attempt, 'mode' | 'taskDefinition' | 'slot' | 'identity'>,
  now: number,
): Meeting {
  const attempts = meeting.status.attempts;
  const kept = attempts.filter((attempt, index) => mayHaveRun(attempt) || index >= attempts.length - KEPT_ATTEMPTS);
  const attempt: Attempt = {
    number: (lastAttempt(meeting)?.number ?? 0) + 1,
    mode,
    ...(slot === undefined ? {} : { slot }),
    ...(identity === undefined ? {} : { identity }),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    startTime: timestamp(now),
  };
  const finalizers = meeting.metadata.finalizers ?? [];
  const next = without(meeting, 'retryAt', 'queuePosition');
  return {
    ...patch(mode === 'record' ? without(next, 'message') : next, {
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
    ...(meeting.status.reason === undefined ? { phase: 'Pending', message: end.message } : {}),
    attempts: replaceLast(meeting, { endTime: timestamp(now), ...end }),
    failedLaunches: (meeting.status.failedLaunches ?? 0) + 1,
    retryAt: timestamp(retryAt),
    conditions: withCondition(meeting, now, {
      type: 'Launched',
      status: 'False',
      reason: end.reason,
      message: end.message,
    }),
  });
}
