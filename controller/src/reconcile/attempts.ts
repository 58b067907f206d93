import type { Attempt, Meeting, Reason } from '@meetingbot/crds-schema';
import { millis } from './time.ts';

/** The newest attempt, open or not. */
export function lastAttempt(meeting: Meeting): Attempt | undefined {
  return meeting.status.attempts.at(-1);
}

/** The attempt whose task may be alive; at most one, the newest. */
export function openAttempt(meeting: Meeting): Attempt | undefined {
  const last = lastAttempt(meeting);
  return last !== undefined && last.endTime === undefined ? last : undefined;
}

/** How an attempt ends that ECS refused a task. */
const REFUSED: readonly (string | undefined)[] = ['LaunchFailed', 'QuotaExceeded'] satisfies Reason[];

/** true when the attempt got a task, or may have got one that nobody remembered. */
export function mayHaveRun({ taskArn, reason }: Attempt): boolean {
  return taskArn !== undefined || !REFUSED.includes(reason);
}

/** Attempts to record that count against `maxAttempts`: a refusal by ECS does not. */
export function startedAttempts(meeting: Meeting): number {
  return meeting.status.attempts.filter((attempt) => attempt.mode === 'record' && mayHaveRun(attempt)).length;
}

/** When the meeting is meant to begin, milliseconds. */
export function wantedStart(meeting: Meeting): number {
  return millis(meeting.spec.startAt ?? meeting.metadata.creationTimestamp);
}

/** After this nobody can still be in the meeting: no recorder is sent there any more. Milliseconds. */
export function lastUsefulMoment(meeting: Meeting): number {
  const { leave } = meeting.spec;
  const joined = millis(meeting.status.joinedAt);
  return joined === undefined
    ? wantedStart(meeting) + (leave.lobbySeconds + leave.noShowSeconds + leave.maxSeconds) * 1000
    : joined + leave.maxSeconds * 1000;
}

/** true when the user wants the recorder out, by `stop` or by deleting. */
export function isStopping(meeting: Meeting): boolean {
  return meeting.spec.stop === true || meeting.metadata.deletionTimestamp !== undefined;
}

/** A salvage goes on whatever the user wants: it joins no meeting. */
export function isStopped(meeting: Meeting, attempt: Attempt): boolean {
  return attempt.mode === 'record' && isStopping(meeting);
}
