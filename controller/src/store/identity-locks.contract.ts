import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentityHolder, IdentityLocks } from '../ports.ts';

export interface IdentityLocksUnderTest {
  /** Nobody has taken anything. */
  locks: IdentityLocks;
  dispose(): Promise<void>;
}

/** What every IdentityLocks must do. */
export function identityLocksContract(name: string, open: () => Promise<IdentityLocksUnderTest>): void {
  describe(`${name} as IdentityLocks`, () => {
    let under: IdentityLocksUnderTest;
    let locks: IdentityLocks;
    beforeAll(async () => {
      under = await open();
      locks = under.locks;
    });
    afterAll(() => under.dispose());

    const holder = (meeting: string, version = '1'): IdentityHolder => ({
      ...{ key: { namespace: 'default', name: meeting }, uid: `uid-of-${meeting}`, version },
    });

    it('gives an identity that nobody ever had to exactly one of many', async () => {
      expect(await locks.read('a')).toBeUndefined();

      const won = await Promise.all(Array.from({ length: 8 }, (_, n) => locks.write('a', holder(`m${n}`), undefined)));

      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await locks.read('a')).toEqual(holder(`m${won.indexOf(true)}`));
    });

    it('lets exactly one of many take it over from the same holder', async () => {
      const seen = await locks.read('a');

      const won = await Promise.all(Array.from({ length: 8 }, (_, n) => locks.write('a', holder(`n${n}`), seen)));

      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await locks.read('a')).toEqual(holder(`n${won.indexOf(true)}`));
    });

    it('knows a holder by its uid and version, whatever else is the same', async () => {
      const first = holder('m', '1700000000000001');
      await locks.write('b', first, undefined);

      expect(await locks.write('b', holder('x'), undefined)).toBe(false);
      expect(await locks.write('b', holder('x'), { ...first, uid: 'uid-of-another' })).toBe(false);
      expect(await locks.write('b', holder('x'), { ...first, version: '1700000000000002' })).toBe(false);
      expect(await locks.read('b')).toEqual(first);
      expect(await locks.write('b', holder('x'), first)).toBe(true);
    });

    it('keeps identities apart', async () => {
      await locks.write('c', holder('m'), undefined);

      expect(await locks.read('d')).toBeUndefined();
      expect(await locks.write('d', holder('n'), undefined)).toBe(true);
      expect(await locks.read('c')).toEqual(holder('m'));
    });
  });
}
