import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { displaySize, pixelClock } from '@meetingbot/recorder';
import type { Variant } from './recorder-variants.ts';

/** What a variant's recorder finds in its environment in place of the real programs. */
export interface Shims {
  readonly PATH: string;
  readonly CHROMIUM_PATH: string;
  readonly CHROME_EXTRA_ARGS: string;
}

const FFMPEG = '/usr/bin/ffmpeg';
const CHROMIUM = '/usr/bin/chromium';
const XRANDR = '/usr/bin/xrandr';
/** The display of the recordings that variants are compared on. */
const DISPLAY = displaySize({ width: 1280, height: 720 });

/**
 * Puts programs in front of ffmpeg and Chromium that change their command lines and then become them, so that it is the
 * shipped recorder that is measured.
 * @param dir - a folder that exists; removed by the caller
 */
export async function makeShims(variant: Variant, dir: string, path: string): Promise<Shims> {
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'ffmpeg'), rewriting(FFMPEG, replacing(variant.encoder ?? {}), variant.environment), {
    mode: 0o755,
  });
  const { hertz } = variant;
  if (hertz !== undefined) {
    const clock = pixelClock({ ...DISPLAY, hertz });
    await writeFile(join(bin, 'xrandr'), rewriting(XRANDR, replacing({ recording: [clock] })), { mode: 0o755 });
  }
  const chromium = join(bin, 'chromium');
  await writeFile(chromium, rewriting(CHROMIUM, leavingOut(variant.without ?? [])), { mode: 0o755 });
  return {
    PATH: `${bin}:${path}`,
    CHROMIUM_PATH: chromium,
    CHROME_EXTRA_ARGS: (variant.chromium ?? []).map(quoted).join(' '),
  };
}

/** @param cases - of a shell's `case` on `$before|$word`; each leaves the words to pass on in the positional parameters */
function rewriting(
  program: string,
  cases: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  return [
    '#!/bin/sh',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'left=$# before=',
    'while [ $left -gt 0 ]; do',
    '  word=$1; shift; left=$((left - 1))',
    '  case "$before|$word" in',
    ...cases.map((each) => `    ${each}`),
    '    *) set -- "$@" "$word" ;;',
    '  esac',
    '  before=$word',
    'done',
    `exec ${program} "$@"`,
    '',
  ].join('\n');
}

const replacing = (options: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(options).map(([option, words]) => `'${option}|'*) set -- "$@" ${words.map(quoted).join(' ')} ;;`);

const leavingOut = (flags: readonly string[]): string[] => flags.map((flag) => `*'|${flag}') ;;`);

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
