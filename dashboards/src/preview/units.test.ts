import { expect, it } from 'vitest';
import { withUnit } from './units.ts';

it.each([
  [45, 's', undefined, '45 s'],
  [90, 's', 600, '1.5 min'],
  [0, 's', 600, '0 min'],
  [200, 's', undefined, '200 s'],
  [9000, 's', undefined, '2.5 h'],
  [5e8, 'decbytes', undefined, '500 MB'],
  [5e8, 'decbytes', 2e9, '0.5 GB'],
  [0.256, 'percentunit', undefined, '25.6 %'],
  [Number.NaN, 's', undefined, 'no events'],
])('%d in %s beside %s is %s', (value, unit, largest, text) => {
  expect(withUnit(value, { unit }, largest)).toBe(text);
});

it('a value that has a name is called by it, and none between two', () => {
  const mappings = [{ options: { 1: { text: 'Joining' }, 2: { text: 'Lobby' } } }];
  expect([1, 1.5, 2].map((value) => withUnit(value, { unit: 'short', mappings }))).toEqual(['Joining', '', 'Lobby']);
});
