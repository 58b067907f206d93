import { finishingClaimKey, manifestKey, silentLogger } from '@meetingbot/crds-schema';
import { beforeEach, describe, expect, it } from 'vitest';
import { FinishingClaim } from './finishing-claim.ts';
import { MemoryObjectStore } from './memory-object-store.ts';
import { Persistence } from './persistence.ts';
import { meeting, QuickClock } from './writer-rig.fixture.ts';

const signal = new AbortController().signal;
let store: MemoryObjectStore;

beforeEach(() => {
  store = new MemoryObjectStore();
});

function take(attempt: number): Promise<FinishingClaim> {
  const persistence = new Persistence({ clock: new QuickClock(), log: silentLogger, random: () => 0, signal });
  return FinishingClaim.take({ store, persistence, meeting, attempt });
}

async function putManifest(words: string) {
  await store.put(manifestKey(meeting), Buffer.from(words), { contentType: 'application/json' });
  return store.head(manifestKey(meeting));
}

describe('the claim to make the final files', () => {
  it('leaves nothing when it is released', async () => {
    const claim = await take(1);
    await claim.confirm(undefined);
    await claim.release(signal);
    expect(store.objects.size).toBe(0);
  });

  it('goes to a later attempt, which one before it can neither take nor remove', async () => {
    const lost = await take(9);
    const successor = await take(10);

    await expect(lost.confirm(undefined)).rejects.toMatchObject({ code: 'Contended' });
    expect(await lost.holds(undefined, signal)).toBe(false);
    await expect(take(9)).rejects.toMatchObject({ code: 'Contended' });
    await lost.release(signal);

    expect([...store.objects.keys()]).toEqual([finishingClaimKey(meeting, 10)]);
    await successor.confirm(undefined);
  });

  it('is released with those of the attempts before', async () => {
    await take(1);
    await (await take(2)).release(signal);
    expect(store.objects.size).toBe(0);
  });

  it('is confirmed where the manifest is the one that was looked at', async () => {
    const claim = await take(1);
    const found = await putManifest('first');
    await claim.confirm(found);

    await expect(claim.confirm(undefined)).rejects.toMatchObject({ code: 'Outdated' });
    const written = await putManifest('second');
    await expect(claim.confirm(found)).rejects.toMatchObject({ code: 'Outdated' });
    expect(await claim.holds(found, signal)).toBe(false);
    expect(await claim.holds(written, signal)).toBe(true);
  });
});
