import { expect, it } from 'vitest';
import { Places } from './places.ts';

it('gives out the lowest free number, and the same one as long as it is held', () => {
  const places = new Places();
  expect(['a', 'b', 'c', 'a'].map((holder) => places.take(holder))).toEqual([1, 2, 3, 1]);
  places.free('b');
  places.free('b');
  expect(places.of('b')).toBeUndefined();
  expect(['d', 'e'].map((holder) => places.take(holder))).toEqual([2, 4]);
});

it('keeps a number from an earlier life of the process, and never gives one number to two', () => {
  const places = new Places();
  expect(places.take('old', 2)).toBe(2);
  expect(places.take('other', 2)).toBe(1);
  expect(places.take('new')).toBe(3);
  places.clear();
  expect(places.take('fresh')).toBe(1);
});
