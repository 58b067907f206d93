import { type ProcessDeps, startChild } from '../process/index.ts';
import { MediaError } from './errors.ts';

/** The part of the media that a measurement looks at: a rectangle of the picture, in pixels from its top left corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Runs ffmpeg or ffprobe to its end and hands its output over in pieces, so that long files need no memory.
 * @throws MediaError `Unreadable` when it does not end with code 0; ProcessError when it cannot be started.
 */
export async function runTool(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  deps: ProcessDeps,
  onData: (data: Buffer) => void = () => undefined,
): Promise<void> {
  const child = await startChild({ program, args: ['-v', 'error', ...args], stdout: 'raw' }, deps);
  for await (const data of child.stdout ?? []) onData(data as Buffer);
  const exit = await child.exited;
  if (exit.code !== 0) {
    throw new MediaError('Unreadable', `${program} ended with ${exit.signal ?? exit.code}: ${child.lastLines()}`);
  }
}

/** The ffmpeg filter that leaves only `region`; all of the picture where it is undefined. */
export function cropTo(region: Region | undefined): string {
  return region === undefined ? 'null' : `crop=${region.width}:${region.height}:${region.x}:${region.y}`;
}
