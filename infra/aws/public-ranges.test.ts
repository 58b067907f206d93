import { expect, it } from 'vitest';
import { everythingBut, NOT_PUBLIC, parseCidr } from './public-ranges.ts';

const holds = (cidrs: readonly string[], address: string) =>
  cidrs.some((cidr) => {
    const { bits, first } = parseCidr(cidr);
    const wanted = parseCidr(`${address}/32`).first;
    return wanted >= first && wanted < first + 2 ** (32 - bits);
  });

it('leaves the world, and nothing private', () => {
  const world = everythingBut([...NOT_PUBLIC, '52.10.0.0/16']);

  for (const address of [
    '8.8.8.8',
    '142.250.1.1',
    '1.0.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '223.255.255.255',
    '52.11.0.1',
  ]) {
    expect(holds(world, address), address).toBe(true);
  }
  for (const address of [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.170.2',
    '100.64.0.1',
    '127.0.0.1',
    '0.0.0.1',
    '224.0.0.1',
    '52.10.3.4',
  ]) {
    expect(holds(world, address), address).toBe(false);
  }
});

it('covers every address exactly once, together with what is left out', () => {
  const sizes = [...everythingBut(NOT_PUBLIC), ...NOT_PUBLIC].map((cidr) => 2 ** (32 - parseCidr(cidr).bits));

  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 ** 32);
});

it.each(['10.0.0.0', '10.0.0/8', '256.0.0.0/8', '10.0.0.0/33', 'ten'])('refuses %s as a CIDR', (text) => {
  expect(() => parseCidr(text)).toThrow(/expected an IPv4 CIDR/);
});
