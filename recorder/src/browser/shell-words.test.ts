import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';

/** What the shell itself makes of a line. */
function bySh(line: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

describe('splitting a line as a shell does', () => {
  it.each([
    '--a --b=c',
    `  --a   '--host-resolver-rules=MAP meet.google.com 127.0.0.1'  `,
    '--x="a b" --y=\\"q\\"',
    `--flag='it'"'"'s' --empty= ''`,
    '"a\\\\b\\"c\\n" d\\ e',
    "--one=$'x'".replace('$', '\\$'),
  ])('%s', (line) => {
    expect(shellWords(line)).toEqual(bySh(line));
  });

  it('makes nothing of nothing', () => {
    expect(shellWords(' \t\n')).toEqual([]);
  });

  it('expands nothing', () => {
    expect(shellWords('$HOME * `id`')).toEqual(['$HOME', '*', '`id`']);
  });

  it.each(['--a="b', "--a='b"])('refuses the open quote in %s', (line) => {
    expect(() => shellWords(line)).toThrow('CHROME_EXTRA_ARGS: the quote');
  });
});
