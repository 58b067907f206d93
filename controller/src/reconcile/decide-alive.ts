import type { Attempt, Meeting, RecorderPhase } from '@meetingbot/crds-schema';
import type { TaskObservation } from '../ports.ts';
import { isStopped, lastUsefulMoment } from './attempts.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import type { Observed, Step } from './steps.ts';
import { millis } from './time.ts';

/** So long after its Meeting's last useful moment a recorder may be finishing and unable to say so. Milliseconds. */
const OVERTIME = DEFAULT_POLICY.finalizeGrace;
/** StopTask is repeated after this long: the call may have been lost. Milliseconds. */
const STOP_AGAIN = 150_000;

/** Until when something may last, milliseconds, and what it is called that it then does. */
type Deadline = readonly [until: number, why: string];

/** The next step while an attempt's task starts or runs: it is left alone until something has lasted too long. */
export function decideAlive(
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
  // The intent may be much older than the task.
  const launchedAt = Math.max(createdAt ?? 0, millis(attempt.startTime));
  const runsSince = startedAt ?? launchedAt;
  if (isStopped(meeting, attempt)) return decideStop(meeting, attempt, { ...seen, runsSince }, now, policy);
  const deadlines: Deadline[] = [];
  if (state === 'Starting') deadlines.push([launchedAt + policy.startDeadline, 'it does not start']);
  if (attempt.mode === 'salvage') {
    deadlines.push([runsSince + policy.salvageGrace, 'it does not finish']);
  } else if (isLeaving(meeting, attempt) || meeting.status.reason !== undefined) {
    deadlines.push(...leavingDeadlines(meeting, attempt, { ...seen, runsSince }, policy));
  } else {
    const limit = policy.silenceLimit + meeting.spec.leave.lobbySeconds * 1000;
    const heardAt = lastWordAt(meeting, seen) ?? Number.POSITIVE_INFINITY;
    deadlines.push([heardAt + limit, 'it spoke and has been silent for longer than any lobby']);
    deadlines.push([lastUsefulMoment(meeting) + OVERTIME, 'it runs for longer than it may']);
  }
  const [until, why] = firstOf(deadlines);
  return now < until ? { do: 'wait', until, why: 'the recorder is at work' } : { do: 'stopTask', why };
}

/** When the open attempt's recorder was last heard, by this process or by another that wrote it down. Milliseconds. */
export function lastWordAt({ status }: Meeting, { heartbeatAt }: Observed): number | undefined {
  if (heartbeatAt === undefined) return undefined;
  return Math.max(heartbeatAt, millis(status.lastHeartbeatAt) ?? 0);
}

/** What the open attempt's recorder last said it does. */
function phaseOf({ status: { recorder } }: Meeting, attempt: Attempt): RecorderPhase | undefined {
  return recorder?.attempt === attempt.number ? recorder.phase : undefined;
}

function isLeaving(meeting: Meeting, attempt: Attempt): boolean {
  const phase = phaseOf(meeting, attempt);
  return phase === 'Finalizing' || phase === 'Done';
}

/** What bounds a recorder at its end: the time that it takes, and silence, as it is in no lobby any more. */
function leavingDeadlines(
  meeting: Meeting,
  attempt: Attempt,
  seen: Observed & { runsSince: number },
  policy: Policy,
): Deadline[] {
  const since = Math.max(millis(meeting.status.recorder?.at) ?? 0, seen.runsSince);
  const finishes = phaseOf(meeting, attempt) === 'Finalizing' && meeting.status.reason === undefined;
  const heardAt = lastWordAt(meeting, seen) ?? Number.POSITIVE_INFINITY;
  return [
    [since + (finishes ? policy.finalizeGrace : policy.exitGrace), 'it does not finish'],
    [heardAt + policy.silenceLimit, 'it has been silent while it finishes'],
  ];
}

function firstOf(deadlines: readonly Deadline[]): Deadline {
  return deadlines.reduce((first, other) => (other[0] < first[0] ? other : first));
}

function decideStop(
  meeting: Meeting,
  attempt: Attempt,
  seen: Observed & { task: TaskObservation; runsSince: number },
  now: number,
  policy: Policy,
): Step {
  const noted = millis(attempt.stopRequestedTime);
  if (noted === undefined) return { do: 'noteStop', why: 'the user wants it to leave' };
  if (seen.task.state === 'Starting' && phaseOf(meeting, attempt) === undefined) {
    return { do: 'stopTask', why: 'it has not begun' };
  }
  const [until, why] = isLeaving(meeting, attempt)
    ? firstOf(leavingDeadlines(meeting, attempt, seen, policy))
    : ([noted + policy.stopGrace, 'it did not leave by itself'] as const);
  return now < until ? { do: 'wait', until, why: 'it is told with its next heartbeat' } : { do: 'stopTask', why };
}
