import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Place } from './recorder-tiles.ts';

/** What became of a camera's frames on their way into a file: sender, network, Chromium and recorder together. */
export interface FrameCount {
  /** Pictures in the file. */
  readonly pictures: number;
  /** Different frames of the camera among them, a second. */
  readonly newPerSecond: number;
  /** Pictures that show the frame of the one before though a new one was due, as a share of all. */
  readonly doubled: number;
  /** Frames of the camera that were due and are missing, as a share of all that were due. */
  readonly lost: number;
  /** The longest time that one frame stood, in milliseconds. */
  readonly longestStillMs: number;
}

/** A picture of the file: when it is shown, in seconds, and the frame of the camera within its second. */
export interface SeenFrame {
  readonly at: number;
  readonly frame: number;
}

const BRIGHT = 170;

/**
 * Reads off each picture how long the camera's bar is, which tells the frame within its second.
 * @throws Error when ffmpeg cannot decode the file
 */
export async function readFrames(
  file: string,
  { bar, cameraRate }: { bar: Place; cameraRate: number },
): Promise<SeenFrame[]> {
  const filter = [
    `crop=${bar.width}:${bar.height}:${bar.x}:${bar.y}`,
    `scale=${bar.width}:1:flags=area,format=gray,showinfo`,
  ].join(',');
  const args = ['-hide_banner', '-nostats', '-i', file, '-map', '0:v:0', '-vf', filter];
  const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const child = spawn('ffmpeg', [...args, ...output], { stdio: ['ignore', 'pipe', 'pipe'] });
  const rows: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (data: Buffer) => rows.push(data));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg cannot read ${file}: ${said.slice(-500)}`);
  const pixels = Buffer.concat(rows);
  const times = [...said.matchAll(/Parsed_showinfo\S* @ .*? pts_time:\s*(\S+)/g)].map(([, time]) => Number(time));
  return times.map((at, index) => {
    const row = pixels.subarray(index * bar.width, (index + 1) * bar.width);
    return { at, frame: Math.round((row.filter((value) => value > BRIGHT).length / bar.width) * cameraRate) };
  });
}

/**
 * Counts new, doubled and lost frames.
 * @param rates - frames a second that the camera sends and pictures a second that the file should have
 */
export function countFrames(seen: readonly SeenFrame[], rates: { camera: number; file: number }): FrameCount {
  const due = rates.camera / Math.min(rates.camera, rates.file);
  let [fresh, doubled, lost, longest] = [0, 0, 0, 0];
  let since = seen[0]?.at ?? 0;
  seen.slice(1).forEach(({ at, frame }, before) => {
    const last = seen[before] ?? { at, frame };
    const step = (frame - last.frame + rates.camera) % rates.camera;
    longest = Math.max(longest, at - since);
    if (step === 0) {
      doubled += 1;
      return;
    }
    since = at;
    fresh += 1;
    lost += Math.max(0, Math.round(step / due - 1.5));
  });
  const seconds = (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0);
  return {
    pictures: seen.length,
    newPerSecond: seconds > 0 ? fresh / seconds : Number.NaN,
    doubled: seen.length === 0 ? Number.NaN : doubled / seen.length,
    lost: fresh + lost === 0 ? Number.NaN : lost / (fresh + lost),
    longestStillMs: longest * 1000,
  };
}
