import type { ProcessDeps } from '../process/index.ts';
import { onsets, type Signal } from './onsets.ts';
import { fitLine, mean, percentile } from './statistics.ts';
import { cropTo, type Region, runTool } from './tool.ts';

export interface SyncOptions {
  /** Where the flash is seen; the whole picture by default. */
  readonly region?: Region;
  /** The beep's frequency in hertz: other sounds are filtered out. By default every sound counts. */
  readonly toneHz?: number;
  /** Which of the audio tracks. Default 0. */
  readonly audioTrack?: number;
}

/** A flash and the beep that belongs to it, in seconds of media time. */
export interface SyncPair {
  readonly flash: number;
  readonly beep: number;
}

export interface SyncReport {
  readonly pairs: readonly SyncPair[];
  /** Beep minus flash: positive when the sound is late. NaN without pairs. */
  readonly medianOffsetMs: number;
  readonly meanOffsetMs: number;
  /** 95 of 100 offsets are at most this far from zero. */
  readonly p95Ms: number;
  /** Slope of the offset over the recording. */
  readonly driftMsPerHour: number;
  /** Its standard error: one flash is known to a picture only, so a sure answer needs some minutes. */
  readonly driftErrorMsPerHour: number;
  /** Beeps with no flash near them, and flashes with no beep. */
  readonly missingFlashes: number;
  readonly missingBeeps: number;
}

const SAMPLE_RATE = 48_000;
const SAMPLES_PER_BLOCK = 48;

/**
 * Measures the offset between sound and picture of a recording of something that flashes and beeps.
 *
 * Method: every picture is decoded and reduced to its mean brightness; a flash begins at the time stamp of the first picture
 * that is bright. The sound is decoded and reduced to the peak of each millisecond; a beep begins with the first loud one.
 * Resolution: 1 ms for the beep, one picture (40 ms at 25 a second) for one flash. A flash is on screen up to one picture
 * before it is captured, so the mean and median need flashes that fall on all phases of the picture clock: a period that
 * is no multiple of a picture's time, such as 1.013 s.
 * @throws MediaError `Unreadable`.
 */
export async function measureSync(file: string, options: SyncOptions, deps: ProcessDeps): Promise<SyncReport> {
  const brightness = await readBrightness(file, options, deps);
  const beeps = await findBeeps(file, options, deps);
  return pairUp(onsets(brightness, { level: 0.5, quietSeconds: 0.2, least: 40 }), beeps);
}

/**
 * When the beeps of a recording begin, in seconds to 1 ms; they have to be more than a hundredth of it.
 * @throws MediaError `Unreadable`.
 */
export async function findBeeps(
  file: string,
  options: Pick<SyncOptions, 'toneHz' | 'audioTrack'>,
  deps: ProcessDeps,
): Promise<number[]> {
  return onsets(await readLoudness(file, options, deps), { level: 0.3, quietSeconds: 0.2, least: 300 });
}

/** Pairs each flash with the nearest beep, at most half of the usual distance of two flashes away. */
export function pairUp(flashes: readonly number[], beeps: readonly number[]): SyncReport {
  const steps = flashes.slice(1).map((time, i) => time - (flashes[i] ?? 0));
  const reach = Math.min(0.5, (percentile(steps, 0.5) || 1) / 2);
  const pairs: SyncPair[] = [];
  for (const flash of flashes) {
    const beep = nearest(beeps, flash);
    if (beep !== undefined && Math.abs(beep - flash) < reach) pairs.push({ flash, beep });
  }
  const offsets = pairs.map((pair) => (pair.beep - pair.flash) * 1000);
  const drift = fitLine(
    pairs.map((pair) => pair.flash),
    offsets,
  );
  return {
    pairs,
    medianOffsetMs: percentile(offsets, 0.5),
    meanOffsetMs: mean(offsets),
    p95Ms: percentile(
      offsets.map((offset) => Math.abs(offset)),
      0.95,
    ),
    driftMsPerHour: 3600 * drift.slope,
    driftErrorMsPerHour: 3600 * drift.error,
    missingFlashes: beeps.filter((beep) => Math.abs((nearest(flashes, beep) ?? Infinity) - beep) >= reach).length,
    missingBeeps: flashes.length - pairs.length,
  };
}

async function readBrightness(file: string, options: SyncOptions, deps: ProcessDeps): Promise<Signal> {
  const times: number[] = [];
  const values: number[] = [];
  let text = '';
  const filter = `${cropTo(options.region)},scale=1:1:flags=area,format=gray,signalstats=stat=0`;
  const print = 'metadata=mode=print:key=lavfi.signalstats.YAVG:file=-';
  await runTool(
    'ffmpeg',
    ['-i', file, '-map', '0:v:0', '-vf', `${filter},${print}`, '-f', 'null', '-'],
    deps,
    (data) => {
      const lines = (text + data.toString('latin1')).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const time = /pts_time:(\S+)/.exec(line);
        const value = /YAVG=(\S+)/.exec(line);
        if (time) times.push(Number(time[1]));
        if (value) values.push(Number(value[1]));
      }
    },
  );
  return { times, values };
}

async function readLoudness(file: string, options: SyncOptions, deps: ProcessDeps): Promise<Signal> {
  const values: number[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const tone = options.toneHz === undefined ? 'anull' : `bandpass=f=${options.toneHz}:width_type=h:w=600`;
  const filter = `aresample=${SAMPLE_RATE}:async=1:first_pts=0,aformat=channel_layouts=mono,${tone}`;
  const map = `0:a:${options.audioTrack ?? 0}`;
  await runTool('ffmpeg', ['-i', file, '-map', map, '-af', filter, '-f', 's16le', '-'], deps, (data) => {
    const bytes = Buffer.concat([rest, data]);
    const blocks = Math.floor(bytes.length / (SAMPLES_PER_BLOCK * 2));
    for (let block = 0; block < blocks; block++) values.push(peak(bytes, block * SAMPLES_PER_BLOCK));
    rest = bytes.subarray(blocks * SAMPLES_PER_BLOCK * 2);
  });
  return { times: values.map((_, i) => (i * SAMPLES_PER_BLOCK) / SAMPLE_RATE), values };
}

function peak(bytes: Buffer, firstSample: number): number {
  let highest = 0;
  for (let i = 0; i < SAMPLES_PER_BLOCK; i++)
    highest = Math.max(highest, Math.abs(bytes.readInt16LE((firstSample + i) * 2)));
  return highest;
}

function nearest(times: readonly number[], time: number): number | undefined {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [times[low - 1], times[low]];
  if (before === undefined || after === undefined) return before ?? after;
  return time - before <= after - time ? before : after;
}
