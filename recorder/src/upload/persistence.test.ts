import { silentLogger } from '@meetingbot/crds-schema';
import { describe, expect, it, vi } from 'vitest';
import { failing } from './failing-call.fixture.ts';
import { ObjectStoreError } from './object-store.ts';
import { Persistence } from './persistence.ts';

function setUp(random = 1) {
  const waits: number[] = [];
  const stop = new AbortController();
  const clock = { now: () => 0, monotonic: () => 0, sleep: async (ms: number) => void waits.push(ms) };
  return {
    waits,
    stop,
    persistence: new Persistence({ clock, log: silentLogger, random: () => random, signal: stop.signal }),
  };
}

describe('Persistence', () => {
  it('tries again with growing, capped and jittered waits until the store is back', async () => {
    const { waits, persistence } = setUp();

    expect(await persistence.until('put', failing(8, 'Unavailable'))).toBe(9);
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    expect(persistence.fault).toBeUndefined();
    const least = setUp(0);
    await least.persistence.until('put', failing(2, 'Unavailable'));
    expect(least.waits).toEqual([100, 200]);
  });

  it('gives people time to mend a refusal, and names it meanwhile', async () => {
    const { waits, persistence } = setUp();
    const faults: unknown[] = [];

    await persistence.until('put', async () => {
      faults.push(persistence.fault?.code);
      if (faults.length < 10) throw new ObjectStoreError('Refused', 'AccessDenied');
    });

    expect(waits.at(-1)).toBe(30_000);
    expect(faults.at(-1)).toBe('Refused');
  });

  it.each(['AlreadyExists', 'NotFound', 'NoSuchUpload', 'Invalid'] as const)(
    'hands %s to its caller at once',
    async (code) => {
      const { waits, persistence } = setUp();

      await expect(persistence.until('put', failing(1, code))).rejects.toMatchObject({ code });
      expect(waits).toEqual([]);
    },
  );

  it('ends with the signal, and still knows why it did not succeed', async () => {
    const { stop, persistence } = setUp();
    const reason = new Error('no time left');

    const call = persistence.until('put', async () => {
      stop.abort(reason);
      throw new ObjectStoreError('Unavailable', 'away');
    });

    await expect(call).rejects.toBe(reason);
    const again = persistence.until('put', failing(0, 'Unavailable'));
    await expect(again).rejects.toBe(reason);
  });

  it('cuts off a call that hangs when there is not much time left, and tries again', async () => {
    const stop = new AbortController();
    const sleeps: { ms: number; wake: () => void }[] = [];
    const clock = {
      ...{ now: () => 0, monotonic: () => 0 },
      sleep: (ms: number) => new Promise<void>((wake) => void sleeps.push({ ms, wake })),
    };
    const persistence = new Persistence({ clock, log: silentLogger, random: () => 1, signal: stop.signal });
    let tries = 0;
    const call = persistence.until('put', (signal) => {
      tries += 1;
      if (tries > 2) return Promise.resolve('there');
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });

    persistence.hurry(20_000);
    for (let next = 0; tries <= 2; next++) {
      await vi.waitFor(() => expect(sleeps.length).toBeGreaterThan(next));
      sleeps[next]?.wake();
      await Promise.resolve();
    }

    expect(await call).toBe('there');
    expect(sleeps.map(({ ms }) => ms)).toEqual([20_000, 200, 20_000, 400, 20_000]);
    expect(persistence.fault).toBeUndefined();
  });
});
