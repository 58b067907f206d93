import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/**
 * Gives a test file a temporary folder of its own, so that runs on one machine don't count each other's files.
 * @returns what puts the old one back and removes ours
 */
export async function ownTemporaryFolder(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'meeting-test-'));
  vi.stubEnv('TMPDIR', folder);
  return async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  };
}

/** What this room has in the temporary folder now: the profiles of participants and the settings of Janus. */
export async function leftovers(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('meeting-'));
}

/** The processes whose command line has `text` in it. */
export async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(text)) found.push(Number(pid));
  }
  return found;
}

/** Polls until `is` resolves to true. @throws after `deadlineMs`, naming what was waited for. */
export async function until(what: string, is: () => Promise<boolean> | boolean, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await is())) {
    if (performance.now() > end) throw new Error(`still waiting after ${deadlineMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
