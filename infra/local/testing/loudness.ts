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
  const cut = part === undefined ? [] : ['-ss', String(part.fromSeconds), '-t', String(part.seconds)];
  const filter = bandFilter(hertz, 'band');
  const args = ['-hide_banner', '-nostats', ...cut, '-i', file, '-map', '0:a:0', '-af', filter, '-f', 'null', '-'];
  const { stderr } = await promisify(execFile)('ffmpeg', args);
  return levelIn(stderr, 'band');
}

/** The ffmpeg filter that measures a narrow band. @param name - by which {@link levelIn} finds what it has measured */
export function bandFilter(hertz: number, name: string): string {
  const band = `bandpass=f=${hertz}:width_type=h:w=40`;
  return `${band},${band},volumedetect@${name}`;
}

/** What a {@link bandFilter} has told on stderr, in dBFS. @throws Error where it has measured nothing */
export function levelIn(stderr: string, name: string): number {
  const level = new RegExp(`\\[volumedetect@${name} .*mean_volume: (-?[\\d.]+) dB`).exec(stderr)?.[1];
  if (level === undefined) throw new Error(`expected a level of ${name}, ffmpeg told none: ${stderr}`);
  return Number(level);
}
