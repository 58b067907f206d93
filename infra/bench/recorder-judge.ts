import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { audioTracks, MediaError, measureSync, probe, type SyncReport } from '@meetingbot/recorder';
import { FRAME_RATE } from '../local/meeting/reference/loop.ts';
import { BEEP } from '../local/meeting/reference/voice.ts';
import { countFrames, type FrameCount, readFrames } from './recorder-frames.ts';
import { type Place, type Tile, tilesOf } from './recorder-tiles.ts';

const deps = { logger: silentLogger, clock: systemClock, env: { PATH: process.env['PATH'] ?? '' } };

/** What a recording of the reference call shows. */
export interface PictureFacts {
  readonly durationSeconds: number;
  readonly sizeBytes: number;
  readonly frames: FrameCount;
  readonly sync: Pick<SyncReport, 'medianOffsetMs' | 'p95Ms' | 'driftMsPerHour' | 'driftErrorMsPerHour'> & {
    readonly pairs: number;
  };
}

export interface JudgeOptions {
  /** Size of the page that was recorded. */
  readonly page: { readonly width: number; readonly height: number };
  /** Pictures a second that the file should have. */
  readonly fileRate: number;
  /** What is left out at the begin, in seconds: calls start small. */
  readonly fromSeconds: number;
}

/**
 * Decodes a recording of the reference call: frames are read off all four cameras' bars, of which the second best is
 * taken, since the camera that flashes cannot be read then; flash and beep are looked for in the first tile that has them.
 * @throws MediaError, Error when the file cannot be decoded
 */
export async function judgePicture(file: string, options: JudgeOptions): Promise<PictureFacts> {
  const { page, fileRate, fromSeconds } = options;
  const facts = await probe(file, deps);
  const tiles = tilesOf(page);
  const counts: FrameCount[] = [];
  for (const { bar } of tiles) {
    const seen = await readFrames(file, { bar, cameraRate: FRAME_RATE });
    const steady = seen.filter(({ at }) => at >= fromSeconds);
    counts.push(countFrames(steady, { camera: FRAME_RATE, file: fileRate }));
  }
  const [, frames] = counts.sort((a, b) => a.doubled + a.lost - b.doubled - b.lost);
  if (frames === undefined) throw new MediaError('NoSuchTrack', `${file} has no picture`);
  return {
    durationSeconds: facts.durationSeconds ?? lengthOf(facts.tracks),
    sizeBytes: facts.sizeBytes,
    frames,
    sync: await findFlash(file, tiles),
  };
}

/** How much sound there is, in seconds, and its form. */
export async function judgeSound(
  file: string,
): Promise<{ durationSeconds: number; sizeBytes: number; tracks: string }> {
  const facts = await probe(file, deps);
  const tracks = audioTracks(facts).map(({ codec, channels, sampleRate }) => `${codec} ${channels}×${sampleRate}`);
  return { durationSeconds: lengthOf(facts.tracks), sizeBytes: facts.sizeBytes, tracks: tracks.join(', ') };
}

/** Seconds of a file that can be decoded; 0 for one that cannot. */
export async function decodableSeconds(file: string): Promise<number> {
  try {
    return lengthOf((await probe(file, deps)).tracks);
  } catch (error) {
    if (error instanceof MediaError) return 0;
    throw error;
  }
}

function lengthOf(tracks: readonly { startSeconds: number; durationSeconds: number }[]): number {
  return Math.max(0, ...tracks.map(({ startSeconds, durationSeconds }) => startSeconds + durationSeconds));
}

/** Sound against picture of the reference call, or of a film that flashes and beeps as it does. */
export function measureFlashes(file: string, region?: Place): Promise<SyncReport> {
  return measureSync(file, { toneHz: BEEP.hertz, ...(region === undefined ? {} : { region }) }, deps);
}

/** What of it is told. */
export function syncFacts(report: SyncReport): PictureFacts['sync'] {
  const { pairs, medianOffsetMs, p95Ms, driftMsPerHour, driftErrorMsPerHour } = report;
  return { pairs: pairs.length, medianOffsetMs, p95Ms, driftMsPerHour, driftErrorMsPerHour };
}

async function findFlash(file: string, [first, ...others]: readonly Tile[]): Promise<PictureFacts['sync']> {
  let best = await measureFlashes(file, first?.tile);
  for (const { tile } of others) {
    // Once a second: more missing than there means that this tile does not flash.
    if (best.pairs.length > 2 * best.missingFlashes) break;
    const report = await measureFlashes(file, tile);
    if (report.pairs.length > best.pairs.length) best = report;
  }
  return syncFacts(best);
}
