import { expect, test } from 'vitest';
import { xAuthority } from './x-authority.ts';

test('the authority file holds one entry for every display', () => {
  const cookie = Uint8Array.from({ length: 16 }, (_, i) => i);

  const file = xAuthority(cookie);

  expect(file.toString('hex')).toBe(
    `ffff${'0000'}${'0000'}0012${Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')}0010000102030405060708090a0b0c0d0e0f`,
  );
});
