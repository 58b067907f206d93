import {
  CHROMIUM_ROLES,
  processTree,
  proportionalMemory,
  type Role,
  type SampledProcess,
  threadTimes,
} from './recorder-processes.ts';

const EVERY_MS = 1000;
/** Adding up memory costs the kernel a walk over all pages: seldom. */
const MEMORY_EVERY = 8;
const THREADS_SHOWN = 25;

/** What a process tree used over a stretch of time. Processor time is in cores: processor seconds a second. */
export interface TreeUsage {
  readonly seconds: number;
  readonly cores: number;
  readonly byRole: Partial<Record<Role, number>>;
  /** The busiest threads, `role/name`, of the processes that were there from start to end. */
  readonly byThread: Record<string, number>;
  /** Proportional set size of the whole tree, in bytes, looked at every eight seconds. */
  readonly memoryMean: number;
  readonly memoryPeak: number;
}

/**
 * Measures a process and all below it for some seconds. What a process used that ended in between is known up to the
 * last second before its end.
 * @throws Error when the process ends meanwhile; the signal's reason when it is aborted
 */
export async function measureTree(
  root: number,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<TreeUsage> {
  const startedAt = performance.now();
  const first = processTree(root);
  const threadsBefore = new Map(first.map(({ pid }) => [pid, threadTimes(pid)]));
  const seen = new Map<number, { role: Role; from: number; to: number }>();
  const memory: number[] = [];
  let tree: SampledProcess[] = first;
  for (let look = 0; ; look += 1) {
    for (const { pid, role, cpuSeconds } of tree) {
      const known = seen.get(pid) ?? { role, from: tree === first ? cpuSeconds : 0, to: 0 };
      // A process that has just been forked still has its parent's command line.
      seen.set(pid, { ...known, role, to: cpuSeconds });
    }
    if (look % MEMORY_EVERY === 0) memory.push(tree.reduce((sum, { pid }) => sum + proportionalMemory(pid), 0));
    const left = startedAt + seconds * 1000 - performance.now();
    if (left <= 0) break;
    await pause(Math.min(EVERY_MS, left), signal);
    tree = processTree(root);
    if (tree.length === 0) throw new Error('the recorder ended while it was measured');
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  const byRole: Partial<Record<Role, number>> = {};
  for (const { role, from, to } of seen.values()) byRole[role] = (byRole[role] ?? 0) + (to - from) / elapsed;
  return {
    seconds: elapsed,
    cores: Object.values(byRole).reduce((sum, cores) => sum + cores, 0),
    byRole,
    byThread: busiest(tree, threadsBefore, elapsed),
    memoryMean: memory.reduce((sum, bytes) => sum + bytes, 0) / memory.length,
    memoryPeak: Math.max(...memory),
  };
}

/** Chromium's part of the whole, in cores. */
export const chromiumCores = ({ byRole }: TreeUsage): number => sumOf(byRole, CHROMIUM_ROLES);

/** Display, sound, encoder and upload: all that is not Chromium's, in cores. */
export const captureCores = (usage: TreeUsage): number => usage.cores - chromiumCores(usage);

/** @throws the signal's reason when it is aborted */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function sumOf(byRole: Partial<Record<Role, number>>, roles: readonly Role[]): number {
  return roles.reduce((sum, role) => sum + (byRole[role] ?? 0), 0);
}

function busiest(tree: readonly SampledProcess[], before: Map<number, Map<string, number>>, seconds: number) {
  const cores = new Map<string, number>();
  for (const { pid, role } of tree) {
    const earlier = before.get(pid);
    if (earlier === undefined) continue;
    for (const [name, time] of threadTimes(pid)) {
      const used = (time - (earlier.get(name) ?? 0)) / seconds;
      cores.set(`${role}/${name}`, (cores.get(`${role}/${name}`) ?? 0) + used);
    }
  }
  const sorted = [...cores].sort(([, a], [, b]) => b - a).slice(0, THREADS_SHOWN);
  return Object.fromEntries(sorted.map(([name, value]) => [name, Math.round(value * 1000) / 1000]));
}
