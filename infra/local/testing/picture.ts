import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * How much the picture changes over a while: the mean difference of frames a second apart, as a share of full
 * brightness. A still picture is below 0.001.
 */
export async function pictureChange(file: string, fromSeconds: number, seconds: number): Promise<number> {
  const [width, height] = [64, 36];
  const args = ['-v', 'error', '-ss', String(fromSeconds), '-t', String(seconds), '-i', file, '-map', '0:v:0'];
  args.push('-vf', `fps=1,scale=${width}:${height},format=gray`, '-f', 'rawvideo', '-');
  const { stdout } = await promisify(execFile)('ffmpeg', args, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  const size = width * height;
  const frames = Array.from({ length: Math.floor(stdout.length / size) }, (_, i) =>
    stdout.subarray(i * size, (i + 1) * size),
  );
  if (frames.length < 2) throw new Error(`${file}: expected ${seconds} s of picture from ${fromSeconds} s`);
  let sum = 0;
  for (let i = 1; i < frames.length; i++) {
    const [before, after] = [frames[i - 1], frames[i]];
    for (let at = 0; at < size; at++) sum += Math.abs((after?.[at] ?? 0) - (before?.[at] ?? 0));
  }
  return sum / (frames.length - 1) / size / 255;
}
