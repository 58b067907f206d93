import { type EndReason, isTerminal, type Meeting, type Reason } from '@meetingbot/crds-schema';
import { isStopping, lastAttempt, lastUsefulMoment, openAttempt, startedAttempts, wantedStart } from './attempts.ts';
import { decideAfterwards } from './decide-afterwards.ts';
import { decideAttempt } from './decide-attempt.ts';
import { decideEnding } from './decide-ending.ts';
import { awaitIdentity, decideIdentity, namesOf } from './decide-identity.ts';
import type { Policy } from './policy.ts';
import { retryClass } from './retry.ts';
import type { Observed, Step } from './steps.ts';
import { millis } from './time.ts';

/**
 * The next step for a Meeting: a pure function of what is written, what is seen and what time it is.
 * The same facts always give the same step, so a controller that died anywhere goes on from there.
 * @param now - milliseconds since the epoch
 */
export function decide(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step {
  if (isTerminal(meeting.status.phase)) return decideAfterwards(meeting, seen, now, policy);
  if (meeting.status.reason !== undefined) return decideEnding(meeting, seen, now, policy);
  const attempt = openAttempt(meeting);
  if (attempt !== undefined) return decideAttempt(meeting, attempt, seen, now, policy);
  return decideLaunch(meeting, seen, now, policy);
}

function decideLaunch(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step {
  const last = lastAttempt(meeting);
  const lastReason = last?.reason as Reason | undefined;
  if (isStopping(meeting)) return conclude('StopRequested', 'stop or deletion came while no recorder was alive');
  if (lastReason !== undefined && retryClass(lastReason as EndReason) === 'final') {
    return conclude(lastReason, 'the last attempt ended for good');
  }
  if (lastReason !== undefined && startedAttempts(meeting) >= meeting.spec.maxAttempts) {
    return conclude(lastReason, `all ${meeting.spec.maxAttempts} attempts are used up`);
  }
  if (now > lastUsefulMoment(meeting)) return conclude(lastReason ?? 'Missed', 'nobody can still be in the meeting');
  if (last === undefined && meeting.spec.startAt !== undefined && now > wantedStart(meeting) + policy.missedGrace) {
    return conclude('Missed', 'startAt is past by more than the grace');
  }
  const retryAt = millis(meeting.status.retryAt) ?? 0;
  if (retryAt > now) return { do: 'wait', until: retryAt, why: 'the next launch is not due yet' };
  const launchAt = meeting.spec.startAt === undefined ? 0 : wantedStart(meeting) - policy.launchLead;
  if (launchAt > now) {
    return meeting.status.phase === 'Scheduled'
      ? { do: 'wait', until: launchAt, why: 'startAt is ahead' }
      : { do: 'schedule', why: 'startAt is ahead' };
  }
  // Before a place, so that nobody holds one of the few recorders and waits for an account.
  const wait = decideIdentity(meeting, seen, now, policy);
  if (wait !== undefined) return wait;
  if (seen.slot === undefined) return { do: 'observe', what: 'slot', why: 'a launch is due' };
  if (seen.slot.kind === 'taken') {
    return meeting.status.queuePosition === seen.slot.position
      ? { do: 'wait', until: undefined, why: 'no recorder is free' }
      : { do: 'queue', position: seen.slot.position, why: 'no recorder is free' };
  }
  if (seen.identity === undefined) {
    return { do: 'begin', mode: 'record', why: 'a launch is due and a recorder is free' };
  }
  // Last of all: what is taken here is held by the very next write.
  if (seen.claim === undefined)
    return { do: 'observe', what: 'claim', why: 'a recorder is free, an identity seems so' };
  if (seen.claim === null) return awaitIdentity(meeting, namesOf(seen.identity), now, policy);
  return { do: 'begin', mode: 'record', identity: seen.claim.name, why: 'a recorder and an identity are free' };
}

const conclude = (reason: Reason, why: string): Step => ({ do: 'conclude', reason, why });
