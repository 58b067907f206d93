import { isOrderly, type Outcome, type Reason, type TerminalPhase } from '@meetingbot/crds-schema';
import type { RecordingLook } from '../ports.ts';

/** Up to this much missing still counts as the whole of a meeting. */
const TOLERATED_SECONDS = 10;
const TOLERATED_SHARE = 0.01;

/** Nobody ever came: what was recorded is an empty room, and that is no recording of a meeting. */
const EMPTY_ROOM: Reason = 'NoShow';

/**
 * What there is of the recording. Partial: the meeting went on without us, or more than 10 s or 1 %
 * of the time we were in it, or of its sound, are missing.
 */
export function outcomeOf(reason: Reason, look: RecordingLook): Outcome {
  if (look.kind !== 'whole' || reason === EMPTY_ROOM) return 'None';
  const total = look.recording.durationSeconds + look.missingSeconds;
  const missing = look.missingSeconds + look.soundLostSeconds;
  const isWhole = missing <= TOLERATED_SECONDS && missing <= total * TOLERATED_SHARE;
  return isOrderly(reason) && isWhole ? 'Complete' : 'Partial';
}

/** The terminal phase that reason and outcome lead to, by the contract's table of reasons. */
export function terminalPhase(reason: Reason, outcome: Outcome): TerminalPhase {
  if (outcome !== 'None') return 'Completed';
  return reason === 'StopRequested' || reason === 'MaxDuration' ? 'Cancelled' : 'Failed';
}
