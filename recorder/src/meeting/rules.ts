import type { CompleteMeetingSpec } from '@meetingbot/crds-schema';
import type { Platform } from '../platforms/index.ts';

/** All times in milliseconds. */
export interface MeetingRules {
  /** From the first step of joining until we have to be in. */
  readonly lobbyMs: number;
  readonly noShowMs: number;
  readonly aloneMs: number;
  readonly silenceMs: number;
  readonly silenceArmMs: number;
  readonly maxMs: number;
  /** Two sightings of the call so far apart, with nothing else between them, are being in it. */
  readonly confirmMs: number;
  /**
   * The same while nobody else is shown, or all proofs are of one part of the page: that is what a lobby that draws the
   * call's controls looks like, too.
   */
  readonly confirmAloneMs: number;
  /** The same for the end, a removal, a refusal and a lobby while in the call. */
  readonly endConfirmMs: number;
  /** How long the call may be out of sight before we go in again. */
  readonly unknownMs: number;
  /** The same where the page has gone to another document. */
  readonly elsewhereMs: number;
  /** How often in a row we go in again, and how often in a row a dead encoder is started again. */
  readonly maxRejoins: number;
  readonly maxTakes: number;
  /** Time in the call after which faults before it no longer count. */
  readonly forgiveMs: number;
}

/** The rules of `spec.leave`, and ours. */
export function rulesOf(
  leave: CompleteMeetingSpec['leave'],
  platform: Pick<Platform, 'confirmMs' | 'confirmAloneMs' | 'endConfirmMs'>,
): MeetingRules {
  return {
    lobbyMs: leave.lobbySeconds * 1000,
    noShowMs: leave.noShowSeconds * 1000,
    aloneMs: leave.aloneSeconds * 1000,
    silenceMs: leave.silenceSeconds * 1000,
    silenceArmMs: leave.silenceArmSeconds * 1000,
    maxMs: leave.maxSeconds * 1000,
    confirmMs: platform.confirmMs,
    confirmAloneMs: platform.confirmAloneMs ?? platform.confirmMs,
    endConfirmMs: platform.endConfirmMs ?? 400,
    unknownMs: 20_000,
    elsewhereMs: 5000,
    maxRejoins: 5,
    maxTakes: 5,
    forgiveMs: 600_000,
  };
}
