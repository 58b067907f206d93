import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lineForPeople } from './log-line.ts';
import { Tail } from './tail.ts';

let dataDir: string;
const controllerLog = () => join(dataDir, 'logs', 'controller.log');
const line = (fields: object) => `${JSON.stringify({ level: 'info', name: 'controller', ...fields })}\n`;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'logs-'));
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  await mkdir(join(dataDir, 'ecs', 'logs'), { recursive: true });
});
afterEach(() => rm(dataDir, { recursive: true }));

const logs = (...args: string[]) =>
  new Promise<{ code: number; lines: string[] }>((resolve) => {
    const program = fileURLToPath(new URL('../logs.ts', import.meta.url));
    const child = execFile(process.execPath, [program, ...args], { env: { LOCAL_DATA_DIR: dataDir } }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, lines: stdout.split('\n').filter((text) => text !== '') }),
    );
  });

describe('npm run logs', () => {
  it('shows one Meeting through controller and recorder, in the order of time', async () => {
    const mine = { meeting: 'default/mine', uid: 'u1', attempt: 1 };
    await writeFile(
      controllerLog(),
      line({ ...mine, time: '2026-02-06T15:00:01.000Z', message: 'phase', phase: 'Launching' }) +
        line({ ...mine, meeting: 'default/other', time: '2026-02-06T15:00:02.000Z', message: 'phase' }) +
        'no line of ours\n' +
        line({ ...mine, time: '2026-02-06T15:00:04.000Z', message: 'phase', phase: 'Recording' }),
    );
    await writeFile(
      join(dataDir, 'ecs', 'logs', 'abc.log'),
      line({ ...mine, name: 'recorder', time: '2026-02-06T15:00:03.000Z', message: 'joined' }),
    );
    expect(await logs('mine', '--once')).toEqual({
      code: 0,
      lines: [
        '15:00:01.000 controller#1  info  phase  phase=Launching',
        '15:00:03.000 recorder#1    info  joined',
        '15:00:04.000 controller#1  info  phase  phase=Recording',
      ],
    });
  });

  it('says that there is nothing, and how it is used', async () => {
    expect(await logs('nobody', '--once')).toEqual({ code: 1, lines: [] });
    expect((await logs('--once')).code).toBe(2);
    expect((await logs('a', '--often')).code).toBe(2);
  });
});

it('a tail reads what is added, whole lines only, and files that come later', async () => {
  const tail = new Tail([join(dataDir, 'logs')]);
  const read = async () => {
    const lines: string[] = [];
    for await (const text of tail.read()) lines.push(text);
    return lines;
  };
  expect(await read()).toEqual([]);
  await appendFile(controllerLog(), 'one\ntwo ü');
  expect(await read()).toEqual(['one']);
  await appendFile(controllerLog(), ' end\n');
  await writeFile(join(dataDir, 'logs', 'later.log'), 'three\n');
  expect(await read()).toEqual(['two ü end', 'three']);
  expect(await read()).toEqual([]);
});

it("an error's stack follows its line", () => {
  const text = lineForPeople({
    ...{ time: '2026-02-06T15:00:01.000Z', level: 'warn', name: 'controller', message: 'failed' },
    err: { stack: 'Error: no\n  at x' },
  });
  expect(text).toBe('15:00:01.000 controller    warn  failed\n    Error: no\n      at x');
});
