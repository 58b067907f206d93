import { expect, it } from 'vitest';
import { FARGATE_KINDS, FARGATE_PRICES, fargateHourly } from './fargate-prices.ts';

it('prices a recorder of 4 vCPU and 8 GB as AWS does', () => {
  expect(fargateHourly('x86', { vcpu: 4, memoryGb: 8 })).toBeCloseTo(0.1975, 4);
  expect(fargateHourly('arm', { vcpu: 4, memoryGb: 8 })).toBeCloseTo(0.158, 4);
  expect(fargateHourly('x86Spot', { vcpu: 4, memoryGb: 8 })).toBeCloseTo(0.0608, 4);
});

it('has a positive price for every kind, Spot below on-demand and ARM below x86', () => {
  for (const kind of FARGATE_KINDS) expect(fargateHourly(kind, { vcpu: 1, memoryGb: 2 })).toBeGreaterThan(0);
  const of = (kind: 'x86' | 'arm' | 'x86Spot' | 'armSpot') => fargateHourly(kind, { vcpu: 1, memoryGb: 2 });
  expect(of('arm')).toBeLessThan(of('x86'));
  expect(of('x86Spot')).toBeLessThan(of('arm'));
  expect(of('armSpot')).toBeLessThan(of('arm'));
});

it('is dated', () => {
  expect(Date.parse(FARGATE_PRICES.asOf)).not.toBeNaN();
});
