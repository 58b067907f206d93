import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ManifestTake, type RecordingManifest, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { audioTracks, probe, readNumbers, videoTrack } from '@meetingbot/recorder';
import { bandLevel } from '../testing/loudness.ts';
import { CLOCK } from './clock-pages.ts';
import { PICTURE } from './recordings.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
/** What a picture all black and one all white read as: pages before and after the meeting. */
const BLANK = [0, Math.round((2 ** CLOCK.bits - 1) * (2 / 3))];
/** At the edges of a take there may be no tone yet, or none any more. */
const EDGE_SECONDS = 1;

/** What a recording of a clock page turned out to be, by decoding it. */
export interface Verdict {
  readonly seconds: number;
  /** Picture and sound end so far apart, in seconds. */
  readonly unevenSeconds: number;
  /** Times of packets only ever grow. */
  readonly monotonic: boolean;
  /** The longest time without a new picture within a take, or without sound anywhere, in seconds. */
  readonly longestHoleSeconds: number;
  /** The clock in the picture never goes back. */
  readonly orderly: boolean;
  /** How far the clock in the picture is from where the manifest says the picture was taken, at most, in seconds. */
  readonly clockErrorSeconds: number;
  /** Mean level of the page's tone in the take where it is lowest, dBFS. */
  readonly toneDb: number;
}

/** Decodes a recording of a clock page with a tone of `hertz` and holds it against its manifest. */
export async function judge(file: string, manifest: RecordingManifest, hertz: number): Promise<Verdict> {
  const media = await probe(file, deps);
  const [video, [sound]] = [videoTrack(media), audioTracks(media)];
  if (sound === undefined) throw new Error(`${file}: no sound`);
  const { takes } = manifest;
  const times = await pictureTimes(file);
  const pictures = times.map((time) => ({ time, take: takeAt(takes, time) }));
  const steps = pictures.slice(1).map(({ time, take }, i) => (take === pictures[i]?.take ? time - (times[i] ?? 0) : 0));
  const region = { x: 0, y: 0, width: PICTURE.width, height: CLOCK.height };
  const numbers = await readNumbers(file, { region, bits: CLOCK.bits }, deps);
  const clocks = pictures.flatMap((picture, i) => {
    const number = numbers[i];
    const wall = wallAt(picture.take, picture.time);
    return number === undefined || BLANK.includes(number) ? [] : [{ wall, shown: clockNear(number, wall) }];
  });
  const levels = await Promise.all(
    takes.map(({ mediaStart, durationSeconds }) =>
      bandLevel(file, hertz, {
        fromSeconds: mediaStart + EDGE_SECONDS,
        seconds: Math.max(0.5, durationSeconds - 2 * EDGE_SECONDS),
      }),
    ),
  );
  return {
    seconds: media.durationSeconds ?? 0,
    unevenSeconds: Math.abs(video.startSeconds + video.durationSeconds - sound.startSeconds - sound.durationSeconds),
    monotonic: video.monotonic && sound.monotonic,
    longestHoleSeconds: Math.max(sound.longestGapSeconds, ...steps),
    orderly: clocks.every(({ shown }, i) => i === 0 || shown >= (clocks[i - 1]?.shown ?? 0)),
    clockErrorSeconds: Math.max(...clocks.map(({ wall, shown }) => Math.abs(shown - wall) / 1000)),
    toneDb: Math.min(...levels),
  };
}

/** Wall clock of a moment of the file, milliseconds, as the manifest has it. */
function wallAt(take: ManifestTake, time: number): number {
  return Date.parse(take.startedAt) + (time - take.mediaStart) * 1000;
}

/** The time nearest to `wall` among those that the barcode may stand for. */
function clockNear(number: number, wall: number): number {
  const wrap = 2 ** CLOCK.bits * CLOCK.tickMs;
  const shown = number * CLOCK.tickMs;
  return shown + Math.round((wall - shown) / wrap) * wrap;
}

function takeAt(takes: readonly ManifestTake[], time: number): ManifestTake {
  const take = takes.findLast(({ mediaStart }) => mediaStart <= time + 0.001) ?? takes[0];
  if (take === undefined) throw new Error('the manifest has no takes');
  return take;
}

async function pictureTimes(file: string): Promise<number[]> {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file];
  const { stdout } = await promisify(execFile)('ffprobe', args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]));
}
