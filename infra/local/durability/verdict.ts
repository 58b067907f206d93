import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ManifestTake, RecordingManifest } from '@meetingbot/crds-schema';
import { readNumbers } from '@meetingbot/recorder';
import { CLOCK } from './clock-pages.ts';
import { type FetchedFiles, PICTURE } from './recordings.ts';
import { deps, judgeSound, type SoundVerdict, wallAt } from './sound-verdict.ts';

/** What a picture all black and one all white read as: pages before and after the meeting. */
const BLANK = [0, Math.round((2 ** CLOCK.bits - 1) * (2 / 3))];
/** The last so many pictures of a take need not show the clock: two seconds, within which its end is seen. */
const EDGE_PICTURES = 20;

/** What a recording of a clock page turned out to be, by decoding it. */
export interface Verdict extends SoundVerdict {
  /** The longest time without a new picture within a take, or without sound anywhere, in seconds. */
  readonly longestHoleSeconds: number;
  /** Pictures in which a clock was read. */
  readonly readings: number;
  /** Their share of a take, but for its edges, in the take where it is smallest. */
  readonly readableShare: number;
  /** The clock in the picture never goes back. */
  readonly orderly: boolean;
  /** How far the clock in the picture is from where the manifest says the picture was taken, at most, in seconds. */
  readonly clockErrorSeconds: number;
}

/** Decodes a recording of a clock page with a tone of `hertz` and holds it against its manifest. */
export async function judge(files: FetchedFiles, manifest: RecordingManifest, hertz: number): Promise<Verdict> {
  const sound = await judgeSound(files, manifest, hertz);
  const { takes } = manifest;
  const times = await pictureTimes(files.recording);
  const pictures = times.map((time) => ({ time, take: takeAt(takes, time) }));
  const steps = pictures.slice(1).map(({ time, take }, i) => (take === pictures[i]?.take ? time - (times[i] ?? 0) : 0));
  const region = { x: 0, y: 0, width: PICTURE.width, height: CLOCK.height };
  const numbers = await readNumbers(files.recording, { region, bits: CLOCK.bits }, deps);
  const readings = pictures.map(({ time, take }, i) => {
    const number = numbers[i];
    const wall = wallAt(take, time);
    return { take, wall, shown: number === undefined || BLANK.includes(number) ? undefined : clockNear(number, wall) };
  });
  const clocks = readings.flatMap(({ wall, shown }) => (shown === undefined ? [] : [{ wall, shown }]));
  const shares = takes.map((take) => {
    const inner = readings.filter((each) => each.take === take).slice(0, -EDGE_PICTURES);
    return inner.length === 0 ? 1 : inner.filter(({ shown }) => shown !== undefined).length / inner.length;
  });
  return {
    ...sound,
    longestHoleSeconds: Math.max(sound.longestHoleSeconds, ...steps),
    readings: clocks.length,
    readableShare: Math.min(...shares),
    orderly: clocks.every(({ shown }, i) => i === 0 || shown >= (clocks[i - 1]?.shown ?? 0)),
    clockErrorSeconds: Math.max(...clocks.map(({ wall, shown }) => Math.abs(shown - wall) / 1000)),
  };
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
