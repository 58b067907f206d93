import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseRecord, LeaseStore } from './lease.ts';

export interface LeaseStoreUnderTest {
  /** Without a lease in it. */
  store: LeaseStore;
  dispose(): Promise<void>;
}

/** What every LeaseStore must do. */
export function leaseStoreContract(name: string, open: () => Promise<LeaseStoreUnderTest>): void {
  describe(`${name} as a LeaseStore`, () => {
    let under: LeaseStoreUnderTest;
    let store: LeaseStore;
    beforeAll(async () => {
      under = await open();
      store = under.store;
    });
    afterAll(() => under.dispose());

    const held = (holder: string, version: number): LeaseRecord => ({ holder, version, duration: 15_000 });

    it('gives the lease that nobody held to exactly one of many', async () => {
      expect(await store.read()).toBeUndefined();

      const won = await Promise.all(Array.from({ length: 8 }, (_, n) => store.write(held(`p${n}`, 1), undefined)));

      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.read()).toEqual(held(`p${won.indexOf(true)}`, 1));
    });

    it('renews the version that was seen, and refuses an older one', async () => {
      const { version = 0 } = (await store.read()) ?? {};

      expect(await store.write(held('a', version + 1), version)).toBe(true);
      expect(await store.write(held('b', version + 1), version)).toBe(false);

      expect(await store.read()).toEqual(held('a', version + 1));
    });

    it('lets exactly one of many take over the same version', async () => {
      const { version = 0 } = (await store.read()) ?? {};

      const won = await Promise.all(
        Array.from({ length: 8 }, (_, n) => store.write(held(`q${n}`, version + 1), version)),
      );

      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await store.read())?.holder).toBe(`q${won.indexOf(true)}`);
    });

    it('keeps a lease that was given back, for its version', async () => {
      const { version = 0 } = (await store.read()) ?? {};

      expect(await store.write({ holder: '', version: version + 1, duration: 0 }, version)).toBe(true);

      expect(await store.read()).toEqual({ holder: '', version: version + 1, duration: 0 });
      expect(await store.write(held('c', version + 2), undefined)).toBe(false);
      expect(await store.write(held('c', version + 2), version + 1)).toBe(true);
    });
  });
}
