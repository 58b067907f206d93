import { median } from './median.ts';
import type { PictureFacts } from './recorder-judge.ts';
import { captureCores } from './recorder-meter.ts';
import type { RecorderReport } from './recorder-report.ts';

/** One figure against its budget. */
export interface Verdict {
  /** Which measurement: a reference case, or `sync`. */
  readonly of: string;
  readonly figure: string;
  readonly unit: 'cores' | 'times' | 'MB' | '%' | 'ms' | 's';
  readonly value: number;
  /** The most that `value` may be, to either side. */
  readonly budget: number;
  /** `unsure`: there is no figure, or its standard error is larger than the budget. */
  readonly verdict: 'within' | 'over' | 'unsure';
  /** How far over the budget it is, in its unit; negative for what is left of it. */
  readonly by: number;
}

/** Cores of the whole task for a case of the reference call. */
const CORES: Readonly<Record<string, number>> = { '720p25': 0.6, '1080p30': 1.2 };
/** Of its memory, in MB. */
const MEMORY: Readonly<Record<string, number>> = { '720p25': 700 };
const CAPTURE_CORES: Readonly<Record<string, number>> = { '720p25': 0.2 };
/**
 * The budget of 0.6 core was set where a recorder with stock flags and x264 veryfast took 0.68. Machines differ, and one differs
 * from hour to hour, so that beside what it took in cores counts what it took of a stock recorder in the same run.
 */
const OF_STOCK = 0.6 / 0.68;

/** Every figure of the report that has a budget, in the order of the table. */
export function verdictsOf({ references, sync, variants }: RecorderReport): Verdict[] {
  const stock = stockCores(variants);
  return [
    ...references.flatMap(({ name, usage, encoderLost, picture, wholeSeconds, webhookSeconds }) => [
      ...judge(name, 'whole task', 'cores', usage.cores, CORES[name]),
      ...(stock === undefined ? [] : ofStock(name, usage.cores / stock)),
      ...judge(name, 'display, sound, encoder, upload', 'cores', captureCores(usage), CAPTURE_CORES[name]),
      ...judge(name, 'memory, mean', 'MB', usage.memoryMean / 1e6, MEMORY[name]),
      ...(picture === undefined ? [] : judge(name, 'lost or doubled by the encoder', '%', encoderLost * 100, 0.5)),
      ...(picture === undefined ? [] : inStep(name, picture.sync)),
      ...judge(name, 'meeting over → whole in S3', 's', wholeSeconds, 3),
      ...judge(name, 'meeting over → webhook', 's', webhookSeconds, 4),
    ]),
    ...(sync === undefined ? [] : inStep('sync', sync.sync)),
  ];
}

/** Only of the case that the stock recorder was measured with. */
const ofStock = (name: string, ratio: number) =>
  name === '720p25' ? judge(name, 'whole task, of the stock recorder', 'times', ratio, OF_STOCK) : [];

function inStep(of: string, { medianOffsetMs, driftMsPerHour, driftErrorMsPerHour }: PictureFacts['sync']): Verdict[] {
  return [
    ...judge(of, 'A/V offset, median', 'ms', medianOffsetMs, 40),
    ...judge(of, 'A/V drift an hour', 'ms', driftMsPerHour, 20, driftErrorMsPerHour),
  ];
}

function judge(
  of: string,
  figure: string,
  unit: Verdict['unit'],
  value: number,
  budget: number | undefined,
  error = 0,
): Verdict[] {
  if (budget === undefined) return [];
  const by = Math.abs(value) - budget;
  const isSure = Number.isFinite(value) && error <= budget;
  return [{ of, figure, unit, value, budget, by, verdict: !isSure ? 'unsure' : by <= 0 ? 'within' : 'over' }];
}

/** The median over the rounds. */
function stockCores(variants: RecorderReport['variants']): number | undefined {
  const cores = variants?.find(({ name }) => name === 'stock')?.runs.map(({ usage }) => usage.cores) ?? [];
  return cores.length === 0 ? undefined : median(cores);
}
