import { type ManifestGap, type Outcome, type RecordingManifest, totalSeconds } from '@meetingbot/crds-schema';

/**
 * Where the machine is short of time an encoder may need so long to start. Then the beginning is missing, and the recorder has
 * to say so: a gap, and, as recordings of tests are short, an outcome of Partial.
 */
export const LATE_START_SECONDS = 10;

/** What a manifest tells of the time before its first frame, and of the time since. */
export function lateStart({ startedAt = '', gaps }: Pick<RecordingManifest, 'startedAt' | 'gaps'>): {
  /** From the first sight of the call to the first frame; 0 where that is nobody's loss. */
  readonly seconds: number;
  /** What is missing since the first frame. */
  readonly gapsSince: readonly ManifestGap[];
  /** Of a recording that has lost nothing since its first frame. */
  readonly best: Outcome;
} {
  const start = Date.parse(startedAt);
  const before = gaps.filter(({ from }) => Date.parse(from) < start);
  return {
    seconds: totalSeconds(before),
    gapsSince: gaps.filter((gap) => !before.includes(gap)),
    best: before.length > 0 ? 'Partial' : 'Complete',
  };
}
