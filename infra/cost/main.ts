import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FARGATE_KINDS } from '@meetingbot/crds-schema';
import { ConfigError, readConfig } from '../aws/config.ts';
import { EXAMPLE_FILE } from '../aws/example.ts';
import { type Bill, billOf, type Usage } from './cost.ts';
import { PRICES } from './prices.ts';

/**
 * `npm run cost`: what a month costs, line by line, on x86, ARM and Spot.
 *
 *     --meetings-per-month 2000   meetings recorded
 *     --minutes 45                length of one
 *     --config FILE               sizes and retention are the stack's; default infra/aws/example.config.json
 *     --overhead-minutes 6        of a task beside the recording
 *     --nat-gateways 0            if the VPC has none yet: one a zone
 *     --mbps 1.5                  of a recording
 */
const { values } = parseArgs({
  options: {
    'meetings-per-month': { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '45' },
    config: { type: 'string', default: EXAMPLE_FILE },
    'overhead-minutes': { type: 'string', default: '6' },
    'nat-gateways': { type: 'string', default: '0' },
    mbps: { type: 'string', default: '1.5' },
  },
});

class UsageError extends Error {}

function number(name: keyof typeof values, least: number): number {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < least) {
    throw new UsageError(`--${name}: expected a number from ${least}, got ${values[name]}`);
  }
  return value;
}

function usage(): Usage {
  const { controller, recorder, retention } = readConfig(JSON.parse(readFileSync(values.config, 'utf8')));
  const size = (of: { cpu: number; memory: number }) => ({ vcpu: of.cpu / 1024, memoryGb: of.memory / 1024 });
  return {
    meetingsPerMonth: number('meetings-per-month', 1),
    minutes: number('minutes', 0.1),
    recorder: { ...size(recorder), storageGb: recorder.ephemeralStorageGiB },
    controller: { ...size(controller), replicas: controller.replicas },
    overheadMinutes: number('overhead-minutes', 0),
    megabitsPerSecond: number('mbps', 0.01),
    standardDays: retention.archiveAfterDays ?? retention.recordingDays,
    keepDays: retention.recordingDays,
    natGateways: number('nat-gateways', 0),
    mediaMegabitsPerSecond: 2.5,
    imageGb: 1,
  };
}

const dollars = (value: number) => value.toFixed(2).padStart(11);
const NAMES = { x86: 'x86', arm: 'ARM', x86Spot: 'x86 Spot', armSpot: 'ARM Spot' };

function print(bills: Bill[], { meetingsPerMonth, minutes }: Usage): void {
  const [first] = bills;
  const { asOf, currency, region } = PRICES.fargate;
  console.log(
    `${meetingsPerMonth} meetings of ${minutes} minutes a month; ${currency}, ${region}, prices of ${asOf}\n`,
  );
  console.log(`${''.padEnd(24)}${bills.map(({ kind }) => NAMES[kind].padStart(11)).join('')}`);
  for (const [index, { how, what }] of (first?.lines ?? []).entries()) {
    const row = bills.map(({ lines }) => dollars(lines[index]?.dollars ?? 0)).join('');
    console.log(`${what.padEnd(24)}${row}   ${how}`);
  }
  console.log(`${'a month'.padEnd(24)}${bills.map(({ total }) => dollars(total)).join('')}`);
  console.log(`${'a meeting'.padEnd(24)}${bills.map(({ perMeeting }) => perMeeting.toFixed(4).padStart(11)).join('')}`);
  console.log(
    '\nStorage is the steady state, when as much goes as comes. Spot may be taken away at two minutes’ notice: what is\nrecorded is kept and another recorder goes on, with a gap.',
  );
}

try {
  const given = usage();
  print(
    FARGATE_KINDS.map((kind) => billOf(kind, given)),
    given,
  );
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
