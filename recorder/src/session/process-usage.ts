import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '@meetingbot/crds-schema';

/** Clock ticks a second in /proc (USER_HZ, fixed for user space on Linux; proc(5)). */
const TICKS = 100;

/** What a process and all below it use. */
export interface Usage {
  /** Cores used on average since the last reading; undefined at the first. */
  readonly cpuCores: number | undefined;
  /** Memory that is theirs, in bytes: programs' code counts once though several have mapped it. */
  readonly memoryBytes: number;
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** Reads the use of a process tree from /proc, again and again. */
export class UsageMeter {
  readonly #clock: Clock;
  readonly #root: number;
  #before: { at: number; ticks: ReadonlyMap<number, number> } | undefined;

  constructor(clock: Clock, root: number = process.pid) {
    this.#clock = clock;
    this.#root = root;
  }

  async read(): Promise<Usage> {
    const tree = treeOf(this.#root, await allProcesses());
    const at = this.#clock.monotonic();
    const ticks = new Map(tree.map((each) => [each.pid, each.ticks]));
    const before = this.#before;
    this.#before = { at, ticks };
    const memory = await Promise.all(tree.map(({ pid }) => memoryOf(pid)));
    const own = memory.reduce((sum, each) => sum + each.ownBytes, 0);
    const code = Math.max(0, ...memory.map((each) => each.fileBytes));
    return {
      cpuCores: before === undefined || at <= before.at ? undefined : cores(before, { at, ticks }),
      memoryBytes: own + code,
    };
  }
}

type Reading = { at: number; ticks: ReadonlyMap<number, number> };

function cores(before: Reading, now: Reading): number {
  let ticks = 0;
  // A process that has ended in between takes its last share with it; a new one brings all it has used.
  for (const [pid, used] of now.ticks) ticks += used - (before.ticks.get(pid) ?? 0);
  return Math.max(0, ticks / TICKS / ((now.at - before.at) / 1000));
}

async function allProcesses(): Promise<ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const facts = await Promise.all(pids.map(factsOf));
  return facts.filter((each) => each !== undefined);
}

async function factsOf(pid: string): Promise<ProcessFacts | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name, in parentheses, may hold anything; fields are counted after it (proc(5): 4 ppid, 14 utime, 15 stime).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}

function treeOf(root: number, processes: readonly ProcessFacts[]): ProcessFacts[] {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const tree: ProcessFacts[] = processes.filter(({ pid }) => pid === root);
  // The list grows while it is walked.
  for (const each of tree) tree.push(...(children.get(each.pid) ?? []));
  return tree;
}

async function memoryOf(pid: number): Promise<{ ownBytes: number; fileBytes: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { ownBytes: (kilobytes('RssAnon') + kilobytes('RssShmem')) * 1024, fileBytes: kilobytes('RssFile') * 1024 };
}
