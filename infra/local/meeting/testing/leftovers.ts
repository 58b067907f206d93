import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** The profile folders of participant browsers that exist now. */
export async function participantProfiles(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('meeting-participant-'));
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
