import type { MeetingRules } from './rules.ts';
import type { MeetingEnd, MeetingState } from './state.ts';

/** A machine that is busy needs a while for the last of them. */
const STEPS_GRACE_MS = 10_000;

/** The end that is due by time alone; undefined: none. */
export function dueEnd(state: MeetingState, now: number, rules: MeetingRules): MeetingEnd | undefined {
  const { joinedAt, firstJoinedAt } = state;
  if (firstJoinedAt !== undefined && now - firstJoinedAt >= rules.maxMs) {
    return { reason: 'MaxDuration', message: `recorded for ${seconds(rules.maxMs)}` };
  }
  return state.phase === 'inCall' ? dueInCall(state, joinedAt ?? now, now, rules) : dueOutside(state, now, rules);
}

function dueOutside(state: MeetingState, now: number, rules: MeetingRules): MeetingEnd | undefined {
  // The steps have the same deadline, and better words for what they waited for in vain.
  const grace = state.entered ? 0 : STEPS_GRACE_MS;
  if (now - state.joiningSince < rules.lobbyMs + grace) return undefined;
  const time = `within ${seconds(rules.lobbyMs)}`;
  const { unknownSince = now } = state;
  if (state.lobbySince !== undefined && now - unknownSince >= rules.unknownMs) {
    const message = `the lobby gave way to a page that we do not know, and nothing followed ${time}: ${state.evidence}`;
    return { reason: 'UnknownPage', message };
  }
  if (state.lobbySince !== undefined) {
    const what = state.earlySince !== undefined ? 'nobody began the meeting, or there is none' : 'nobody let us in';
    return { reason: 'LobbyTimeout', message: `${what}, ${time}; the last look: ${state.evidence}` };
  }
  if (!state.entered) return { reason: 'JoinFailed', message: `the steps of joining were not done ${time}` };
  const message = `neither the call nor a lobby was seen ${time}; the last look: ${state.evidence}`;
  return { reason: 'UnknownPage', message };
}

function dueInCall(state: MeetingState, joinedAt: number, now: number, rules: MeetingRules): MeetingEnd | undefined {
  if (state.othersSeen && state.aloneMs >= rules.aloneMs) {
    return { reason: 'LeftAlone', message: `alone for ${seconds(rules.aloneMs)} after the others had left` };
  }
  // Where others were never seen, a tile of ours alone says enough: no shared screen hides those who never came.
  const participants = state.participants ?? (state.onlyUs ? 1 : undefined);
  const isEmpty = participants !== undefined && participants <= 1 && !state.othersSeen;
  if (isEmpty && now - joinedAt >= rules.noShowMs) {
    // What an earlier recorder was in, and has recorded, is no meeting that nobody came to.
    const reason = (state.firstJoinedAt ?? joinedAt) < joinedAt ? 'LeftAlone' : 'NoShow';
    return { reason, message: `nobody else came within ${seconds(rules.noShowMs)}` };
  }
  if (state.silentMs !== undefined) {
    // Sound that does not reach us is no silence: the page shows who speaks.
    const quietSince = Math.max(joinedAt + rules.silenceArmMs, now - state.silentMs, state.spokenAt ?? 0);
    if (now - quietSince >= rules.silenceMs) {
      return { reason: 'Silence', message: `nothing was heard for ${seconds(rules.silenceMs)}` };
    }
  }
  return undefined;
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
