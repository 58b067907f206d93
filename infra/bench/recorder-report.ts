import type { InPageKilledResult, InPageResult } from './media-in-page.ts';
import { median } from './median.ts';
import type { VariantResult, VariantRun } from './recorder-compare.ts';
import type { PictureFacts } from './recorder-judge.ts';
import type { KilledResult } from './recorder-killed.ts';
import { captureCores, chromiumCores, type TreeUsage } from './recorder-meter.ts';
import { ROLES } from './recorder-processes.ts';
import type { ReferenceResult } from './recorder-reference.ts';
import type { SyncResult } from './recorder-sync.ts';
import { type Verdict, verdictsOf } from './recorder-verdict.ts';

/** All that one run of the bench found; what was not asked for is absent. */
export interface RecorderReport {
  readonly references: ReferenceResult[];
  inPage?: InPageResult;
  killed?: KilledResult;
  inPageKilled?: InPageKilledResult;
  sync?: SyncResult;
  variants?: VariantResult[];
  /** Cases that gave no figures, and why. */
  readonly failures: Record<string, string>;
}

type Row = readonly string[];

const DIGITS = { cores: 3, times: 2, MB: 0, '%': 2, ms: 0, s: 1 } as const;

/** The report as lines of text. */
export function reportLines(report: RecorderReport): string[] {
  const { references, inPage, killed, inPageKilled, sync, variants, failures } = report;
  const verdicts = verdictsOf(report);
  const columns = [...references.map(referenceColumn), ...(inPage === undefined ? [] : [inPageColumn(inPage)])];
  return [
    ...(columns.length === 0 ? [] : table([['', 'budget', ...columns.map(({ name }) => name)], ...rowsOf(columns)])),
    ...(killed === undefined && inPageKilled === undefined ? [] : ['', ...killedLines(killed, inPageKilled)]),
    ...(sync === undefined ? [] : ['', syncLine(sync)]),
    ...(variants === undefined ? [] : ['', ...variantLines(variants)]),
    ...(verdicts.length === 0 ? [] : ['', ...verdictLines(verdicts)]),
    ...Object.entries(failures).map(([name, why]) => `${name}: no figures: ${why}`),
  ];
}

interface Column {
  readonly name: string;
  readonly usage: TreeUsage;
  readonly sendersCores: number;
  readonly picture: PictureFacts | undefined;
  readonly encoderLost: number | undefined;
  readonly wholeSeconds: number;
  readonly webhookSeconds: number | undefined;
}

const referenceColumn = (result: ReferenceResult): Column => ({ ...result, picture: result.picture });

const inPageColumn = (result: InPageResult): Column => ({
  ...result,
  name: `in-page ${/vp\d/.exec(result.mimeType)?.[0] ?? ''}`,
  encoderLost: undefined,
  webhookSeconds: undefined,
});

function rowsOf(columns: readonly Column[]): Row[] {
  const row = (name: string, budget: string, value: (column: Column) => string): Row => [
    name,
    budget,
    ...columns.map(value),
  ];
  const picture = (value: (facts: PictureFacts) => string) => (column: Column) =>
    column.picture === undefined ? '' : value(column.picture);
  return [
    row('whole task, cores', '0.6 (720p25), 1.2 (1080p30)', ({ usage }) => cores(usage.cores)),
    row('  Chromium', '', ({ usage }) => cores(chromiumCores(usage))),
    row('  display, sound, encoder, upload', '0.2 (720p25)', ({ usage }) => cores(captureCores(usage))),
    ...ROLES.map((role) => row(`    ${role}`, '', ({ usage }) => cores(usage.byRole[role] ?? 0))),
    row('senders, not counted, cores', '', ({ sendersCores }) => cores(sendersCores)),
    row('memory (PSS), mean', '700 MB (720p25)', ({ usage }) => megabytes(usage.memoryMean)),
    row('memory (PSS), peak', '', ({ usage }) => megabytes(usage.memoryPeak)),
    row('lost or doubled by the encoder', '< 0.5 %', ({ encoderLost }) => percent(encoderLost)),
    row(
      'new frames a second in the file',
      '',
      picture(({ frames }) => frames.newPerSecond.toFixed(1)),
    ),
    row(
      '  doubled, camera to file',
      '',
      picture(({ frames }) => percent(frames.doubled)),
    ),
    row(
      '  lost, camera to file',
      '',
      picture(({ frames }) => percent(frames.lost)),
    ),
    row(
      '  longest still',
      '',
      picture(({ frames }) => `${frames.longestStillMs.toFixed(0)} ms`),
    ),
    row(
      'A/V offset, median',
      '±40 ms',
      picture(({ sync }) => `${sync.medianOffsetMs.toFixed(0)} ms`),
    ),
    row(
      '  95 of 100 within',
      '',
      picture(({ sync }) => `${sync.p95Ms.toFixed(0)} ms`),
    ),
    row(
      '  drift an hour',
      '20 ms',
      picture(({ sync }) => drift(sync)),
    ),
    row('meeting over → whole in S3', '3 s', ({ wholeSeconds }) => seconds(wholeSeconds)),
    row('meeting over → webhook', '4 s', ({ webhookSeconds }) => seconds(webhookSeconds)),
  ];
}

function verdictLines(verdicts: readonly Verdict[]): string[] {
  const told = (value: number, unit: Verdict['unit']) => `${value.toFixed(DIGITS[unit])} ${unit}`;
  const rows = verdicts.map(({ of, figure, unit, value, budget, verdict, by }): Row => {
    const far = verdict === 'unsure' ? '' : `${told(Math.abs(by), unit)} ${by > 0 ? 'too much' : 'left'}`;
    return [`${of}: ${figure}`, told(value, unit), told(budget, unit), verdict, far];
  });
  return table([['against its budget', 'is', 'may be', '', ''], ...rows]);
}

function killedLines(ours: KilledResult | undefined, theirs: InPageKilledResult | undefined): string[] {
  return [
    'SIGKILL to every process of the recorder, in the middle',
    ...(ours === undefined
      ? []
      : [
          `  recorder: had recorded ${seconds(ours.recordedSeconds)}; ${seconds(ours.durableSeconds)} were in S3 ` +
            `(${ours.objects} objects); finished file without another recording: ${seconds(ours.finishedSeconds)}`,
        ]),
    ...(theirs === undefined
      ? []
      : [
          `  in-page: had recorded ${seconds(theirs.recordedSeconds)}; in S3: ${theirs.objects} objects; ` +
            `${seconds(theirs.onDiskSeconds)} can be decoded on the lost task's disk`,
        ]),
  ];
}

function syncLine({ seconds: length, sync, missingFlashes, missingBeeps }: SyncResult): string {
  return [
    `a page that flashes and beeps, ${length} s: sound after picture by ${sync.medianOffsetMs.toFixed(0)} ms (budget ±40 ms)`,
    `95 of 100 within ${sync.p95Ms.toFixed(0)} ms`,
    `drift an hour ${drift(sync)} (budget 20 ms)`,
    `${sync.pairs} pairs, ${missingFlashes} without flash, ${missingBeeps} without beep`,
  ].join(', ');
}

function variantLines(variants: readonly VariantResult[]): string[] {
  const [base] = variants;
  const rows = variants.map((variant): Row => {
    const { name, runs, failures } = variant;
    const value = (of: (run: VariantRun) => number) => median(runs.map(of));
    if (runs.length === 0) return [name, failures[0]?.split('\n')[0] ?? 'no run'];
    const spread = runs.map(({ usage }) => usage.cores);
    return [
      name,
      cores(value(({ usage }) => usage.cores)),
      `${cores(Math.min(...spread))}–${cores(Math.max(...spread))}`,
      difference(base, variant),
      cores(value(({ usage }) => chromiumCores(usage))),
      cores(value(({ usage }) => usage.byRole.ffmpeg ?? 0)),
      megabytes(value(({ usage }) => usage.memoryMean)),
      value(({ picture }) => picture.frames.newPerSecond).toFixed(1),
      `${value(({ picture }) => picture.sync.medianOffsetMs).toFixed(0)} ms`,
      `${runs.length}${failures.length > 0 ? `, ${failures.length} failed` : ''}`,
    ];
  });
  const head = [
    'variant',
    'cores',
    'range',
    'against shipped',
    'Chromium',
    'ffmpeg',
    'memory',
    'new frames/s',
    'A/V',
    'runs',
  ];
  return table([head, ...rows]);
}

/** The median over the rounds of the ratio to the first variant's run of the same round. */
function difference(base: VariantResult | undefined, variant: VariantResult): string {
  if (base === undefined || base === variant) return '';
  const ratios = variant.runs.flatMap(({ usage }, round) => {
    const against = base.runs[round]?.usage.cores;
    return against === undefined ? [] : [usage.cores / against];
  });
  const change = (median(ratios) - 1) * 100;
  return Number.isNaN(change) ? '' : `${change >= 0 ? '+' : ''}${change.toFixed(0)} %`;
}

function table(rows: readonly Row[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const cores = (value: number) => value.toFixed(3);
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const percent = (share: number | undefined) => (share === undefined ? '' : `${(share * 100).toFixed(2)} %`);
const seconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)} s`);
const drift = (sync: PictureFacts['sync']) =>
  `${sync.driftMsPerHour.toFixed(0)} ± ${sync.driftErrorMsPerHour.toFixed(0)} ms`;
