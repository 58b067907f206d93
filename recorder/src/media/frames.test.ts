import { expect, test } from 'vitest';
import { fromBlocks, toBlocks } from './barcode.ts';
import { judgeFrames } from './frames.ts';

const RATES = { bits: 12, sourceRate: 30, frameRate: 25 };
/** What a recording at 25 pictures a second sees of a source that counts 30 a second. */
const good = Array.from({ length: 500 }, (_, i) => Math.floor(i * 1.2) % 4096);

test('every number is read back from its blocks', () => {
  const wrong = Array.from({ length: 4096 }, (_, i) => i).filter(
    (value) => fromBlocks(toBlocks(value, 12).map((white) => (white ? 230 : 20))) !== value,
  );

  expect(wrong).toEqual([]);
});

test('neighbouring numbers differ in one block and the parity, so that a mixture of both is noticed or is one of them', () => {
  const [a, b] = [toBlocks(2047, 12), toBlocks(2048, 12)];

  expect(a.filter((white, i) => white !== b[i])).toHaveLength(2);
});

test('a good recording has nothing lost or doubled, also where the counter wraps', () => {
  const numbers = Array.from({ length: 5000 }, (_, i) => Math.floor(i * 1.2) % 4096);

  expect(judgeFrames(numbers, RATES)).toEqual({ frames: 5000, unreadable: 0, doubled: 0, lost: 0, share: 0 });
});

test('a picture that is there twice is doubled', () => {
  const numbers = good.toSpliced(100, 0, good[99] ?? 0);

  expect(judgeFrames(numbers, RATES)).toMatchObject({ doubled: 1, lost: 0 });
});

test('pictures that are missing are lost, unreadable ones are not', () => {
  const numbers = good.toSpliced(100, 3).map((number, i) => (i === 300 ? undefined : number));

  expect(judgeFrames(numbers, RATES)).toMatchObject({ unreadable: 1, doubled: 0, lost: 3 });
});
