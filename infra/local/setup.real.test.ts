import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./setup.sh', import.meta.url));

describe('setup.sh', () => {
  let bin: string;

  /** A PATH on which only what the script itself uses is found. */
  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), 'setup-'));
    const tools = 'cat chmod cksum dirname env find flock grep head id mkdir paste rm sed sh tail tee tr'.split(' ');
    const found = new Set(await readdir('/usr/bin'));
    for (const tool of tools) if (found.has(tool)) await symlink(join('/usr/bin', tool), join(bin, tool));
  });
  afterEach(async () => await rm(bin, { recursive: true }));

  const command = async (name: string, body: string) => {
    await rm(join(bin, name), { force: true });
    await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(bin, name), 0o755);
  };
  const run = (mode: string[], path: string) =>
    new Promise<{ code: number; lines: string[] }>((resolve) => {
      const child = execFile('/bin/sh', [script, ...mode], { env: { PATH: path } }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') }),
      );
    });

  it('says nothing when nothing is missing', async () => {
    const { code, lines } = await run(['npm'], process.env['PATH'] ?? '');

    expect({ code, lines }).toEqual({ code: 0, lines: [] });
  });

  it('names in one line what is missing where there is no apt-get', async () => {
    const { code, lines } = await run(['test'], bin);

    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^setup: missing: chromium ffmpeg xvfb x11-xserver-utils pulseaudio .*janus .*; this machine has no apt-get/,
      ),
    ]);
  });

  it('names in one line what is missing for a user who may not install it', async () => {
    await command('apt-get', 'exit 1');
    await command('id', 'echo 1000');

    const { code, lines } = await run([], bin);

    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^setup: missing: chromium .*; install them as root/)]);
  });

  it('installs all that is missing through sudo at once, a line for each, and starts no service', async () => {
    await command('apt-get', 'exit 0');
    await command('id', 'echo 1000');
    await command('sudo', `echo "$*" >>${join(bin, 'calls')}`);
    for (const present of ['chromium', 'ffmpeg', 'ffprobe', 'Xvfb', 'xrandr', 'pulseaudio'])
      await command(present, 'exit 0');
    for (const present of ['unshare', 'setpriv', 'janus']) await command(present, 'exit 0');

    const { code, lines } = await run([], bin);

    expect(code).toBe(0);
    expect(lines).toEqual(['setup: installing the Debian package pulseaudio-utils']);
    const calls = (await readFile(join(bin, 'calls'), 'utf8')).split('\n').filter((line) => line.includes('apt-get'));
    expect(calls).toEqual([
      'env DEBIAN_FRONTEND=noninteractive apt-get -q -y update',
      'env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends pulseaudio-utils',
    ]);
  });

  it('refuses a mode that is none', async () => {
    expect(await run(['everything'], bin)).toEqual({
      code: 1,
      lines: ['setup: unknown mode everything: expected nothing, npm or test'],
    });
  });
});
