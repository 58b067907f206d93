import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ, fixed for user space on Linux; proc(5)). */
const TICKS = 100;

/** What a process has used until now. */
export interface Usage {
  /** Monotonic, milliseconds. */
  at: number;
  cpuSeconds: number;
  /** Resident, bytes. */
  memory: number;
}

export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in parentheses and may hold spaces: utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    at: performance.now(),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    memory: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
  };
}

/** CPU between two looks, as cores. */
export const coresBetween = (before: Usage, after: Usage): number =>
  (after.cpuSeconds - before.cpuSeconds) / ((after.at - before.at) / 1000);
