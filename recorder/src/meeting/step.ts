import { assertNever, type EndReason } from '@meetingbot/crds-schema';
import type { PageView, ShownPerson } from '../platforms/index.ts';
import { dueEnd } from './leave-rules.ts';
import type { MeetingRules } from './rules.ts';
import type { Action, MeetingState, Observation } from './state.ts';

/** Whoever is shown speaking for longer than this, without a break, is shown so for another reason. */
const SPEECH_MS = 60_000;

/** A platform that gives up waiting for the host takes minutes; one that does not want us takes no time. */
const PUT_OUT_MS = 60_000;

export interface Step {
  readonly state: MeetingState;
  readonly actions: readonly Action[];
}

/** Waits before going in again, in milliseconds; the last one holds for all further times. */
const REJOIN_DELAYS = [0, 2000, 5000, 10_000, 30_000] as const;

/**
 * What follows from one observation: a pure function, the same for all platforms. `now` is monotonic, in milliseconds.
 * Lobby goes before in call; the call counts when it is seen twice; one look that shows nothing ends nothing; a count that
 * cannot be read is not zero; once it is over nothing changes any more.
 */
export function step(state: MeetingState, observation: Observation, now: number, rules: MeetingRules): Step {
  if (state.phase === 'over') return { state, actions: [] };
  const next = prepare(take(state, observation, now, rules));
  if (next.state.phase === 'over') return next;
  const end = dueEnd(next.state, now, rules);
  if (end === undefined) return next;
  const over = finish(next.state, end.reason, end.message);
  return { state: over.state, actions: [...next.actions, ...over.actions] };
}

function take(state: MeetingState, observation: Observation, now: number, rules: MeetingRules): Step {
  switch (observation.kind) {
    case 'tick':
      return same(state);
    case 'sound':
      return same({ ...state, silentMs: observation.silentMs });
    case 'entered':
      return same({ ...state, entered: true, sighting: undefined });
    case 'joinFailed': {
      const { reason, message, timedOut } = observation;
      return timedOut && state.lobbySince !== undefined
        ? finish(state, 'LobbyTimeout', message)
        : finish(state, reason, message);
    }
    case 'page':
      return look(forgive(state, now, rules), observation.view, now, rules);
    case 'lost':
      return rejoin(state, { why: observation.what, answers: false }, now, rules);
    case 'takeLost':
      return retake(state, observation.what, rules);
    case 'takeFailed':
      return state.recording ? rejoin(state, { why: observation.what, answers: false }, now, rules) : same(state);
    case 'stop':
      return finish(state, 'StopRequested', observation.message);
    case 'terminate':
      return finish(state, 'Terminated', observation.message);
    case 'failed':
      return finish(state, observation.reason, observation.message);
    default:
      return assertNever(observation);
  }
}

/** From its first sighting on the call is captured, so that its first seconds are kept once it is proved. */
function prepare({ state, actions }: Step): Step {
  const isNearlyIn = (state.phase === 'joining' || state.phase === 'lobby') && state.entered;
  const prepared = isNearlyIn && state.sighting?.state === 'inCall';
  if (prepared === state.prepared) return { state, actions };
  const next = { ...state, prepared };
  if (prepared) return { state: next, actions: [...actions, { do: 'prepare' }] };
  const isProved = actions.some((action) => action.do === 'record');
  return { state: next, actions: isProved ? actions : [{ do: 'discard' }, ...actions] };
}

function look(state: MeetingState, view: PageView, now: number, rules: MeetingRules): Step {
  const isSame = state.sighting?.state === view.state;
  const since = isSame && state.sighting !== undefined ? state.sighting.since : now;
  const again = isSame && now - since >= confirmationMs(view, rules);
  const isUnknown = view.state === 'unknown' && !view.onTheWay;
  const seen: MeetingState = {
    ...state,
    sighting: { state: view.state, since },
    unknownSince: isUnknown ? (state.unknownSince ?? now) : undefined,
    earlySince: earlySince(state, view, now),
    evidence: view.evidence,
  };
  switch (view.state) {
    case 'refused':
      // In the call it is only out of sight: whoever goes in again hears the refusal at the door.
      if (seen.phase === 'inCall') return outOfSight(seen, view, now, rules);
      return again ? finish(seen, view.reason, view.evidence, view.advice) : same(seen);
    case 'removed':
      if (!again) return same(seen);
      if (wasIn(seen)) return finish(seen, 'Removed', view.evidence);
      return seen.lobbySince !== undefined || isBehindUs(seen, since, now, rules)
        ? finish(seen, 'LobbyDenied', view.evidence)
        : same(seen);
    case 'ended':
      if (!again) return same(seen);
      if (wasIn(seen)) return finish(seen, 'HostEnded', view.evidence);
      if (!isBehindUs(seen, since, now, rules)) return same(seen);
      if (view.wordless && since - (seen.lobbySince ?? since) < PUT_OUT_MS)
        return finish(seen, 'BlockedByPlatform', `put out soon after asking, without a word: ${view.evidence}`);
      return seen.lobbySince !== undefined
        ? finish(seen, 'LobbyTimeout', `nobody let us in before it was over: ${view.evidence}`)
        : finish(seen, 'Missed', `the meeting was over before we were in it: ${view.evidence}`);
    case 'lobby':
      // Who was in it knows that it had been begun, and that there was one.
      return wasIn(seen) && isBehindUs(seen, seen.earlySince ?? now, now, rules)
        ? finish(seen, 'HostEnded', `the meeting is not there any more: ${view.evidence}`)
        : lobby(seen, again, now);
    case 'inCall':
      return inCall(seen, view, again || (confirmationMs(view, rules) === 0 && seen.entered), now);
    case 'unknown':
      return outOfSight(seen, view, now, rules);
    default:
      return assertNever(view);
  }
}

function earlySince(state: MeetingState, view: PageView, now: number): number | undefined {
  if (view.state === 'unknown') return state.earlySince;
  return view.state === 'lobby' && view.isEarly ? (state.earlySince ?? now) : undefined;
}

/** Before we were ever in, a sign of the end may well match something of the way in: only when that way is behind us. */
function isBehindUs({ entered }: MeetingState, since: number, now: number, rules: MeetingRules): boolean {
  return entered && now - since >= rules.unknownMs;
}

/** How long a sighting has to last to count. */
function confirmationMs(view: PageView, rules: MeetingRules): number {
  if (view.state !== 'inCall') return rules.endConfirmMs;
  const { participants = 0, people = [], oneSided } = view;
  // Controls may have a number on them: whatever it says, a lobby that draws them draws it, too.
  if (oneSided) return rules.confirmAloneMs;
  return participants > 1 || people.some(({ self }) => !self) ? rules.confirmMs : rules.confirmAloneMs;
}

function outOfSight(state: MeetingState, view: PageView, now: number, rules: MeetingRules): Step {
  const since = state.sighting?.since ?? now;
  const patience = view.state === 'unknown' && view.elsewhere ? rules.elsewhereMs : rules.unknownMs;
  return state.phase === 'inCall' && now - since >= patience
    ? rejoin(state, { why: `the call is out of sight: ${view.evidence}`, answers: true }, now, rules)
    : same(state);
}

function lobby(state: MeetingState, again: boolean, now: number): Step {
  const waiting: MeetingState = { ...state, phase: 'lobby', lobbySince: state.lobbySince ?? now };
  if (state.phase !== 'inCall') return same(waiting);
  if (!again) return same(state);
  // Put back into the lobby: what shows now is not the meeting, and waiting begins anew.
  return pause({ ...waiting, joiningSince: now }, 'in the lobby again');
}

function inCall(
  before: MeetingState,
  view: Extract<PageView, { participants?: number }>,
  proved: boolean,
  now: number,
): Step {
  const { people = [] } = view;
  const onlyUs = people.length > 0 && people.every(({ self }) => self);
  const state = { ...listen(before, people, now), onlyUs };
  if (state.phase === 'inCall') return same(count(state, view.participants, now));
  if (!state.entered || !proved) return same(state);
  const since = state.sighting?.since ?? now;
  const joined: MeetingState = {
    ...state,
    phase: 'inCall',
    joinedAt: state.joinedAt ?? since,
    inCallSince: since,
    firstJoinedAt: state.firstJoinedAt ?? since,
    recording: true,
  };
  return { state: count(joined, view.participants, now), actions: [{ do: 'record' }] };
}

/**
 * Keeps the books of who is shown speaking. Some pages leave the sign with the last one who did: nobody speaks for so long
 * without a break.
 */
function listen(state: MeetingState, people: readonly ShownPerson[], now: number): MeetingState {
  const names = people.flatMap(({ name, self, speaking }) => (speaking && !self ? [name] : []));
  const speakers = new Map(names.map((name) => [name, state.speakers.get(name) ?? now]));
  const isSpoken = [...speakers.values()].some((since) => now - since < SPEECH_MS);
  return { ...state, speakers, ...(isSpoken ? { spokenAt: now } : {}) };
}

/** Keeps the books of who is there. Time in which the page does not say counts neither way. */
function count(state: MeetingState, participants: number | undefined, now: number): MeetingState {
  if (participants === undefined) return { ...state, aloneLookAt: undefined };
  if (participants > 1) {
    const othersStreak = state.othersStreak + 1;
    const othersSeen = state.othersSeen || othersStreak >= 2;
    return { ...state, participants, othersStreak, othersSeen, aloneMs: 0, aloneLookAt: undefined };
  }
  const aloneMs = state.aloneMs + (state.aloneLookAt === undefined ? 0 : now - state.aloneLookAt);
  return { ...state, participants, othersStreak: 0, aloneMs, aloneLookAt: now };
}

function rejoin(
  state: MeetingState,
  { why, answers }: { why: string; answers: boolean },
  now: number,
  rules: MeetingRules,
): Step {
  if (state.rejoins >= rules.maxRejoins) {
    const message = `${why}; gave up after going in again ${state.rejoins} times`;
    return finish(state, wasIn(state) ? 'RecordingFailed' : 'JoinFailed', message);
  }
  const paused = pause(state, why);
  const delayMs = REJOIN_DELAYS[Math.min(state.rejoins, REJOIN_DELAYS.length - 1)] ?? 0;
  const joining: MeetingState = {
    ...paused.state,
    phase: 'joining',
    // Who was in already gets the whole time again; who never was does not get it twice.
    joiningSince: state.phase === 'inCall' ? now : state.joiningSince,
    entered: false,
    sighting: undefined,
    unknownSince: undefined,
    earlySince: undefined,
    inCallSince: undefined,
    rejoins: state.rejoins + 1,
  };
  return { state: joining, actions: [...paused.actions, { do: 'rejoin', why, answers, delayMs }] };
}

function retake(state: MeetingState, what: string, rules: MeetingRules): Step {
  if (!state.recording) return same(state);
  if (state.takes >= rules.maxTakes) {
    return finish(state, 'RecordingFailed', `${what}; gave up after starting it again ${state.takes} times`);
  }
  return { state: { ...state, takes: state.takes + 1 }, actions: [{ do: 'record' }] };
}

function pause(state: MeetingState, why: string): Step {
  const quiet: MeetingState = { ...state, recording: false, aloneLookAt: undefined, silentMs: undefined };
  return { state: quiet, actions: state.recording ? [{ do: 'pause', why }] : [] };
}

/** Faults of long ago are no pattern. */
function forgive(state: MeetingState, now: number, rules: MeetingRules): MeetingState {
  const isLong = state.inCallSince !== undefined && now - state.inCallSince >= rules.forgiveMs;
  return isLong && state.rejoins + state.takes > 0 ? { ...state, rejoins: 0, takes: 0, inCallSince: now } : state;
}

function finish(state: MeetingState, reason: EndReason, message: string, advice?: string): Step {
  const end = { reason, message, ...(advice === undefined ? {} : { advice }) };
  return { state: { ...state, phase: 'over', recording: false, end }, actions: [{ do: 'end', end }] };
}

/** We, or an earlier recorder of this Meeting, were let in. */
function wasIn(state: MeetingState): boolean {
  return state.firstJoinedAt !== undefined;
}

function same(state: MeetingState): Step {
  return { state, actions: [] };
}
