import { readFileSync } from 'node:fs';
import {
  type ManifestGap,
  type Meeting,
  type Outcome,
  type RecordingManifest,
  totalSeconds,
} from '@meetingbot/crds-schema';
import { brokenMovie } from '@meetingbot/recorder/testing';
import { expect, vi } from 'vitest';
import { LATE_START_SECONDS, lateStart } from '../testing/late-start.ts';
import { type FetchedFiles, PICTURE, type Recordings } from './recordings.ts';
import { judgeSound, type SoundVerdict } from './sound-verdict.ts';
import { judge, type Verdict } from './verdict.ts';

/** All that is left of a recording in S3. */
const FILES = ['audio.m4a', 'manifest.json', 'recording.mp4'];

/** A page on a busy machine beeps late; a take that lay a beep's distance beside its place would be a second off. */
const BEEP_ERROR_SECONDS = 0.5;

/** Picture and sound end together but for one picture and one frame of AAC. */
const UNEVEN_SECONDS = 1 / PICTURE.frameRate + 1024 / 48_000;

/** A recording that is done, with all that can be known of it; `V` is what its files turned out to be. */
export interface Ended<V extends SoundVerdict = Verdict> {
  readonly meeting: Meeting;
  readonly manifest: RecordingManifest;
  readonly verdict: V;
  readonly files: FetchedFiles;
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
export function inspect(recordings: Recordings, meeting: Meeting, hertz: number): Promise<Ended> {
  return inspectBy(judge, recordings, meeting, hertz);
}

/** The same of a recording of kind `audio`. */
export function inspectSound(recordings: Recordings, meeting: Meeting, hertz: number): Promise<Ended<SoundVerdict>> {
  return inspectBy(judgeSound, recordings, meeting, hertz);
}

async function inspectBy<V extends SoundVerdict>(
  judgeBy: (files: FetchedFiles, manifest: RecordingManifest, hertz: number) => Promise<V>,
  recordings: Recordings,
  meeting: Meeting,
  hertz: number,
): Promise<Ended<V>> {
  const manifest = await recordings.downloader.manifest(meeting);
  const files = await recordings.fetched(meeting);
  const verdict = await judgeBy(files, manifest, hertz);
  const missing = totalSeconds(manifest.gaps);
  const { seconds: late, gapsSince: gaps, best } = lateStart(manifest);
  return { meeting, manifest, verdict, files, missing, late, gaps, best };
}

/** What a test knows of its recording that is not so of every one. */
export interface Allowance {
  /** The share of each take in which the clock is seen, at least. Default 0.9. */
  readonly readable?: number;
  /** How long after joining the first frame comes, at most, in seconds. Default {@link LATE_START_SECONDS}. */
  readonly late?: number;
}

/** What holds for every recording with a picture, whatever happened while it was made. */
export async function expectWhole(recordings: Recordings, ended: Ended, allowed: Allowance = {}): Promise<void> {
  const { verdict } = ended;
  expect(verdict.orderly).toBe(true);
  expect(verdict.readings).toBeGreaterThan(0);
  expect(verdict.readableShare).toBeGreaterThan(allowed.readable ?? 0.9);
  await expectWholeSound(recordings, ended, allowed);
}

/** What holds for every recording. */
export async function expectWholeSound(
  recordings: Recordings,
  ended: Ended<SoundVerdict>,
  allowed: Pick<Allowance, 'late'> = {},
): Promise<void> {
  const { meeting, manifest, verdict, files, missing, late } = ended;
  expect(verdict.monotonic).toBe(true);
  expect(verdict.longestHoleSeconds).toBeLessThan(0.5);
  expect(verdict.unevenSeconds).toBeLessThan(UNEVEN_SECONDS);
  expect(verdict.toneDb).toBeGreaterThan(-25);
  expect(verdict.beepErrorSeconds).toBeLessThan(BEEP_ERROR_SECONDS);
  expect(brokenMovie(readFileSync(files.recording), 'isom')).toEqual([]);
  expect(brokenMovie(readFileSync(files.audio), 'M4A ')).toEqual([]);
  const recorded = manifest.takes.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  expect(verdict.seconds).toBeCloseTo(recorded, 0);
  expect(manifest.coverage).toBeCloseTo(recorded / (recorded + missing), 2);
  expect(late).toBeLessThan(allowed.late ?? LATE_START_SECONDS);
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
