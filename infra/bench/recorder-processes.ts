import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ, fixed for user space on Linux; proc(5)). */
const TICKS = 100;

/** Whose CPU time it is. `other`: shells and helpers that live for a moment. */
export const ROLES = [
  ...(['browser', 'gpu', 'renderer', 'network', 'audio', 'utility'] as const),
  ...(['xvfb', 'pulseaudio', 'ffmpeg', 'node', 'other'] as const),
];
export type Role = (typeof ROLES)[number];

/** Which roles are Chromium's. */
export const CHROMIUM_ROLES: readonly Role[] = ['browser', 'gpu', 'renderer', 'network', 'audio', 'utility'];

export interface SampledProcess {
  readonly pid: number;
  readonly parent: number;
  readonly role: Role;
  /** Processor time since its start, in seconds. */
  readonly cpuSeconds: number;
}

/** What a process is, by the words of its command line. */
export function roleOf(command: readonly string[]): Role {
  const [program = ''] = command;
  const type = command.find((word) => word.startsWith('--type='))?.slice('--type='.length);
  const name = program.split('/').at(-1) ?? '';
  if (name.startsWith('chrom')) {
    if (type === undefined) return 'browser';
    if (type === 'gpu-process') return 'gpu';
    if (type === 'renderer') return 'renderer';
    const service = command.find((word) => word.startsWith('--utility-sub-type=')) ?? '';
    if (service.includes('NetworkService')) return 'network';
    return service.includes('AudioService') ? 'audio' : 'utility';
  }
  if (name === 'Xvfb') return 'xvfb';
  return name === 'pulseaudio' || name === 'ffmpeg' || name === 'node' ? name : 'other';
}

/** A process and all below it, as they are now. */
export function processTree(root: number): SampledProcess[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (factsOf(name) ?? []) : []));
  const children = Map.groupBy(all, ({ parent }) => parent);
  const tree = all.filter(({ pid }) => pid === root);
  // The list grows while it is walked.
  for (const each of tree) tree.push(...(children.get(each.pid) ?? []));
  return tree;
}

/** Processor time of each thread of a process in seconds, under the thread's name, those of one name together. */
export function threadTimes(pid: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const thread of listed(`/proc/${pid}/task`)) {
    const stat = statOf(`/proc/${pid}/task/${thread}/stat`);
    // Threads of a pool are numbered.
    const name = stat?.name.replace(/[\d/]+$/, '') ?? '';
    if (stat !== undefined) times.set(name, (times.get(name) ?? 0) + stat.cpuSeconds);
  }
  return times;
}

/** Memory of a process in bytes, what it shares with others divided by their number (proc(5), smaps_rollup). */
export function proportionalMemory(pid: number): number {
  const match = /^Pss:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/smaps_rollup`) ?? '');
  return Number(match?.[1] ?? 0) * 1024;
}

/** Ends a process and all below it at once, each by its own pid, as a lost host would. */
export function killTree(root: number): void {
  for (const { pid } of processTree(root)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/** The command lines below a process, for finding one of them. */
export function commandsBelow(root: number): { pid: number; command: string[] }[] {
  return processTree(root).map(({ pid }) => ({ pid, command: commandOf(pid) }));
}

function factsOf(name: string): SampledProcess | undefined {
  const stat = statOf(`/proc/${name}/stat`);
  if (stat === undefined) return undefined;
  const pid = Number(name);
  return { pid, parent: stat.parent, role: roleOf(commandOf(pid)), cpuSeconds: stat.cpuSeconds };
}

function statOf(file: string): { name: string; parent: number; cpuSeconds: number } | undefined {
  const stat = textOf(file);
  if (stat === undefined) return undefined;
  // The name, in parentheses, may hold anything; fields are counted after it (proc(5): 4 ppid, 14 utime, 15 stime).
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  return {
    name: stat.slice(stat.indexOf('(') + 1, end),
    parent: Number(fields[1]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
  };
}

/** Chromium's children write their whole command line as one word. */
function commandOf(pid: number): string[] {
  return (textOf(`/proc/${pid}/cmdline`) ?? '').split(/[\0 ]/).filter((word) => word !== '');
}

/** Undefined where the process has just ended. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
