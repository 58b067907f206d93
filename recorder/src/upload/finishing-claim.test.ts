import { finishingClaimKey, silentLogger } from '@meetingbot/crds-schema';
import { beforeEach, describe, expect, it } from 'vitest';
import { FinishingClaim } from './finishing-claim.ts';
import { MemoryObjectStore } from './memory-object-store.ts';
import { ObjectStoreError } from './object-store.ts';
import { Persistence } from './persistence.ts';
import { meeting, QuickClock } from './writer-rig.fixture.ts';

const key = finishingClaimKey(meeting);
const signal = new AbortController().signal;
let store: MemoryObjectStore;

beforeEach(() => {
  store = new MemoryObjectStore();
});

function take(attempt: number): Promise<FinishingClaim> {
  const persistence = new Persistence({ clock: new QuickClock(), log: silentLogger, random: () => 0, signal });
  return FinishingClaim.take({ store, persistence, meeting, attempt });
}

describe('the claim to finish a recording', () => {
  it('is had until it is released, and then nothing is left of it', async () => {
    const claim = await take(1);
    await claim.confirm();

    await claim.release(signal);

    expect(store.objects.size).toBe(0);
    await expect(claim.confirm()).rejects.toMatchObject({ code: 'Contended' });
  });

  it.each([2, 1])(
    'is taken by attempt %i from attempt 1, which neither confirms nor releases it any more',
    async (by) => {
      const lost = await take(1);
      const successor = await take(by);

      await expect(lost.confirm()).rejects.toMatchObject({
        code: 'Contended',
        message: `another recorder of this meeting is at its end, too: attempt ${by} finishes it; what is in S3 stays as it is`,
      });
      await lost.release(signal);
      await successor.confirm();
    },
  );

  it('is not taken from a later attempt', async () => {
    const successor = await take(2);
    await expect(take(1)).rejects.toMatchObject({ code: 'Contended' });
    await successor.confirm();
  });

  it('goes to one of two who take it at the same moment', async () => {
    const [lost, successor] = await Promise.allSettled([take(1), take(2)]);
    expect(successor.status).toBe('fulfilled');
    if (lost.status === 'fulfilled') await expect(lost.value.confirm()).rejects.toMatchObject({ code: 'Contended' });
    if (successor.status === 'fulfilled') await successor.value.confirm();
  });

  it('is had though the answer was lost', async () => {
    store.after = ({ operation }) => {
      if (operation === 'put') throw new ObjectStoreError('Unavailable', 'no answer');
    };
    const claim = await take(1);
    expect(store.calls.filter(({ operation }) => operation === 'put')).toHaveLength(2);
    await claim.confirm();
  });

  it.each(['', '{}', 'words', '{"attempt":9}'])(
    'is taken from whoever left there what nobody understands: %j',
    async (words) => {
      await store.put(key, Buffer.from(words), { contentType: 'text/plain' });
      await (await take(1)).confirm();
    },
  );

  it('is given up where others always come first', async () => {
    store.before = ({ operation }) => {
      if (operation !== 'put') return;
      const body = Buffer.from(JSON.stringify({ attempt: 1, id: `other-${store.calls.length}` }));
      store.objects.set(key, { body, etag: `etag-${store.calls.length}`, contentType: 'application/json' });
    };
    await expect(take(1)).rejects.toMatchObject({ code: 'Contended' });
  });
});
