import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Sweep } from '../plain-loop.ts';
import { percentile } from './numbers.ts';
import type { Rig } from './rig.ts';
import { cloneOf, itemOf, putItem } from './table-items.ts';
import { coresBetween, type Usage, usageOf } from './usage.ts';

/** New Meetings whose way to RunTask is measured. */
const NEW = 100;
const LONGEST_MS = 120_000;

/** What the plain loop did with the same table and the same ECS. */
export interface PlainFigures {
  /** Tasks a DescribeTasks call. */
  batch: number;
  /** CPU in cores. */
  cores: number;
  /** Most resident memory, bytes. */
  memory: number;
  callsPerSecond: { dynamodb: number; ecs: number };
  /** Milliseconds that one look at everything takes. */
  sweepMs: number;
  /** Milliseconds from the write of a Meeting to RunTask. */
  launch: { p50: number; p99: number };
}

/** Runs the plain loop for two looks at least, and writes some Meetings under it. */
export async function measurePlainLoop(
  rig: Rig,
  { batch, seconds, rate }: { batch: number; seconds: number; rate: number },
): Promise<PlainFigures> {
  const entry = fileURLToPath(new URL('../plain-loop.ts', import.meta.url));
  const child = fork(entry, [String(batch)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      AWS_ENDPOINT_URL_DYNAMODB: rig.dynamodb.info.url,
      AWS_ENDPOINT_URL_ECS: rig.ecs.info.url,
    },
  });
  const pid = child.pid ?? 0;
  const sweeps: Sweep[] = [];
  child.on('message', (sweep: Sweep) => sweeps.push(sweep));
  const exited = once(child, 'exit');
  try {
    await untilSweeps(sweeps, 1);
    const from = { usage: usageOf(pid), sweeps: sweeps.length };
    const written = await writeNew(rig, `plain-${batch}`, rate);
    const end = performance.now() + seconds * 1000;
    let memory = 0;
    let until: Usage = from.usage;
    while (performance.now() < end || sweeps.length < from.sweeps + 2) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      until = usageOf(pid);
      memory = Math.max(memory, until.memory);
      if (performance.now() > end + LONGEST_MS) break;
    }
    const measured = sweeps.slice(from.sweeps);
    const total = (service: 'dynamodb' | 'ecs') => measured.reduce((sum, sweep) => sum + sweep.calls[service], 0);
    const took = (until.at - from.usage.at) / 1000;
    const launched = await rig.untilLaunched(`plain-${batch}-`, NEW);
    const launch = launched.map(({ recorder, createdAt }) => createdAt - (written.get(recorder.name) ?? Number.NaN));
    return {
      batch,
      cores: coresBetween(from.usage, until),
      memory,
      callsPerSecond: { dynamodb: total('dynamodb') / took, ecs: total('ecs') / took },
      sweepMs: percentile(
        measured.map(({ milliseconds }) => milliseconds),
        50,
      ),
      launch: { p50: percentile(launch, 50), p99: percentile(launch, 99) },
    };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

async function untilSweeps(sweeps: readonly Sweep[], count: number): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  while (sweeps.length < count) {
    if (performance.now() > deadline) throw new Error(`the plain loop made ${sweeps.length} sweeps in two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** New Meetings, straight into the table: the plain loop has no API. @returns when each was written */
async function writeNew(rig: Rig, prefix: string, rate: number): Promise<Map<string, number>> {
  const item = await itemOf(rig.client.dynamodb, 'live-0');
  const written = new Map<string, number>();
  for (let index = 0; index < NEW; index++) {
    const name = `${prefix}-${index}`;
    written.set(name, Date.now());
    await putItem(rig.client.dynamodb, cloneOf(item, name, { phase: 'Pending', conditions: [], attempts: [] }));
    await new Promise((resolve) => setTimeout(resolve, 1000 / rate));
  }
  return written;
}
