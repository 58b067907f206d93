import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../local/stack/places.ts';
import { type IdleFigures, measureIdle } from './controller/idle.ts';
import { type LiveFigures, measureLive } from './controller/live.ts';
import { idleLines, linesOf, printLines } from './controller/report.ts';

/**
 * `npm run bench:controller`: what the controller costs with 100, 1 000 and 10 000 live Meetings, the contract's budgets
 * beside it, and a plain control loop in the same run. Controller, DynamoDB (dynalite), ECS (simulated tasks behind its
 * wire protocol), S3 and load generator are processes of their own.
 *
 *     --live 100,1000    other numbers of live Meetings
 *     --finished 100000  finished Meetings beside an idle controller
 *     --seconds 30       length of each steady stretch
 *     --rate 100         writes a second
 *     --out FILE         where the JSON goes; default .local/bench/controller.json
 *
 * A bench, not a test: exit code 0 whatever the figures say.
 */
const { values } = parseArgs({
  options: {
    live: { type: 'string', default: '100,1000,10000' },
    finished: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '30' },
    rate: { type: 'string', default: '100' },
    out: { type: 'string', default: join(projectRoot, '.local', 'bench', 'controller.json') },
  },
});

function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: expected a whole number from 1, got ${text}`);
  return value;
}

const startedAt = performance.now();
const say = (line: string) =>
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
const seconds = number('seconds', values.seconds);
const machine = { cores: availableParallelism(), model: cpus()[0]?.model ?? 'unknown', loadBefore: loadavg()[0] ?? 0 };
const live: LiveFigures[] = [];
for (const text of values.live.split(',')) {
  const count = number('live', text);
  say(`--- ${count} live Meetings`);
  live.push(await measureLive({ live: count, rate: number('rate', values.rate), seconds, say }));
}
say('--- an idle controller');
const idle: IdleFigures[] = await measureIdle(number('finished', values.finished), seconds * 2, say);

for (const figures of live) printLines(`${figures.live} live Meetings`, linesOf(figures));
printLines('idle', idleLines(idle));
console.log(
  `\n${machine.cores} cores (${machine.model}), load average before ${machine.loadBefore.toFixed(1)}, after ${loadavg()[0]?.toFixed(1)}.
All parts share these cores: times are comparable within this run only, and grow when the parts wait for each other.
CPU is processor time; call counts are exact. dynalite and the ECS endpoint are single processes: where they or the load
generator near one core, they and not the controller set the pace.`,
);
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, `${JSON.stringify({ machine, live, idle }, null, 2)}\n`);
console.log(`figures: ${values.out}`);
process.exit(0);
