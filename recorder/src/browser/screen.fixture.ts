import { execFileSync } from 'node:child_process';

export interface Screen {
  /** As in `DISPLAY`. */
  readonly name: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** How it is reached, and PATH. */
  readonly env: Readonly<Record<string, string>>;
}

/** What is on a display, as RGB bytes. */
export function screenshot({ name, width, height, env }: Screen): Buffer {
  const input = ['-f', 'x11grab', '-draw_mouse', '0', '-video_size', `${width}x${height}`, '-i', name];
  const output = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  return execFileSync('ffmpeg', ['-loglevel', 'error', ...input, ...output], { env, maxBuffer: 10_000_000 });
}
