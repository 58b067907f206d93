import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SCENARIOS } from './scenarios/index.ts';
import { type Sites, startSites } from './sites.ts';
import type { Recorders } from './testing/attendance.ts';
import { startInSession } from './testing/in-session.ts';
import { type Judgement, judge } from './testing/judge.ts';
import { startOnStack } from './testing/on-stack.ts';
import { type Played, play } from './testing/play.ts';
import { runningOrder } from './testing/running-order.ts';
import { SharedStages } from './testing/shared-stages.ts';
import { Turnstile } from './testing/turnstile.ts';

/** At most, where the machine can bear them: half of them are refusals, which mostly wait. */
const AT_ONCE = 8;
/** From the Meeting's creation to the recorder's browser: the task and its processes are started first. */
const LAUNCH_MS = 5000;
/** A scenario waits for its turn, behind others that wait for theirs, on a slow machine. */
const LIMIT_MS = 900_000;

/** Of a hundred recordings so many may lack their beginning, for want of a machine that has time for an encoder. */
const LATE_OF_100 = 20;

vi.setConfig({ maxConcurrency: AT_ONCE });

const turnstile = new Turnstile();
let sites: Sites;
let stages: SharedStages;
/** How much of its beginning each recording lacks, in seconds. */
const late: number[] = [];
let recorders: Record<'stack' | 'session', Recorders>;
const rows: string[][] = [
  ['platform', 'by', 'the site', 'phase', 'reason', 'whose doing', 'recorded', 'right', 'took'],
];
beforeAll(async () => {
  sites = await startSites();
  const { chromeArgs } = sites;
  stages = await SharedStages.start(chromeArgs);
  recorders = { stack: await startOnStack(chromeArgs, AT_ONCE), session: startInSession(chromeArgs, { stages }) };
});
afterAll(async () => {
  for (const each of Object.values(recorders ?? {})) await each.close();
  await stages?.close();
  await sites?.close();
  console.log(table(rows));
  const by = lateOnes().map((seconds) => `${seconds.toFixed(1)} s`);
  console.log(`${by.length} of ${late.length} recordings began late${by.length === 0 ? '' : `: by ${by.join(', ')}`}`);
});

describe.concurrent('a meeting of a fake site, attended by the unmodified recorder', { timeout: LIMIT_MS }, () => {
  it.each(runningOrder(SCENARIOS.map((scenario, index) => ({ ...scenario, index }))))(
    '$platform $name',
    async ({ index, ...scenario }) => {
      const { onStack = false, ends, platform } = scenario;
      const by = recorders[onStack ? 'stack' : 'session'];
      const effort = { beginsIn: onStack ? LAUNCH_MS : 0, doesLittle: ends === undefined && !onStack };
      const played = await turnstile.pass(() => play(scenario, `${platform}-${index}`, sites, by), effort);
      const judgement = await judge(played);
      tell(played, judgement);
      if (judgement.lateSeconds !== undefined) late.push(judgement.lateSeconds);
      expect(judgement.faults, played.result.log.join('\n')).toEqual([]);
    },
  );
});

describe('the recordings of these meetings', () => {
  it('have their beginning, but for a few', () => {
    expect(lateOnes().length).toBeLessThanOrEqual(Math.ceil((late.length * LATE_OF_100) / 100));
  });
});

const lateOnes = () => late.filter((seconds) => seconds > 0).toSorted((a, b) => b - a);

function tell({ scenario, result, seconds, phases }: Played, { faults, recordedSeconds, rightSeconds }: Judgement) {
  const { phase, reason = '', attributedTo = '' } = result;
  const inSeconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)} s`);
  const took = [inSeconds(recordedSeconds), inSeconds(rightSeconds), inSeconds(seconds)];
  const by = scenario.onStack ? 'stack' : 'session';
  const row = [scenario.platform, by, scenario.name, phase, reason, attributedTo, ...took];
  rows.push(row);
  console.log(
    `${faults.length === 0 ? 'ok ' : 'BAD'} ${row.join(' | ')} | ${phases.join(' → ')}${faults.map((fault) => `\n    ${fault}`).join('')}`,
  );
}

function table(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n');
}
