import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'meetingbot-';

/** A directory of one recorder's own, for sockets and other short-lived files; readable by its user only. */
export interface WorkDir {
  readonly path: string;
  /** Removes it with all it holds. May be called again. */
  remove(): Promise<void>;
}

/**
 * Makes `<root>/meetingbot-<pid>-<start>-XXXXXX`. The name tells whose it is, so that {@link sweepWorkDirs} can remove it
 * after a SIGKILL: `start` is the owner's start time in clock ticks since boot, since process ids are used again.
 */
export async function createWorkDir(root: string): Promise<WorkDir> {
  const start = (await startTicks(process.pid)) ?? '0';
  const path = await mkdtemp(join(root, `${PREFIX}${process.pid}-${start}-`));
  return {
    path,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/**
 * Removes the work directories under `root` whose owners are dead.
 * @param clear - removes before it what a directory leads to
 * @returns the paths that were removed
 */
export async function sweepWorkDirs(root: string, clear?: (path: string) => Promise<void>): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(root)) {
    const owner = /^meetingbot-(\d+)-(\d+)-/.exec(name);
    if (owner === null || (await startTicks(Number(owner[1]))) === owner[2]) continue;
    const path = join(root, name);
    await clear?.(path);
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

/** Field 22 of /proc/<pid>/stat (proc(5)): when the process started, in ticks since boot. Undefined: no such process. */
async function startTicks(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses and may hold spaces and parentheses itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
