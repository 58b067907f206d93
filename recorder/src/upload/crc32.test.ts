import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { checksumOf, combineCrc32, sumPiece } from './crc32.ts';

it('the checksum of pieces is the checksum of the whole', () => {
  const pieces = [Buffer.from('one'), Buffer.alloc(70_001, 'two'), Buffer.alloc(0), Buffer.from([0, 255])];
  const whole = Buffer.concat(pieces);

  const checksum = checksumOf(pieces.map(sumPiece));

  expect(Buffer.from(checksum, 'base64').readUInt32BE()).toBe(crc32(whole));
  expect(combineCrc32(crc32('abc'), crc32('def'), 3)).toBe(crc32('abcdef'));
});
