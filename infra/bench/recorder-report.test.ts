import { expect, test } from 'vitest';
import type { VariantRun } from './recorder-compare.ts';
import type { PictureFacts } from './recorder-judge.ts';
import type { TreeUsage } from './recorder-meter.ts';
import type { ReferenceResult } from './recorder-reference.ts';
import { type RecorderReport, reportLines } from './recorder-report.ts';
import { verdictsOf } from './recorder-verdict.ts';

const usage = (cores: number): TreeUsage => ({
  seconds: 40,
  cores,
  byRole: { renderer: cores - 0.18, ffmpeg: 0.18 },
  byThread: {},
  memoryMean: 643e6,
  memoryPeak: 701e6,
});

const picture: PictureFacts = {
  durationSeconds: 45,
  sizeBytes: 1e7,
  frames: { pictures: 1000, newPerSecond: 24.4, doubled: 0.01, lost: 0, longestStillMs: 80 },
  sync: { pairs: 40, medianOffsetMs: -45, p95Ms: 60, driftMsPerHour: 900, driftErrorMsPerHour: 3000 },
};

const reference = (name: string, cores: number): ReferenceResult => ({
  ...{ name, usage: usage(cores), sendersCores: 0.12, picture },
  sound: { durationSeconds: 45, sizeBytes: 5e5, tracks: 'aac 1×48000' },
  ...{ encoderLost: 0.0007, wholeSeconds: 1.4, webhookSeconds: 1.5 },
});

const stock = (...cores: number[]) => ({
  name: 'stock',
  runs: cores.map((each): VariantRun => ({ usage: usage(each), sendersCores: 0.12, picture })),
  failures: [],
});

/** Figure and verdict of one case. */
const judged = (report: RecorderReport, name: string) =>
  Object.fromEntries(verdictsOf(report).flatMap(({ of, figure, verdict }) => (of === name ? [[figure, verdict]] : [])));

test('each figure that has a budget is within it or over it, or unsure where its error is larger', () => {
  const report = { references: [reference('720p25', 0.657)], failures: {} };

  expect(judged(report, '720p25')).toEqual({
    'whole task': 'over',
    'display, sound, encoder, upload': 'within',
    'memory, mean': 'within',
    'lost or doubled by the encoder': 'within',
    'A/V offset, median': 'over',
    'A/V drift an hour': 'unsure',
    'meeting over → whole in S3': 'within',
    'meeting over → webhook': 'within',
  });
  expect(verdictsOf(report)[0]).toMatchObject({ value: 0.657, budget: 0.6, unit: 'cores' });
  expect(verdictsOf(report)[0]?.by).toBeCloseTo(0.057);
});

test('on a slow machine the recorder counts beside the stock one of the same run, which took 0.68 core where 0.6 was set', () => {
  const references = [reference('720p25', 0.657), reference('1080p30', 0.98)];
  const report = { references, variants: [stock(0.9, 0.83, 0.86)], failures: {} };

  expect(judged(report, '720p25')).toMatchObject({
    'whole task': 'over',
    'whole task, of the stock recorder': 'within',
  });
  expect(judged(report, '1080p30')).not.toHaveProperty('whole task, of the stock recorder');
  const lines = reportLines(report).map((line) => line.replace(/ {2,}/g, ' | '));
  expect(lines).toContain('720p25: whole task | 0.657 cores | 0.600 cores | over | 0.057 cores too much');
  expect(lines).toContain(
    '720p25: whole task, of the stock recorder | 0.76 times | 0.88 times | within | 0.12 times left',
  );
  expect(lines).toContain('1080p30: whole task | 0.980 cores | 1.200 cores | within | 0.220 cores left');
});

test('nothing is judged where nothing was measured', () => {
  expect(reportLines({ references: [], failures: { killed: 'no stack' } })).toEqual(['killed: no figures: no stack']);
});
