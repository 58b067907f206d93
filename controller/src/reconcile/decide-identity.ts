import type { Meeting } from '@meetingbot/crds-schema';
import { conditionOf } from './conditions.ts';
import type { IdentityAnswer } from './identities.ts';
import type { Policy } from './policy.ts';
import type { Observed, Step } from './steps.ts';

/** What a Meeting that wants to join signed in has to wait for; undefined: nothing, or it joins as a guest. */
export function decideIdentity(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step | undefined {
  const { identity: wanted, platform } = meeting.spec;
  if (wanted === undefined) return undefined;
  if (seen.identity === undefined) return { do: 'observe', what: 'identity', why: 'it wants to join signed in' };
  switch (seen.identity.kind) {
    case 'free':
      return undefined;
    case 'taken':
      return awaitIdentity(meeting, seen.identity.names, now, policy);
    case 'unknown': {
      const message = `setting BROWSER_IDENTITIES has no identity ${wanted} of ${platform}`;
      return waiting(meeting, { reason: 'UnknownIdentity', message }, now, policy);
    }
  }
}

/** Holds the Meeting until one of these identities is free. */
export function awaitIdentity(meeting: Meeting, names: readonly string[], now: number, policy: Policy): Step {
  const message = `an identity serves one recorder at a time, and another one has it: ${names.join(', ')}`;
  return waiting(meeting, { reason: 'WaitingForIdentity', message }, now, policy);
}

export function namesOf(answer: IdentityAnswer): readonly string[] {
  return answer.kind === 'unknown' ? [] : answer.names;
}

type Wait = Pick<Extract<Step, { do: 'awaitIdentity' }>, 'reason' | 'message'>;

/** Says so once, then waits: it is woken when one is free, and looks by itself in case another process had it. */
function waiting(meeting: Meeting, wait: Wait, now: number, policy: Policy): Step {
  const said = conditionOf(meeting, 'Launched');
  const why = 'no identity is free';
  return said?.reason === wait.reason && said.message === wait.message && meeting.status.queuePosition === undefined
    ? { do: 'wait', until: now + policy.identityRecheck, why }
    : { do: 'awaitIdentity', ...wait, why };
}
