import { FARGATE_KINDS } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { billOf, type Usage } from './cost.ts';

const usage: Usage = {
  meetingsPerMonth: 2000,
  minutes: 45,
  recorder: { vcpu: 1, memoryGb: 2, storageGb: 21 },
  controller: { vcpu: 0.5, memoryGb: 1, replicas: 2 },
  overheadMinutes: 15,
  megabitsPerSecond: 1.5,
  standardDays: 90,
  keepDays: 365,
  natGateways: 0,
  mediaMegabitsPerSecond: 2.5,
  imageGb: 1,
};
const cost = (bill: ReturnType<typeof billOf>, what: string) => bill.lines.find((line) => line.what === what)?.dollars;

it('counts recorders by the hour of their tasks', () => {
  // 2000 tasks of an hour, at 0.04048 + 2 × 0.004445.
  expect(cost(billOf('x86', usage), 'recorders')).toBeCloseTo(2000 * 0.04937, 2);
});

it('adds up to its lines, and to a price for a meeting', () => {
  for (const kind of FARGATE_KINDS) {
    const { lines, perMeeting, total } = billOf(kind, usage);
    expect(total).toBeCloseTo(
      lines.reduce((sum, { dollars }) => sum + dollars, 0),
      6,
    );
    expect(perMeeting * 2000).toBeCloseTo(total, 6);
    for (const { dollars, what } of lines) expect(dollars, what).toBeGreaterThanOrEqual(0);
  }
});

it('has the controller on demand, whatever the recorders are on', () => {
  expect(cost(billOf('x86Spot', usage), 'controller')).toBe(cost(billOf('x86', usage), 'controller'));
  expect(cost(billOf('armSpot', usage), 'controller')).toBe(cost(billOf('arm', usage), 'controller'));
});

it('keeps in S3 what the retention says: 1.5 Mbit/s for 1500 hours is 1 012.5 GB a month', () => {
  const bill = billOf('x86', usage);
  expect(cost(bill, 'S3 Standard')).toBeCloseTo(1012.5 * 3 * 0.023, 1);
  expect(cost(bill, 'S3 Glacier IR')).toBeCloseTo(1012.5 * (275 / 30) * 0.004 + 0.08, 1);
  expect(cost(billOf('x86', { ...usage, keepDays: 30 }), 'S3 Glacier IR')).toBe(0);
});

it('grows with the meetings, beside what is always there', () => {
  const one = billOf('x86', { ...usage, meetingsPerMonth: 1 });
  const twice = billOf('x86', { ...usage, meetingsPerMonth: 4000 });
  expect(one.total).toBeLessThan(120);
  expect(twice.total - billOf('x86', usage).total).toBeCloseTo(billOf('x86', usage).total - one.total, 0);
});
