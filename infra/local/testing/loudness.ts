import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Mean level of a narrow band of a recording's sound, or of a part of it.
 * @returns dBFS; silence is below -80
 */
export async function bandLevel(
  file: string,
  hertz: number,
  part?: { readonly fromSeconds: number; readonly seconds: number },
): Promise<number> {
  const filter = `bandpass=f=${hertz}:width_type=h:w=40,bandpass=f=${hertz}:width_type=h:w=40,volumedetect`;
  const cut = part === undefined ? [] : ['-ss', String(part.fromSeconds), '-t', String(part.seconds)];
  const args = ['-hide_banner', '-nostats', ...cut, '-i', file, '-map', '0:a:0', '-af', filter, '-f', 'null', '-'];
  const { stderr } = await promisify(execFile)('ffmpeg', args);
  const level = /mean_volume: (-?[\d.]+) dB/.exec(stderr)?.[1];
  if (level === undefined) throw new Error(`ffmpeg measured nothing in ${file}: ${stderr}`);
  return Number(level);
}
