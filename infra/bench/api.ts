import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { UNCERTAINTY } from '@meetingbot/controller/testing';
import { projectRoot } from '../local/stack/places.ts';
import {
  type Figures,
  fillUpTo,
  measureCreates,
  measureGets,
  measureLists,
  measureWatches,
  type WatchFigures,
} from './api-measure.ts';
import { dynaliteSubject, memorySubject, type Subject } from './api-subjects.ts';
import { type Line, printLines } from './controller/report.ts';

/**
 * `npm run bench:api`: creates, gets, lists of 500 out of 10 000 and 500 watchers of 1 000 changes, by autocannon;
 * once against the whole controller over dynalite, and once against the API alone over a store in memory, which is
 * what remains without the store's own time.
 *
 *     --meetings 10000   in the table while lists are read
 *     --watchers 500     at once, each seeing
 *     --changes 1000     changes
 *     --seconds 10       of each stretch of requests
 *     --out FILE         where the JSON goes; default .local/bench/api.json
 *
 * A bench, not a test: exit code 0 whatever the figures say.
 */
const { values } = parseArgs({
  options: {
    meetings: { type: 'string', default: '10000' },
    watchers: { type: 'string', default: '500' },
    changes: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    out: { type: 'string', default: join(projectRoot, '.local', 'bench', 'api.json') },
  },
});

function number(name: keyof typeof values): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name}: expected a whole number from 1, got ${values[name]}`);
  return value;
}

interface SubjectFigures {
  store: Subject['store'];
  creates: Figures;
  gets: Figures;
  lists: Figures;
  watches: WatchFigures;
}

const LIST_LIMIT = 500;
/** And a second. Milliseconds. */
const UNCERTAIN_MS = UNCERTAINTY / 1000 + 1000;
const startedAt = performance.now();
const say = (line: string) =>
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
const [meetings, seconds] = [number('meetings'), number('seconds')];

async function measure(start: () => Promise<Subject>): Promise<SubjectFigures> {
  const subject = await start();
  const { store } = subject;
  try {
    say(`${store}: creates`);
    const creates = await measureCreates(subject, seconds);
    say(`${store}: gets`);
    const gets = await measureGets(subject, seconds);
    say(`${store}: lists of ${LIST_LIMIT} of ${meetings}`);
    await fillUpTo(subject, meetings);
    const lists = await measureLists(subject, LIST_LIMIT, seconds);
    // A watch that begins within this time of 20 000 changes is told to list again, and a store in memory takes more.
    await new Promise((resolve) => setTimeout(resolve, UNCERTAIN_MS));
    say(`${store}: ${values.watchers} watchers of ${values.changes} changes`);
    const watches = await measureWatches(subject, number('watchers'), number('changes'));
    return { store, creates, gets, lists, watches };
  } finally {
    await subject.close();
  }
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const process_ = ({ cores, memory }: { cores: number; memory: number }) =>
  `${cores.toFixed(2)} cores, ${(memory / 1e6).toFixed(0)} MB`;

function linesOf({ store, creates, gets, lists, watches }: SubjectFigures): Line[] {
  const line = (what: string, figures: Figures): Line => {
    const { perSecond, p50, p99, failed, storeMs } = figures;
    const storeTime = store === 'memory' ? '' : `; calls to the store ${storeMs.toFixed(1)} ms a request`;
    return {
      what,
      value: `${perSecond.toFixed(0)}/s, p50 ${ms(p50)}, p99 ${ms(p99)}, ${failed} failed, ${process_(figures)}${storeTime}`,
    };
  };
  return [
    { ...line('creates, 32 connections', creates), budget: '500/s', holds: creates.perSecond >= 500 },
    line('gets of one, 32 connections', gets),
    { ...line(`lists of ${LIST_LIMIT} of ${meetings}, one client`, lists), budget: '50 ms', holds: lists.p50 <= 50 },
    {
      what: `${watches.watchers} watchers, ${watches.changes} changes each`,
      value: `${watches.complete} saw all in ${watches.seconds.toFixed(1)} s; sent → seen p50 ${ms(watches.p50)}, p99 ${ms(watches.p99)}, longest ${ms(watches.max)}; ${process_(watches)}`,
    },
  ];
}

const machine = { cores: availableParallelism(), model: cpus()[0]?.model ?? 'unknown', loadBefore: loadavg()[0] ?? 0 };
const subjects: SubjectFigures[] = [];
for (const start of [memorySubject, dynaliteSubject]) subjects.push(await measure(start));
const [memory, dynalite] = subjects;
if (memory !== undefined) printLines("without the store's time: the API alone, its store in memory", linesOf(memory));
if (dynalite !== undefined) printLines("with the store's time: the whole controller, over dynalite", linesOf(dynalite));
console.log(
  `\n${machine.cores} cores (${machine.model}), load average before ${machine.loadBefore.toFixed(1)}, after ${loadavg()[0]?.toFixed(1)}.
API, dynalite and autocannon share these cores: times grow when they wait for each other.`,
);
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, `${JSON.stringify({ machine, subjects }, null, 2)}\n`);
console.log(`figures: ${values.out}`);
process.exit(0);
