import { parseArgs } from 'node:util';
import { BAD_RECONCILERS } from './bad-reconcilers.ts';
import { type HistoryName, replay } from './explore.ts';
import { replayCommand, reportFailure } from './report.ts';
import { exploreOnAllCores } from './threads.ts';
import { WRITE_FAULTS, type WriteFault } from './weather.ts';

const USAGE = `npm run simulate -- [--seed S] [--runs N] [--bad NAME]     explore N histories from seed S
npm run simulate -- --replay SEED --mode single|swarm [--fault WRITE:KIND] [--bad NAME]
bad reconcilers: ${Object.keys(BAD_RECONCILERS).join(', ')}`;

/** Failures that are named one by one. */
const MOST_SHOWN = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    runs: { type: 'string', default: '20000' },
    bad: { type: 'string' },
    replay: { type: 'string' },
    mode: { type: 'string', default: 'swarm' },
    fault: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.replay === undefined) await exploreAll(values.seed, Number(values.runs));
else await replayOne({ seed: values.replay, mode: modeOf(values.mode), single: faultOf(values.fault) });

async function exploreAll(seed: string, runs: number): Promise<void> {
  if (!Number.isSafeInteger(runs) || runs < 1) throw new Error(`--runs: expected a whole number from 1, got ${runs}`);
  const began = performance.now();
  const found = await exploreOnAllCores({ seed, runs, bad: values.bad, untilFailure: values.bad !== undefined });
  const seconds = (performance.now() - began) / 1000;
  const { histories, cpuMs, failures } = found;
  console.log(
    `seed ${seed}: ${histories} histories in ${seconds.toFixed(1)} s, ${(cpuMs / histories).toFixed(2)} ms CPU each`,
  );
  for (const [what, times] of [...found.marks].sort()) console.log(`  ${what}: ${times}`);
  const [failure] = failures;
  if (failure === undefined) return;
  process.exitCode = 1;
  for (const each of failures.slice(0, MOST_SHOWN)) {
    console.log(`${each.invariant}: ${each.what.slice(0, 200)}\n  ${replayCommand(each, values.bad)}`);
  }
  console.log(`\n${failures.length} failed; the first:\n${await reportFailure(failure)}`);
}

async function replayOne(name: HistoryName): Promise<void> {
  const history = await replay(name, values.bad, new Set());
  for (const line of history.trace) console.log(line);
  console.log(`faults: ${history.fired.join(', ') || 'none'}`);
  if (history.violation === undefined) {
    console.log('nothing was violated');
    return;
  }
  console.log(`violated: ${history.violation.invariant}\n  ${history.violation.what}`);
  process.exitCode = 1;
}

function modeOf(mode: string): HistoryName['mode'] {
  if (mode !== 'single' && mode !== 'swarm') throw new Error(`--mode: expected single or swarm, got ${mode}`);
  return mode;
}

function faultOf(text: string | undefined): HistoryName['single'] {
  if (text === undefined) return undefined;
  const [write = '', kind = ''] = text.split(':');
  if (!/^\d+$/.test(write) || !(WRITE_FAULTS as readonly string[]).includes(kind)) {
    throw new Error(`--fault: expected WRITE:KIND with a kind of ${WRITE_FAULTS.join(', ')}, got ${text}`);
  }
  return { write: Number(write), fault: kind as WriteFault };
}
