import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../local/stack/places.ts';
import { scaleDocument } from './document.ts';
import { cellSize, leadFor, needsOf, replicasFor, shareOf } from './scale.ts';

it('has a SCALE.md that is what the figures say: npm run scale writes it', () => {
  expect(readFileSync(join(projectRoot, 'infra', 'SCALE.md'), 'utf8')).toBe(scaleDocument());
});

it('sees that the vCPU quota binds first of all, from the seventh recorder on', () => {
  const [first] = needsOf(7);
  expect(first?.limit.code).toBe('L-3032A538');
  expect(shareOf(needsOf(7)[0] ?? { what: '', limit: { name: '', value: 1 }, needed: 0 })).toBeGreaterThan(1);
});

it('puts the tightest first', () => {
  const shares = needsOf(10_000).map(shareOf);
  expect(shares).toEqual([...shares].sort((a, b) => b - a));
});

it('starts ten thousand at the hour only with more lead: 5 000 launches at 20 a second', () => {
  expect(leadFor(10_000)).toBe(250);
  expect(needsOf(10_000).find(({ what }) => what.startsWith('launches'))?.needed).toBeGreaterThan(20);
});

it('gives a cell what one region carries without a limit that can’t be raised', () => {
  expect(cellSize()).toBeGreaterThanOrEqual(5000);
  expect(cellSize()).toBeLessThanOrEqual(20_000);
  expect(leadFor(cellSize())).toBeLessThanOrEqual(600);
});

it('never plans fewer than two controllers', () => {
  expect(replicasFor(1)).toBe(2);
  expect(replicasFor(100_000)).toBeGreaterThan(replicasFor(10_000));
});
