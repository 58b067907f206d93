import {
  type ManifestGap,
  type Meeting,
  type Outcome,
  type RecordingManifest,
  totalSeconds,
} from '@meetingbot/crds-schema';
import { expect, vi } from 'vitest';
import { LATE_START_SECONDS, lateStart } from '../testing/late-start.ts';
import type { Recordings } from './recordings.ts';
import { judge, type Verdict } from './verdict.ts';

/** All that is left of a recording in S3. */
const FILES = ['audio.m4a', 'manifest.json', 'recording.mp4'];

/** A recording that is done, with all that can be known of it. */
export interface Ended {
  readonly meeting: Meeting;
  readonly manifest: RecordingManifest;
  readonly verdict: Verdict;
  /** Seconds that are in no take. */
  readonly missing: number;
  /** Seconds of them before the first frame. */
  readonly late: number;
  /** What is missing since the first frame. */
  readonly gaps: readonly ManifestGap[];
  /** Of a recording that has lost nothing since its first frame. */
  readonly best: Outcome;
}

/** Fetches, decodes and measures a recording that is over. */
export async function inspect(recordings: Recordings, meeting: Meeting, hertz: number): Promise<Ended> {
  const manifest = await recordings.downloader.manifest(meeting);
  const verdict = await judge(await recordings.fetched(meeting), manifest, hertz);
  const missing = totalSeconds(manifest.gaps);
  const { seconds: late, gapsSince: gaps, best } = lateStart(manifest);
  return { meeting, manifest, verdict, missing, late, gaps, best };
}

/** What holds for every recording, whatever happened while it was made. */
export async function expectWhole(recordings: Recordings, ended: Ended): Promise<void> {
  const { meeting, manifest, verdict, missing, late } = ended;
  expect(verdict).toMatchObject({ monotonic: true, orderly: true });
  expect(verdict.longestHoleSeconds).toBeLessThan(0.5);
  expect(verdict.unevenSeconds).toBeLessThan(0.5);
  expect(verdict.toneDb).toBeGreaterThan(-25);
  const recorded = manifest.takes.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  expect(verdict.seconds).toBeCloseTo(recorded, 0);
  expect(manifest.coverage).toBeCloseTo(recorded / (recorded + missing), 2);
  expect(late).toBeLessThan(LATE_START_SECONDS);
  expect(meeting.status.recording).toMatchObject({
    coverage: manifest.coverage,
    sizeBytes: manifest.recording?.sizeBytes,
  });
  // Segments go when the recording is verified, which is told before.
  await vi.waitFor(
    async () => {
      const keys = await recordings.keysOf(meeting);
      expect(keys.filter((key) => !key.startsWith('evidence/'))).toEqual(FILES);
    },
    { timeout: 30_000, interval: 200 },
  );
}

/** Prints one line of figures, for whoever wants to know how far from the bound they are. */
export function tell(what: string, figures: Record<string, number | string | undefined>): void {
  const text = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? value.toFixed(1) : value}`,
  );
  process.stdout.write(`${what}: ${text.join(', ')}\n`);
}
