import { inWords, sumOf } from './call-counts.ts';
import type { IdleFigures } from './idle.ts';
import { WRITES_BESIDE_PHASES } from './life.ts';
import type { LiveFigures } from './live.ts';

/** One figure of the benchmark; `budget` and `holds` where the contract sets a bound. */
export interface Line {
  what: string;
  value: string;
  budget?: string;
  holds?: boolean;
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const cores = (value: number) => `${value.toFixed(3)} cores`;

/** All figures with one number of live Meetings, the contract's budgets beside them. */
export function linesOf(figures: LiveFigures): Line[] {
  const { live, launch, heartbeats, quiet, life, list, createsPerSecond, plain } = figures;
  const isBudget = live >= 10_000;
  const bound = (text: string, holds: boolean, applies = true) => (applies ? { budget: text, holds } : {});
  const { fromRequest, fromAnswer } = launch;
  const perPhase = (life.writes - WRITES_BESIDE_PHASES) / life.phases;
  return [
    {
      what: `write → RunTask at ${launch.rate} writes/s, p50`,
      value: `${ms(fromRequest.p50)} (from the answer ${ms(fromAnswer.p50)})`,
      ...bound('50 ms', fromRequest.p50 <= 50),
    },
    {
      what: `write → RunTask at ${launch.rate} writes/s, p99`,
      value: `${ms(fromRequest.p99)} (from the answer ${ms(fromAnswer.p99)})`,
      ...bound('250 ms', fromRequest.p99 <= 250),
    },
    { what: 'calls a Meeting, written → recording', value: inWords(figures.callsToRecording) },
    {
      what: 'CPU, steady, heartbeats every 10 s',
      value: `${cores(heartbeats.cores)}; ${heartbeats.sent} heartbeats, ${heartbeats.failed} failed, p50 ${ms(heartbeats.p50)}, p99 ${ms(heartbeats.p99)}`,
      ...bound('0.5 cores', heartbeats.cores <= 0.5, isBudget),
    },
    {
      what: 'memory, steady, heartbeats',
      value: `${mb(heartbeats.memory)}, of it JavaScript heap in use ${mb(heartbeats.heap)}`,
      ...bound('400 MB', heartbeats.memory <= 400e6, isBudget),
    },
    { what: 'calls a second, heartbeats', value: inWords(heartbeats.callsPerSecond) },
    {
      what: 'beside it, cores',
      value: `dynalite ${heartbeats.others.dynamodb.toFixed(2)}, ECS ${heartbeats.others.ecs.toFixed(2)}, load ${heartbeats.others.load?.toFixed(2)}`,
    },
    { what: 'CPU, memory without heartbeats', value: `${cores(quiet.cores)}, ${mb(quiet.memory)}` },
    { what: 'calls a second without heartbeats', value: inWords(quiet.callsPerSecond) },
    { what: 'calls a Meeting, its whole life', value: inWords(life.calls) },
    {
      what: 'writes a phase',
      value: `${perPhase.toFixed(2)} (${life.writes.toFixed(1)} a life: ${life.phases.toFixed(1)} phases, ${WRITES_BESIDE_PHASES} of what changes none)`,
      ...bound('1', perPhase <= 1.01),
    },
    { what: 'API: create', value: `${createsPerSecond.toFixed(0)}/s`, ...bound('500/s', createsPerSecond >= 500) },
    {
      what: `API: list ${list.limit} of ${live}`,
      value: `p50 ${ms(list.p50)}, p99 ${ms(list.p99)}`,
      ...bound('50 ms', list.p50 <= 50, isBudget),
    },
    ...plain.map(({ batch, ...loop }) => ({
      what: `plain loop, ${batch} a call`,
      value: `${cores(loop.cores)}, ${mb(loop.memory)}, ${loop.callsPerSecond.dynamodb.toFixed(1)} DynamoDB and ${loop.callsPerSecond.ecs.toFixed(1)} ECS calls/s, sweep ${ms(loop.sweepMs)}, write → RunTask p50 ${ms(loop.launch.p50)}, p99 ${ms(loop.launch.p99)}`,
    })),
  ];
}

export function idleLines(idle: readonly IdleFigures[]): Line[] {
  const [none, many] = idle.map(({ callsPerMinute }) => sumOf(callsPerMinute, ''));
  // A poll more or less, as the intervals vary by a tenth.
  const isSame = none !== undefined && many !== undefined && Math.abs(many - none) <= none * 0.1;
  return idle.map(({ finished, callsPerMinute, cores: used }, index) => ({
    what: `idle, ${finished} finished: calls a minute`,
    value: `${sumOf(callsPerMinute, '').toFixed(0)} (${inWords(callsPerMinute)}), ${cores(used)}`,
    ...(index === 1 ? { budget: 'as without', holds: isSame } : {}),
  }));
}

export function printLines(title: string, lines: readonly Line[]): void {
  const width = Math.max(...lines.map(({ what }) => what.length));
  console.log(`\n${title}`);
  for (const { what, value, budget, holds } of lines) {
    const verdict = holds === undefined ? '    ' : holds ? ' ok ' : 'OVER';
    const bound = budget === undefined ? '' : `   [budget ${budget}]`;
    console.log(`${verdict} ${what.padEnd(width)}  ${value}${bound}`);
  }
}
