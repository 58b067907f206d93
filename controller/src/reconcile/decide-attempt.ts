import { type Attempt, assertNever, type EndReason, type Meeting, type Reason } from '@meetingbot/crds-schema';
import type { TaskObservation } from '../ports.ts';
import { attemptEnd } from './attempt-end.ts';
import { isStopping, lastUsefulMoment } from './attempts.ts';
import type { Policy } from './policy.ts';
import { retryClass } from './retry.ts';
import type { Observed, Step } from './steps.ts';
import { millis } from './time.ts';

/** StopTask is repeated after this long: the call may have been lost. Milliseconds. */
const STOP_AGAIN = 150_000;
/** A recorder that runs this much longer than it may is stopped. Milliseconds. */
const OVERTIME = 30 * 60_000;

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

/** When the open attempt's recorder was last heard, by this process or by another that wrote it down. Milliseconds. */
function lastWordAt({ status }: Meeting, { heartbeatAt }: Observed): number | undefined {
  if (heartbeatAt === undefined) return undefined;
  return Math.max(heartbeatAt, millis(status.lastHeartbeatAt) ?? 0);
}

/** The reason of a recorder that said Done, when it is one that ends the Meeting. */
function recordersLastWord(meeting: Meeting, attempt: Attempt): Reason | undefined {
  const { recorder } = meeting.status;
  if (recorder?.attempt !== attempt.number || recorder.result === undefined) return undefined;
  const { reason } = recorder.result;
  if (isStopping(meeting) && (reason === 'Terminated' || retryClass(reason) === 'again')) return 'StopRequested';
  return reason !== 'Terminated' && retryClass(reason as EndReason) === 'final' ? reason : undefined;
}

/** true while the attempt's token can only lead to one task, and the user wants one. */
export function mayLaunch(meeting: Meeting, attempt: Attempt, now: number, policy: Policy): boolean {
  return !isStopped(meeting, attempt) && now - millis(attempt.startTime) < policy.intentTrust;
}

/** A salvage goes on whatever the user wants: it joins no meeting. */
function isStopped(meeting: Meeting, attempt: Attempt): boolean {
  return attempt.mode === 'record' && isStopping(meeting);
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

function decideAlive(
  meeting: Meeting,
  attempt: Attempt,
  seen: Observed & { task: TaskObservation },
  now: number,
  policy: Policy,
): Step {
  const { state, createdAt, startedAt } = seen.task;
  const stopSent = millis(attempt.stopTaskTime);
  if (stopSent !== undefined) {
    return now < stopSent + STOP_AGAIN
      ? { do: 'wait', until: stopSent + STOP_AGAIN, why: 'StopTask was called' }
      : { do: 'stopTask', why: 'StopTask was called and had no effect' };
  }
  if (isStopped(meeting, attempt)) {
    return decideStop(meeting, attempt, now, policy, state === 'Starting');
  }
  const { recorder, reason } = meeting.status;
  const phase = recorder?.attempt === attempt.number ? recorder.phase : undefined;
  const deadlines: [number, string][] = [];
  // The intent may be much older than the task.
  const launchedAt = Math.max(createdAt ?? 0, millis(attempt.startTime));
  if (state === 'Starting') deadlines.push([launchedAt + policy.startDeadline, 'it does not start']);
  if (phase === 'Finalizing' || phase === 'Done' || reason !== undefined) {
    const since = Math.max(millis(recorder?.at) ?? 0, startedAt ?? launchedAt);
    deadlines.push([since + policy.finalizeGrace, 'it does not finish']);
  }
  const heardAt = lastWordAt(meeting, seen);
  if (heardAt !== undefined) {
    const limit = policy.silenceLimit + meeting.spec.leave.lobbySeconds * 1000;
    deadlines.push([heardAt + limit, 'it spoke and has been silent for longer than any lobby']);
  }
  const mayRunUntil =
    attempt.mode === 'record' ? lastUsefulMoment(meeting) : (startedAt ?? launchedAt) + policy.finalizeGrace;
  deadlines.push([mayRunUntil + OVERTIME, 'it runs for longer than it may']);
  const [until, why] = deadlines.reduce((first, other) => (other[0] < first[0] ? other : first));
  return now < until ? { do: 'wait', until, why: 'the recorder is at work' } : { do: 'stopTask', why };
}

function decideStop(meeting: Meeting, attempt: Attempt, now: number, policy: Policy, isStarting: boolean): Step {
  const noted = millis(attempt.stopRequestedTime);
  if (noted === undefined) return { do: 'noteStop', why: 'the user wants it to leave' };
  const { recorder } = meeting.status;
  const phase = recorder?.attempt === attempt.number ? recorder.phase : undefined;
  if (isStarting && phase === undefined) return { do: 'stopTask', why: 'it has not begun' };
  const leaving = phase === 'Finalizing' || phase === 'Done';
  const until = noted + (leaving ? policy.finalizeGrace : policy.stopGrace);
  return now < until
    ? { do: 'wait', until, why: 'it is told with its next heartbeat' }
    : { do: 'stopTask', why: leaving ? 'it does not finish' : 'it did not leave by itself' };
}
