import { BrowserError } from './errors.ts';

/**
 * Splits a line into words as a POSIX shell does: blanks separate, single quotes keep everything, double quotes keep
 * everything but `\"`, `\\`, `\$` and `` \` ``, a backslash keeps the next character. Nothing is expanded.
 * @throws BrowserError `BadArguments` when a quote is left open.
 */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (char === '\\') {
      const next = line.charAt(++i);
      if (next === '\n') continue;
      const kept = quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next || '\\';
      word = (word ?? '') + kept;
    } else if (quote === '"') {
      if (char === '"') quote = undefined;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined) {
    throw new BrowserError('BadArguments', `CHROME_EXTRA_ARGS: the quote ${quote} is not closed`);
  }
  if (word !== undefined) words.push(word);
  return words;
}
