import type { IdentityHolder, IdentityLocks } from '../ports.ts';

/** IdentityLocks in memory, under the same contract as the real ones: for tests and the simulation. */
export class MemoryIdentityLocks implements IdentityLocks {
  readonly #holders = new Map<string, IdentityHolder>();

  async read(identity: string): Promise<IdentityHolder | undefined> {
    return structuredClone(this.#holders.get(identity));
  }

  async write(identity: string, holder: IdentityHolder, seen: IdentityHolder | undefined): Promise<boolean> {
    const stored = this.#holders.get(identity);
    if (stored?.uid !== seen?.uid || stored?.version !== seen?.version) return false;
    this.#holders.set(identity, structuredClone(holder));
    return true;
  }
}
