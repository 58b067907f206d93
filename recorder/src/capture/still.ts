import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessDeps } from '../process/index.ts';

const ANSWER_MS = 5000;
/** Of a PNG, in bytes: 1080p full of noise has 8 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface StillOptions {
  /** As in `DISPLAY`. */
  readonly display: string;
  /** Of the upper left part that is wanted, in pixels. */
  readonly width: number;
  readonly height: number;
  /** How the display is reached: `XAUTHORITY`. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What a display shows now, as PNG: also where the page on it does not answer.
 * @throws Error with ffmpeg's words, or after 5 s
 */
export async function grabStill({ display, width, height, env }: StillOptions, deps: ProcessDeps): Promise<Buffer> {
  const input = ['-f', 'x11grab', '-draw_mouse', '0', '-video_size', `${width}x${height}`, '-i', display];
  const output = ['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'];
  const { stdout } = await promisify(execFile)('ffmpeg', ['-nostdin', '-loglevel', 'error', ...input, ...output], {
    env: { ...deps.env, ...env },
    encoding: 'buffer',
    maxBuffer: MAX_BYTES,
    timeout: ANSWER_MS,
  });
  return stdout;
}
