import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const [WIDTH, HEIGHT] = [64, 36];
/** The ffmpeg filter whose raw video {@link changeOf} reads. */
export const SMALL_PICTURES = `fps=1,scale=${WIDTH}:${HEIGHT},format=gray`;

/**
 * How much the picture changes over a while: the mean difference of frames a second apart, as a share of full
 * brightness. A still picture is below 0.001.
 */
export async function pictureChange(file: string, fromSeconds: number, seconds: number): Promise<number> {
  const args = ['-v', 'error', '-ss', String(fromSeconds), '-t', String(seconds), '-i', file, '-map', '0:v:0'];
  args.push('-vf', SMALL_PICTURES, '-f', 'rawvideo', '-');
  const { stdout } = await promisify(execFile)('ffmpeg', args, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  return changeOf(stdout);
}

/** The same of its {@link SMALL_PICTURES}. @throws Error where there are fewer than two */
export function changeOf(raw: Buffer): number {
  const size = WIDTH * HEIGHT;
  const frames = Array.from({ length: Math.floor(raw.length / size) }, (_, i) =>
    raw.subarray(i * size, (i + 1) * size),
  );
  if (frames.length < 2) throw new Error(`expected pictures of two seconds at least, got ${frames.length}`);
  let sum = 0;
  for (let i = 1; i < frames.length; i++) {
    const [before, after] = [frames[i - 1], frames[i]];
    for (let at = 0; at < size; at++) sum += Math.abs((after?.[at] ?? 0) - (before?.[at] ?? 0));
  }
  return sum / (frames.length - 1) / size / 255;
}
