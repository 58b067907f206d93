import type { ProcessDeps } from '../process/index.ts';
import { runTool } from './tool.ts';

/**
 * Writes the picture at `atSeconds` of media time to the PNG file `out`.
 * @throws MediaError `Unreadable`, also when the media is shorter than that.
 */
export async function frameAsPng(file: string, atSeconds: number, out: string, deps: ProcessDeps): Promise<void> {
  const args = ['-ss', String(atSeconds), '-i', file, '-map', '0:v:0', '-frames:v', '1', '-update', '1', '-y', out];
  await runTool('ffmpeg', args, deps);
}
