import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ourselves, type ProcessUser } from '../process/index.ts';
import { canSandbox } from './sandbox.ts';

const deps = { clock: systemClock, logger: silentLogger };
/** Not root, whoever runs this. */
const somebody: ProcessUser = { ...ourselves(), uid: 10_001 };
let bin: string;

/** Puts an `unshare` that answers like the kernel of some place in front of all others. */
async function unshareThat(script: string): Promise<void> {
  await writeFile(join(bin, 'unshare'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
});
afterEach(() => rm(bin, { recursive: true, force: true }));

it('takes what the kernel answers to a user namespace', async () => {
  await unshareThat('[ "$1" = --user ] && exit 0; exit 9');
  expect(await canSandbox(somebody, { ...deps, env: { PATH: `${bin}:/usr/bin:/bin` } })).toBe(true);
  await unshareThat('echo "unshare: unshare failed: Operation not permitted" >&2; exit 1');
  expect(await canSandbox(somebody, { ...deps, env: { PATH: `${bin}:/usr/bin:/bin` } })).toBe(false);
});

it('finds on this machine what the kernel allows', async () => {
  const { status } = spawnSync('/usr/bin/unshare', ['--user', '--pid', '--fork', '/bin/true']);
  expect(await canSandbox(somebody, { ...deps, env: { PATH: '/usr/bin:/bin' } })).toBe(status === 0);
});

it('says no to root, and where there is no unshare', async () => {
  await symlink('/bin/sh', join(bin, 'sh'));
  expect(await canSandbox(somebody, { ...deps, env: { PATH: bin } })).toBe(false);
  expect(await canSandbox({ ...somebody, uid: 0 }, { ...deps, env: { PATH: '/usr/bin:/bin' } })).toBe(false);
});
