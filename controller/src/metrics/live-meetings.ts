import {
  type Attempt,
  assertNever,
  isTerminal,
  keyString,
  type Meeting,
  type Phase,
  type Platform,
} from '@meetingbot/crds-schema';
import { identityOf, type MeetingIdentity } from '../log.ts';
import { lastAttempt, openAttempt, wantedStart } from '../reconcile/attempts.ts';
import { OPEN_ATTEMPT_HORIZON } from '../reconcile/due.ts';
import { DEFAULT_POLICY } from '../reconcile/policy.ts';
import { millis } from '../reconcile/time.ts';

const MINUTE = 60_000;

/** A Meeting that is not over. Times are milliseconds since the epoch. */
export interface LiveMeeting {
  /** For log lines. */
  identity: MeetingIdentity;
  namespace: string;
  platform: Platform;
  phase: Phase;
  /** Since when it is in its phase. */
  since: number;
  /** When it must have left its phase, by its own spec. */
  overdueAt: number;
  /** When it is meant to begin. */
  startsAt: number;
}

/**
 * Meetings that are not over, as the leader last read or wrote them: for gauges. One that starts further ahead than
 * a new leader reads is left out, so that the numbers are the same whoever leads, and since when.
 */
export class LiveMeetings {
  readonly #live = new Map<string, LiveMeeting>();

  see(meeting: Meeting): void {
    const id = keyString(meeting.metadata);
    if (isTerminal(meeting.status.phase)) this.#live.delete(id);
    else this.#live.set(id, liveMeeting(meeting));
  }

  forget(id: string): void {
    this.#live.delete(id);
  }

  /** What log lines say of a Meeting; one that is over has its key only. */
  identityOf(id: string): Partial<MeetingIdentity> {
    return this.#live.get(id)?.identity ?? { meeting: id };
  }

  /** @param now - milliseconds since the epoch */
  *at(now: number): Iterable<LiveMeeting> {
    for (const live of this.#live.values()) if (live.startsAt < now + OPEN_ATTEMPT_HORIZON) yield live;
  }
}

/** @internal */
export function liveMeeting(meeting: Meeting): LiveMeeting {
  const { phase } = meeting.status;
  const since = phaseSince(meeting);
  return {
    identity: identityOf(meeting),
    namespace: meeting.metadata.namespace,
    platform: meeting.spec.platform,
    phase,
    since,
    overdueAt: since + longest(meeting),
    startsAt: wantedStart(meeting),
  };
}

/** When a Meeting entered its phase, from what is on record: a new leader says the same. */
function phaseSince(meeting: Meeting): number {
  const { metadata, status } = meeting;
  const attempt = lastAttempt(meeting);
  const created = millis(metadata.creationTimestamp);
  const spoke = status.recorder?.attempt === attempt?.number ? millis(status.recorder?.at) : undefined;
  const { phase } = status;
  switch (phase) {
    case 'Pending':
      // Waiting counts from when it should have begun, or from the last try.
      return Math.max(wantedStart(meeting), created, millis(attempt?.endTime) ?? 0);
    case 'Launching':
      return millis(attempt?.startTime) ?? created;
    case 'Joining':
    case 'Lobby':
    case 'Recording':
      return spoke ?? millis(attempt?.startTime) ?? created;
    case 'Finalizing':
      return millis(attempt?.endTime) ?? spoke ?? millis(attempt?.startTime) ?? created;
    case 'Notifying':
      return millis(status.webhook?.firstAttemptAt) ?? millis(attempt?.endTime) ?? created;
    case 'Scheduled':
    case 'Completed':
    case 'Failed':
    case 'Cancelled':
      return created;
    default:
      return assertNever(phase);
  }
}

/** How long a Meeting may be in its phase before somebody should look, milliseconds. */
function longest(meeting: Meeting): number {
  const { spec, status } = meeting;
  const { lobbySeconds, maxSeconds } = spec.leave;
  const { phase } = status;
  switch (phase) {
    case 'Scheduled':
      return Math.max(0, wantedStart(meeting) - millis(meeting.metadata.creationTimestamp)) + 5 * MINUTE;
    case 'Pending':
    case 'Launching':
      return 15 * MINUTE;
    case 'Finalizing':
      return endsWithin(openAttempt(meeting)) + 5 * MINUTE;
    case 'Joining':
    case 'Lobby':
      return lobbySeconds * 1000 + 10 * MINUTE;
    case 'Recording':
      return maxSeconds * 1000 + 10 * MINUTE;
    case 'Notifying':
      return 25 * 60 * MINUTE;
    case 'Completed':
    case 'Failed':
    case 'Cancelled':
      return Number.POSITIVE_INFINITY;
    default:
      return assertNever(phase);
  }
}

/** How long a recorder is left at its end, milliseconds: with none, the verification in S3 is all there is to wait for. */
function endsWithin(attempt: Attempt | undefined): number {
  if (attempt === undefined) return 10 * MINUTE;
  return attempt.mode === 'salvage' ? DEFAULT_POLICY.salvageGrace : DEFAULT_POLICY.finalizeGrace;
}
