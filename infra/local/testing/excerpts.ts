import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { bandFilter, levelIn } from './loudness.ts';
import { changeOf, SMALL_PICTURES } from './picture.ts';

/** After stdin, stdout and stderr. */
const FIRST_PIPE = 3;

/** Part of a recording, in seconds. */
export interface Excerpt {
  readonly fromSeconds: number;
  readonly seconds: number;
}

/**
 * Measures many parts of a recording by one run of ffmpeg: starting it takes more CPU than what it does.
 * @param wanted.sound - parts whose level at `hertz` is wanted (see bandLevel)
 * @param wanted.picture - parts whose change is wanted, two seconds at least (see pictureChange)
 * @returns what was measured, in the order of the parts
 * @throws Error where ffmpeg fails, or a part holds too little
 */
export async function measureExcerpts(
  file: string,
  hertz: number,
  wanted: { readonly sound: readonly Excerpt[]; readonly picture: readonly Excerpt[] },
): Promise<{ readonly levels: readonly number[]; readonly changes: readonly number[] }> {
  const { sound, picture } = wanted;
  const inputs = [...sound, ...picture].flatMap(({ fromSeconds, seconds }) =>
    ['-ss', fromSeconds, '-t', seconds, '-i', file].map(String),
  );
  const heard = sound.flatMap((_, i) => ['-map', `${i}:a:0`, '-af', bandFilter(hertz, `part${i}`), '-f', 'null', '-']);
  const seen = picture.flatMap((_, i) => {
    const output = ['-f', 'rawvideo', `pipe:${FIRST_PIPE + i}`];
    return ['-map', `${sound.length + i}:v:0`, '-vf', SMALL_PICTURES, ...output];
  });
  const { stderr, pipes } = await run(['-hide_banner', '-nostats', ...inputs, ...heard, ...seen], picture.length);
  return { levels: sound.map((_, i) => levelIn(stderr, `part${i}`)), changes: pipes.map(changeOf) };
}

async function run(args: readonly string[], count: number): Promise<{ stderr: string; pipes: Buffer[] }> {
  const outputs = Array.from({ length: count }, () => 'pipe' as const);
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'pipe', ...outputs] });
  const [[code], stderr, ...pipes] = await Promise.all([
    once(child, 'exit'),
    text(child.stdio[2] as Readable),
    ...child.stdio.slice(FIRST_PIPE).map((pipe) => buffer(pipe as Readable)),
  ]);
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${stderr}`);
  return { stderr, pipes };
}
