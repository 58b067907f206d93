import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ourselves } from './process-user.ts';
import { clearQuarters, makeQuarters } from './quarters.ts';
import { createWorkDir, sweepWorkDirs } from './work-dir.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'work-dir-test-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a work directory is gone with its files when it is removed', async () => {
  const dir = await createWorkDir(root);
  await writeFile(join(dir.path, 'socket'), '');

  await dir.remove();
  await dir.remove();

  expect(existsSync(dir.path)).toBe(false);
});

test('a sweep removes what dead owners left and nothing else', async () => {
  const mine = await createWorkDir(root);
  const reused = join(root, basename(mine.path).replace(/-\d+-[^-]+$/, '-1-AAAAAA'));
  const dead = join(root, 'meetingbot-4194999-77-BBBBBB');
  const foreign = join(root, 'something-else');
  for (const path of [reused, dead, foreign]) await mkdir(path);
  const quarters = await makeQuarters({ user: ourselves(), root, keys: join(dead, 'set-1') }, deps);

  const removed = await sweepWorkDirs(root, (path) => clearQuarters(path, ourselves(), deps));

  expect(removed.sort()).toEqual([reused, dead].sort());
  expect([mine.path, foreign, quarters.path].map((path) => existsSync(path))).toEqual([true, true, false]);
});
