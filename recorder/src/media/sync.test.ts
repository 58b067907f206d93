import { expect, test } from 'vitest';
import { onsets } from './onsets.ts';
import { pairUp } from './sync.ts';

const seconds = (count: number, at: (i: number) => number) => Array.from({ length: count }, (_, i) => at(i));

test('sound that comes after the picture has a positive offset', () => {
  const report = pairUp(
    seconds(60, (i) => i),
    seconds(60, (i) => i + 0.03),
  );

  expect(report.medianOffsetMs).toBeCloseTo(30);
  expect(report.p95Ms).toBeCloseTo(30);
  expect(report.driftMsPerHour).toBeCloseTo(0);
  expect(report.pairs).toHaveLength(60);
});

test('a sound clock that runs slow shows as drift', () => {
  const report = pairUp(
    seconds(600, (i) => i),
    seconds(600, (i) => i * (1 + 50e-6)),
  );

  expect(report.driftMsPerHour).toBeCloseTo(180);
});

test('flashes and beeps without a partner are counted and spoil nothing', () => {
  const all = seconds(20, (i) => i);

  const report = pairUp(
    all.filter((i) => i !== 4 && i !== 5),
    all.filter((i) => i !== 9).map((time) => time - 0.02),
  );

  expect(report).toMatchObject({ missingFlashes: 2, missingBeeps: 1 });
  expect(report.medianOffsetMs).toBeCloseTo(-20);
});

test('an onset is the first sample above the line after a quiet stretch', () => {
  const values = [0, 0, 0, 9, 9, 0, 9, 0, 0, 0, 8, 0];

  const found = onsets({ times: values.map((_, i) => i / 10), values }, { level: 0.5, quietSeconds: 0.2, least: 1 });

  expect(found).toEqual([0.3, 1]);
});

test('noise without a flash has no onsets', () => {
  const values = [10, 11, 10, 12, 11, 10, 10, 12];

  expect(onsets({ times: values.map((_, i) => i), values }, { level: 0.5, quietSeconds: 1, least: 40 })).toEqual([]);
});
