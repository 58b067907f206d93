import { expect, test } from 'vitest';
import { ntpOf, packPicture } from './rtp.ts';

test('a picture is cut into packets of 1200 bytes: only the first begins it, only the last ends it', () => {
  const picture = Buffer.from(Array.from({ length: 2500 }, (_, index) => index % 251));

  const packets = packPicture(picture);

  expect(packets.map(({ payload, marker }) => [payload[0], payload.length, marker])).toEqual([
    [0x10, 1201, false],
    [0, 1201, false],
    [0, 101, true],
  ]);
  expect(Buffer.concat(packets.map(({ payload }) => payload.subarray(1)))).toEqual(picture);
});

test('a picture that fills its packets has no empty one at its end', () => {
  expect(packPicture(Buffer.alloc(2400)).map(({ marker }) => marker)).toEqual([false, true]);
});

test.each([
  ['the epoch', 0, 2_208_988_800n << 32n],
  ['half a second', 1500, (2_208_988_801n << 32n) | 0x80000000n],
  ['a thousandth before a second', 999, (2_208_988_800n << 32n) | 4_290_672_328n],
])('NTP counts from 1900, in seconds and in parts of 2^32: %s', (_, epochMs, ntp) => {
  expect(ntpOf(epochMs)).toBe(ntp);
});
