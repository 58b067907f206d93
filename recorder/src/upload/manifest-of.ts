import {
  type EndReason,
  type GapCause,
  isOrderly,
  type ManifestGap,
  type ManifestTake,
  type Outcome,
  type RecordingManifest,
  type SoundLoss,
  totalSeconds,
} from '@meetingbot/crds-schema';
import type { Stretch } from '../mp4/remuxer.ts';
import type { WriteCondition } from './object-store.ts';

/** What the recorder knows at the end and the media does not say. Times are wall clock, milliseconds since 1970. */
export interface RecordingSummary {
  readonly reason: EndReason;
  /** When the Meeting was first joined: what is missing after it is a gap. */
  readonly joinedAt?: number;
  /** When the Meeting was over for us: what is missing before it is a gap. */
  readonly endedAt?: number;
  /** Why what is missing before that is missing. Default `RecorderLost`. */
  readonly endCause?: GapCause;
  readonly framesLost?: number;
  readonly framesDuplicated?: number;
  /**
   * Writes what belongs to the media's times beside it; resolves to its key, or to nothing where there is none. Rejects with
   * `AlreadyExists` or `Changed` where `condition` does not hold.
   */
  readonly timeline?: (takes: readonly ManifestTake[], condition: WriteCondition) => Promise<string | undefined>;
  /** Where there is a picture and its sound is missing. */
  readonly soundLost?: readonly { readonly from: number; readonly to: number }[];
}

/** Shorter ones are clock noise between two encoder runs. */
const SMALLEST_GAP_SECONDS = 0.2;
/** Between being let in and the first frame, or between the last one and leaving, this much is nobody's loss. */
const EDGE_SECONDS = 3;

/** The time line of a recording as the manifest tells it. */
export interface TimeLine {
  readonly takes: ManifestTake[];
  readonly gaps: ManifestGap[];
  readonly coverage: number;
  readonly missingSeconds: number;
}

/**
 * Lists what was recorded and what is missing.
 * @param inherited - what an earlier attempt's manifest said; the stretches come after it
 */
export function timeLineOf(options: {
  inherited: RecordingManifest | undefined;
  stretches: readonly Stretch[];
  causeOf: (attempt: number, take: number) => GapCause | undefined;
  segmentsOf: (attempt: number, take: number) => ManifestTake['segments'];
  joinedAt: number | undefined;
  endedAt: number | undefined;
  endCause: GapCause;
}): TimeLine {
  const { inherited, stretches, causeOf, segmentsOf, joinedAt, endedAt, endCause } = options;
  const takes: ManifestTake[] = [...(inherited?.takes ?? [])];
  const gaps = gapsWithin(inherited, stretches.length > 0);
  const addGap = (from: number, to: number, cause: GapCause, atLeast: number) => {
    const seconds = round((to - from) / 1000);
    if (seconds >= atLeast) gaps.push({ from: iso(from), to: iso(to), seconds, cause });
  };
  for (const stretch of stretches) {
    const before = takes.at(-1);
    const same = before?.attempt === stretch.attempt && before.take === stretch.take;
    const cause = same ? 'MediaLost' : (causeOf(stretch.attempt, stretch.take) ?? 'RecorderLost');
    if (before) addGap(endOf(before), stretch.startedAt, cause, SMALLEST_GAP_SECONDS);
    else if (joinedAt !== undefined) {
      const isVeryFirst = stretch.attempt === 1 && stretch.take === 1;
      addGap(joinedAt, stretch.startedAt, isVeryFirst ? 'StartedLate' : cause, EDGE_SECONDS);
    }
    const segments = segmentsOf(stretch.attempt, stretch.take);
    takes.push({
      attempt: stretch.attempt,
      take: stretch.take,
      startedAt: iso(stretch.startedAt),
      mediaStart: before ? round(before.mediaStart + before.durationSeconds) : 0,
      durationSeconds: round(stretch.durationSeconds),
      fragments: stretch.fragments,
      bytes: stretch.bytes,
      ...(segments ? { segments } : {}),
    });
  }
  const last = takes.at(-1);
  if (last && endedAt !== undefined) addGap(endOf(last), endedAt, endCause, EDGE_SECONDS);
  const recorded = takes.reduce((sum, take) => sum + take.durationSeconds, 0);
  const missingSeconds = totalSeconds(gaps);
  const coverage = recorded === 0 ? 0 : Math.round((recorded / (recorded + missingSeconds)) * 1e4) / 1e4;
  return { takes, gaps, coverage, missingSeconds };
}

/** The gaps of an earlier manifest; the one after its last take is measured anew where media follows. */
function gapsWithin(inherited: RecordingManifest | undefined, goesOn: boolean): ManifestGap[] {
  const [gaps, last] = [inherited?.gaps ?? [], inherited?.takes.at(-1)];
  return gaps.filter(({ from }) => !goesOn || last === undefined || Date.parse(from) < Math.floor(endOf(last)));
}

/** Where sound is missing as the manifest tells it, what an earlier one said first. */
export function soundLossesOf(inherited: RecordingManifest | undefined, summary: RecordingSummary): SoundLoss[] {
  const own = (summary.soundLost ?? []).map(({ from, to }) => ({
    ...{ from: iso(from), to: iso(to), seconds: round(Math.max(0, to - from) / 1000) },
  }));
  return [...(inherited?.soundLost ?? []), ...own];
}

/**
 * The outcome as far as the recorder can tell: `Partial` where more than 10 s or 1 %, of it or of
 * its sound, are missing or the end was not an
 * orderly one. A recorder that was told to end cannot know why: that is left to the controller.
 */
export function outcomeOf(
  { takes, coverage, missingSeconds }: TimeLine,
  soundLost: readonly SoundLoss[],
  reason: EndReason,
): Outcome {
  if (takes.length === 0) return 'None';
  const orderly = reason === 'Terminated' || isOrderly(reason);
  const silent = totalSeconds(soundLost);
  const recorded = takes.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  const heard = recorded === 0 ? 0 : 1 - silent / recorded;
  const isWhole = missingSeconds + silent <= 10 && coverage * heard >= 0.99;
  return orderly && isWhole ? 'Complete' : 'Partial';
}

/** Wall clock of the last moment of a take. */
export function endOf(take: ManifestTake): number {
  return Date.parse(take.startedAt) + take.durationSeconds * 1000;
}

export const iso = (time: number): string => new Date(time).toISOString();
const round = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;
