import { type ManifestTake, type RecordingManifest, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { findBeeps, probe } from '@meetingbot/recorder';
import { bandLevel } from '../testing/loudness.ts';
import { BEEP } from './clock-pages.ts';
import type { FetchedFiles } from './recordings.ts';

export const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
/** At the edges of a take there may be no tone yet, or none any more. */
const EDGE_SECONDS = 1;

/** What the sound of a recording of a clock page turned out to be, by decoding it. */
export interface SoundVerdict {
  /** As the header of recording.mp4 says. */
  readonly seconds: number;
  /** Sound and, where there is one, picture of recording.mp4 and the sound of audio.m4a end so far apart, in seconds. */
  readonly unevenSeconds: number;
  /** Times of packets only ever grow. */
  readonly monotonic: boolean;
  /** The longest time without sound, in seconds. */
  readonly longestHoleSeconds: number;
  /** Mean level of the page's tone in the file and the take where it is lowest, dBFS. */
  readonly toneDb: number;
  /** How far a take's beeps in audio.m4a are from whole seconds of the manifest's time: their median, in the worst take, in seconds. */
  readonly beepErrorSeconds: number;
}

/** Decodes the sound of a recording of a clock page with a tone of `hertz` and holds it against its manifest. */
export async function judgeSound(
  files: FetchedFiles,
  { takes }: RecordingManifest,
  hertz: number,
): Promise<SoundVerdict> {
  const movie = await probe(files.recording, deps);
  const tracks = [...movie.tracks, ...(await probe(files.audio, deps)).tracks];
  const sounds = tracks.filter(({ kind }) => kind === 'audio');
  if (sounds.length !== 2) throw new Error(`expected two sounds, found ${sounds.length}`);
  const ends = tracks.map(({ startSeconds, durationSeconds }) => startSeconds + durationSeconds);
  const levels = await Promise.all(
    Object.values(files).flatMap((file) => takes.map((take) => bandLevel(file, hertz, innerPart(take)))),
  );
  const beeps = await findBeeps(files.audio, { toneHz: BEEP.hertz }, deps);
  return {
    seconds: movie.durationSeconds ?? 0,
    unevenSeconds: Math.max(...ends) - Math.min(...ends),
    monotonic: tracks.every(({ monotonic }) => monotonic),
    longestHoleSeconds: Math.max(...sounds.map(({ longestGapSeconds }) => longestGapSeconds)),
    toneDb: Math.min(...levels),
    beepErrorSeconds: Math.max(...takes.map((take) => beepError(take, beeps))),
  };
}

/** Wall clock of a moment of the files, milliseconds, as the manifest has it. */
export function wallAt(take: ManifestTake, time: number): number {
  return Date.parse(take.startedAt) + (time - take.mediaStart) * 1000;
}

function innerPart({ mediaStart, durationSeconds }: ManifestTake): { fromSeconds: number; seconds: number } {
  return {
    fromSeconds: mediaStart + EDGE_SECONDS,
    seconds: Math.max(0.5, durationSeconds - 2 * EDGE_SECONDS),
  };
}

/** Infinite where there is no beep: each take lasts longer than a second. */
function beepError(take: ManifestTake, beeps: readonly number[]): number {
  const { fromSeconds, seconds } = innerPart(take);
  const errors = beeps
    .filter((time) => time >= fromSeconds && time < fromSeconds + seconds)
    .map((time) => wallAt(take, time) / 1000)
    .map((second) => Math.abs(second - Math.round(second)))
    .sort((a, b) => a - b);
  return errors[Math.floor(errors.length / 2)] ?? Number.POSITIVE_INFINITY;
}
