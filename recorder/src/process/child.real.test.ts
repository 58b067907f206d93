import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { expect, test, vi } from 'vitest';
import { startChild } from './child.ts';
import { ProcessError } from './errors.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };

test('a program that is missing is named in the error', async () => {
  const starting = startChild({ program: 'no-such-program', args: [] }, deps);

  await expect(starting).rejects.toMatchObject({ code: 'ProgramMissing', program: 'no-such-program' });
  await expect(starting).rejects.toBeInstanceOf(ProcessError);
});

test('the end of a program is told with its code and its last words', async () => {
  const child = await startChild({ program: 'sh', args: ['-c', 'echo out; echo err >&2; exit 3'] }, deps);

  const exit = await child.exited;

  expect(exit).toEqual({ code: 3, signal: null });
  expect(child.lastLines().split('\n').sort()).toEqual(['err', 'out']);
  expect(child.signal('SIGTERM')).toBe(false);
});

test('a program that ignores SIGTERM is killed after the grace', async () => {
  const script = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';
  const child = await startChild({ program: 'sh', args: ['-c', script], stdout: 'raw' }, deps);
  await once(child.stdout as Readable, 'data');

  const exit = await child.terminate({ graceMs: 200 });

  expect(exit.signal).toBe('SIGKILL');
});

test('a program that stands back has its niceness', async () => {
  const child = await startChild({ program: 'sleep', args: ['600'], niceness: 5 }, deps);

  await vi.waitFor(() => expect(readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe('sleep\n'));
  expect(getPriority(child.pid)).toBe(getPriority() + 5);
  await child.terminate({ graceMs: 1000 });
});

test('further pipes carry what the program writes to file descriptor 3', async () => {
  const child = await startChild({ program: 'sh', args: ['-c', 'echo 42 >&3'], pipes: 1 }, deps);
  let text = '';
  child.pipes[0]?.on('data', (data: Buffer) => {
    text += data.toString();
  });

  await child.exited;

  await vi.waitFor(() => expect(text).toBe('42\n'));
});

test('a child dies with its parent, also when the parent is killed', async () => {
  const script = `
    import { startChild } from ${JSON.stringify(new URL('child.ts', import.meta.url).href)};
    import { silentLogger, systemClock } from '@meetingbot/crds-schema';
    const child = await startChild({ program: 'sleep', args: ['600'] },
      { clock: systemClock, logger: silentLogger, env: { PATH: process.env.PATH } });
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(existsSync(`/proc/${pid}`)).toBe(true);

  parent.kill('SIGKILL');

  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 5000 });
});
