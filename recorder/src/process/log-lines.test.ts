import type { Clock, Logger } from '@meetingbot/crds-schema';
import { expect, test } from 'vitest';
import { LogLines } from './log-lines.ts';

function collector(): { logger: Logger; lines: object[] } {
  const lines: object[] = [];
  const logger: Logger = {
    debug: (fields) => lines.push(fields),
    info() {},
    warn() {},
    error() {},
    child: () => logger,
  };
  return { logger, lines };
}

function clockAt(time: { ms: number }): Clock {
  return { now: () => time.ms, monotonic: () => time.ms, sleep: () => Promise.resolve() };
}

test('a line that arrives in pieces is logged once and whole', () => {
  const { logger, lines } = collector();
  const output = new LogLines(logger, clockAt({ ms: 0 }));

  output.push('hello ');
  output.push('world\nnext');
  output.end();

  expect(lines).toEqual([{ line: 'hello world' }, { line: 'next' }]);
});

test('a program that shouts is cut short, and the log says how much was left out', () => {
  const time = { ms: 0 };
  const { logger, lines } = collector();
  const output = new LogLines(logger, clockAt(time));

  output.push('x\n'.repeat(1000));
  time.ms = 60_000;
  output.push('later\n');

  expect(lines).toHaveLength(62);
  expect(lines.slice(-2)).toEqual([{ lines: 940 }, { line: 'later' }]);
});

test('an endless line without a line feed does not grow in memory', () => {
  const { logger, lines } = collector();
  const output = new LogLines(logger, clockAt({ ms: 0 }));

  for (let i = 0; i < 100; i++) output.push('y'.repeat(1000));
  output.end();

  expect(lines).toEqual([{ line: 'y'.repeat(500) }]);
});

test('the last lines are kept for error messages', () => {
  const output = new LogLines(collector().logger, clockAt({ ms: 0 }));

  for (let i = 1; i <= 20; i++) output.push(`line ${i}\n`);

  expect(output.tail().split('\n')).toEqual(Array.from({ length: 12 }, (_, i) => `line ${i + 9}`));
});
