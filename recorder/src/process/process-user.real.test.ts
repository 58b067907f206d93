import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from './child.ts';
import { BROWSER_ID, findBrowserUser, ourselves, type ProcessUser, runAs } from './process-user.ts';
import { makeQuarters, type Quarters } from './quarters.ts';

const isRoot = process.getuid?.() === 0;
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'user-test-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('is ourselves where the browser’s user could not write', async () => {
  expect(await findBrowserUser(root, deps)).toEqual(ourselves());
});

it.runIf(isRoot)('is the browser’s where it can', async () => {
  await chmod(root, 0o1777);
  expect(await findBrowserUser(root, deps)).toMatchObject({ uid: BROWSER_ID });
  // Without the program that changes users there is no other.
  expect(await findBrowserUser(root, { ...deps, env: { PATH: '/nowhere' } })).toEqual(ourselves());
});

const users: [string, () => Promise<ProcessUser>][] = [
  ['ourselves', async () => ourselves()],
  ...(isRoot ? [['another user', () => findBrowserUser(root, deps)] satisfies (typeof users)[number]] : []),
];
describe.each(users)('%s', (_, find) => {
  let user: ProcessUser;
  let quarters: Quarters;
  beforeEach(async () => {
    await chmod(root, 0o1777);
    user = await find();
    quarters = await makeQuarters({ user, root, keys: join(root, 'keys') }, deps);
  });
  afterEach(() => quarters.remove());

  it('has quarters of its own, with nothing that others may read', async () => {
    await quarters.write('profile/Default/Preferences', '{}');
    await quarters.write('bin/shim', '#!/bin/sh\necho run\n', { executable: true });

    const owners = [quarters.path, join(quarters.path, 'profile')].map((path) => statSync(path).uid);
    expect(owners).toEqual([user.uid, user.uid]);
    expect(readFileSync(join(quarters.path, 'profile/Default/Preferences'), 'utf8')).toBe('{}');
    const modes = ['', 'home', 't', 'profile', 'profile/Default', 'profile/Default/Preferences', 'bin/shim'];
    expect(modes.map((name) => modeOf(join(quarters.path, name)))).toEqual([
      ...['711', '700', '700', '700', '700', '600', '700'],
    ]);
    expect(modeOf(quarters.keys)).toBe('700');
    expect(await quarters.run([join(quarters.path, 'bin/shim')])).toBe('run\n');

    await quarters.remove();
    await quarters.remove();
    expect(await readdir(root)).toEqual([]);
  });

  it('is whom a child runs as, and a child that ignores SIGTERM, or stands still, is killed', async () => {
    const script = 'trap "" TERM; echo "$HOME"; kill -STOP $$';
    const child = await startChild(
      { program: 'sh', args: ['-c', script], stdout: 'raw', user, cwd: quarters.path, env: quarters.env },
      deps,
    );
    const [home] = (await once(child.stdout as Readable, 'data')) as [Buffer];
    expect(home.toString()).toBe(`${quarters.path}/home\n`);
    expect(statSync(`/proc/${child.pid}`).uid).toBe(user.uid);

    const exit = await child.terminate({ graceMs: 200 });

    expect(exit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(existsSync(`/proc/${child.pid}`)).toBe(false);
  });

  it('says what a program of a moment’s length has written, and why it failed', async () => {
    expect(await runAs(user, ['cat'], deps, 'in and out')).toBe('in and out');
    await expect(runAs(user, ['sh', '-c', 'echo no luck >&2; exit 3'], deps)).rejects.toThrow('no luck');
  });
});
