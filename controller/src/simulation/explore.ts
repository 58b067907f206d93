import { isDeepStrictEqual } from 'node:util';
import { BAD_RECONCILERS } from './bad-reconcilers.ts';
import type { SingleFault } from './faults.ts';
import { type History, type HistoryOptions, runHistory } from './history.ts';
import { SINGLE_FAULTS } from './weather.ts';

/** Renewals of the lease beyond this many are like the ones before. */
const LEASE_WRITES = 3;

/** Violated when a single fault changes how a Meeting ends. */
export const SAME_END = 'the same end with a fault as without';

/** Names one history: what is needed to run it again. */
export interface HistoryName {
  seed: string;
  mode: 'single' | 'swarm';
  single?: SingleFault | undefined;
}

/** A history that went wrong. */
export interface Failure extends HistoryName {
  invariant: string;
  what: string;
  bad: string | undefined;
}

export interface Exploration {
  histories: number;
  /** CPU of this thread while it ran, milliseconds. */
  cpuMs: number;
  marks: Map<string, number>;
  failures: Failure[];
}

export interface ExploreOptions {
  /** Histories are named `<seed>-<n>`. */
  seed: string;
  /** How many to run, about: a clean history's faults are always run to the end. */
  runs: number;
  /** Every `step`-th of them, from `first`: for more than one thread. @default 0, 1 */
  first?: number;
  step?: number;
  /** Name of a bad reconciler. */
  bad?: string | undefined;
  /** Stops at the first failure. @default false */
  untilFailure?: boolean;
}

/**
 * Runs clean histories with each fault at each write, and as many in which the weather is drawn.
 * A single fault must lead to the same end as none.
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { seed, runs, first = 0, step = 1, bad, untilFailure = false } = options;
  const found: Exploration = { histories: 0, cpuMs: 0, marks: new Map(), failures: [] };
  const before = process.threadCpuUsage();
  const run = async (name: HistoryName, judge?: (history: History) => Failure | undefined): Promise<History> => {
    const history = await runHistory(optionsOf(name, bad));
    found.histories++;
    for (const [what, times] of history.marks) found.marks.set(what, (found.marks.get(what) ?? 0) + times);
    const failure = failureOf(name, history, bad) ?? judge?.(history);
    if (failure !== undefined) found.failures.push(failure);
    return history;
  };
  const isOver = () => found.histories >= runs / step || (untilFailure && found.failures.length > 0);
  for (let n = first; !isOver(); n += step) {
    let swarms = 0;
    const swarm = async () => run({ seed: `${seed}-${n}.${swarms++}`, mode: 'swarm' });
    const base: HistoryName = { seed: `${seed}-${n}`, mode: 'single' };
    const clean = await run(base);
    await swarm();
    for (const single of singleFaults(clean.writes)) {
      if (isOver()) break;
      await run({ ...base, single }, (history) => differenceOf({ ...base, single }, clean, history, bad));
      if (!isOver()) await swarm();
    }
  }
  const spent = process.threadCpuUsage(before);
  found.cpuMs = (spent.user + spent.system) / 1000;
  return found;
}

/** Runs a history again, with its last lines kept. */
export function replay(name: HistoryName, bad: string | undefined, without: ReadonlySet<string>): Promise<History> {
  return runHistory({ ...optionsOf(name, bad), trace: true, without });
}

/** The faults that a failure needs: each is left out in turn, and stays out when it fails all the same. */
export async function shrink(
  name: HistoryName,
  bad: string | undefined,
): Promise<{ needed: string[]; history: History }> {
  const without = new Set<string>();
  let history = await replay(name, bad, without);
  const { violation } = history;
  for (const fault of [...history.fired].reverse()) {
    without.add(fault);
    const other = await replay(name, bad, without);
    if (other.violation?.invariant === violation?.invariant) history = other;
    else without.delete(fault);
  }
  return { needed: [...history.fired], history };
}

function optionsOf(name: HistoryName, bad: string | undefined): HistoryOptions {
  if (bad === undefined) return name;
  const sabotage = BAD_RECONCILERS[bad];
  if (sabotage === undefined) {
    throw new Error(`no bad reconciler ${bad}; there are ${Object.keys(BAD_RECONCILERS).join(', ')}`);
  }
  return { ...name, sabotage };
}

function* singleFaults(writes: readonly string[]): Generator<SingleFault> {
  let leases = 0;
  for (const [write, name] of writes.entries()) {
    if (name === 'lease.write' && ++leases > LEASE_WRITES) continue;
    for (const fault of SINGLE_FAULTS) yield { write, fault };
  }
}

function failureOf(name: HistoryName, { violation }: History, bad: string | undefined): Failure | undefined {
  return violation === undefined ? undefined : { ...name, bad, invariant: violation.invariant, what: violation.what };
}

function differenceOf(
  name: HistoryName,
  clean: History,
  history: History,
  bad: string | undefined,
): Failure | undefined {
  if (clean.violation !== undefined || clean.summary === undefined || history.summary === undefined) return undefined;
  if (isDeepStrictEqual(clean.summary, history.summary)) return undefined;
  const what = `without the fault ${JSON.stringify(clean.summary)}, with it ${JSON.stringify(history.summary)}`;
  return { ...name, bad, invariant: SAME_END, what };
}
