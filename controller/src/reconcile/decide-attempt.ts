import { type Attempt, assertNever, type Meeting, type Reason } from '@meetingbot/crds-schema';
import type { TaskObservation } from '../ports.ts';
import { attemptEnd } from './attempt-end.ts';
import { isStopped, isStopping } from './attempts.ts';
import { decideAlive, lastWordAt } from './decide-alive.ts';
import type { Policy } from './policy.ts';
import { retryClass } from './retry.ts';
import type { Observed, Step } from './steps.ts';
import { millis } from './time.ts';

/** The next step while an attempt is open: its task is to be started, may be alive, or has just ended. */
export function decideAttempt(meeting: Meeting, attempt: Attempt, seen: Observed, now: number, policy: Policy): Step {
  if (attempt.taskArn === undefined && mayLaunch(meeting, attempt, now, policy)) {
    return { do: 'launch', why: 'the intent is written; the same token starts at most one task' };
  }
  const said = recordersLastWord(meeting, attempt);
  if (said !== undefined && meeting.status.reason === undefined) {
    return { do: 'conclude', reason: said, why: 'the recorder said that it is done' };
  }
  if (attempt.taskArn === undefined) return decideUnknownTask(meeting, attempt, seen, now, policy);
  const task = seen.task;
  if (task === undefined) return { do: 'observe', what: 'task', why: 'a task may be alive' };
  switch (task.state) {
    case 'Stopped':
      return decideEnded(meeting, attempt, seen);
    case 'Missing': {
      const alive = (lastWordAt(meeting, seen) ?? 0) + policy.visibilityLag;
      const until = Math.max(alive, now + policy.visibilityLag - (seen.missingFor ?? 0));
      if (now < until) return { do: 'wait', until, why: 'ECS may not know the task yet, or not for the moment' };
      return decideEnded(meeting, attempt, seen);
    }
    case 'Stopping':
      return { do: 'wait', until: undefined, why: 'the task is stopping' };
    case 'Starting':
    case 'Running':
      return decideAlive(meeting, attempt, { ...seen, task }, now, policy);
    default:
      return assertNever(task.state);
  }
}

/**
 * The reason of a recorder that said Done, when it is one that ends the Meeting. Where its upload failed the meeting may
 * be over all the same: then nobody is sent there again, and what is durable is for a salvage. Only where that makes no
 * recording of it is UploadFailed the Meeting's reason.
 */
function recordersLastWord(meeting: Meeting, attempt: Attempt): Reason | undefined {
  const { recorder } = meeting.status;
  if (recorder?.attempt !== attempt.number || recorder.result === undefined) return undefined;
  const { reason, endedWith = reason } = recorder.result;
  if (isStopping(meeting) && (reason === 'Terminated' || retryClass(reason) === 'again')) return 'StopRequested';
  return endedWith !== 'Terminated' && retryClass(endedWith) === 'final' ? endedWith : undefined;
}

/** true while the attempt's token can only lead to one task, and the user wants one. */
export function mayLaunch(meeting: Meeting, attempt: Attempt, now: number, policy: Policy): boolean {
  return !isStopped(meeting, attempt) && now - millis(attempt.startTime) < policy.intentTrust;
}

function decideUnknownTask(meeting: Meeting, attempt: Attempt, seen: Observed, now: number, policy: Policy): Step {
  const stopping = isStopped(meeting, attempt);
  if (stopping && attempt.stopRequestedTime === undefined) {
    return { do: 'noteStop', why: 'no task is launched any more; one may have been' };
  }
  if (seen.adoption === undefined) {
    return { do: 'observe', what: 'adoption', why: 'the intent may have become a task that nobody remembered' };
  }
  if (seen.adoption !== null) {
    return { do: 'adopt', taskArn: seen.adoption.taskArn, why: 'a live task carries the name of this attempt' };
  }
  const lookUntil = stopping
    ? (millis(attempt.stopRequestedTime) ?? now) + policy.stopLookup
    : millis(attempt.startTime) + policy.intentTrust + policy.visibilityLag;
  if (now < lookUntil) return { do: 'wait', until: lookUntil, why: 'a task may not be visible yet' };
  if (seen.look === undefined) return { do: 'observe', what: 'look', why: 'a task may have come and gone unseen' };
  const unseen: TaskObservation = { taskArn: '', state: 'Missing' };
  return {
    do: 'endAttempt',
    task: undefined,
    end: attemptEnd({
      attempt: attempt.number,
      task: unseen,
      report: meeting.status.recorder,
      look: seen.look,
      stopping,
    }),
    why: 'no task carries the name of this attempt',
  };
}

function decideEnded(meeting: Meeting, attempt: Attempt, seen: Observed): Step {
  if (seen.task === undefined) return { do: 'observe', what: 'task', why: 'its end is to be explained' };
  if (seen.look === undefined) return { do: 'observe', what: 'look', why: 'the manifest is the truth' };
  const { recorder } = meeting.status;
  const end = attemptEnd({
    attempt: attempt.number,
    task: seen.task,
    report: recorder,
    look: seen.look,
    stopping: isStopping(meeting),
  });
  return { do: 'endAttempt', end, task: seen.task, why: `the task is ${seen.task.state}` };
}
