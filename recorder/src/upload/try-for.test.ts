import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { ObjectStoreError, type StoreErrorCode } from './object-store.ts';
import { tryFor } from './try-for.ts';

const OPTIONS = { what: 'put', ms: 60_000, clock: systemClock, logger: silentLogger };

function failing(times: number, code: StoreErrorCode) {
  const answer = async () => {
    answer.calls += 1;
    if (answer.calls <= times) throw new ObjectStoreError(code, `no ${answer.calls}`);
    return 'here';
  };
  answer.calls = 0;
  return answer;
}

it('tries again while the store is unavailable', async () => {
  const act = failing(1, 'Unavailable');

  expect(await tryFor(OPTIONS, act)).toBe('here');
  expect(act.calls).toBe(2);
});

it.each(['Refused', 'NotFound', 'AlreadyExists'] as const)('does not insist where the answer is %s', async (code) => {
  const act = failing(1, code);

  await expect(tryFor(OPTIONS, act)).rejects.toMatchObject({ code });
  expect(act.calls).toBe(1);
});

it('tells the last answer when the time is up', async () => {
  const act = failing(Number.POSITIVE_INFINITY, 'Unavailable');

  await expect(tryFor({ ...OPTIONS, ms: 150 }, act)).rejects.toMatchObject({ code: 'Unavailable' });
  expect(act.calls).toBeGreaterThan(0);
});

it('ends a call that is never answered', async () => {
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  await expect(tryFor({ ...OPTIONS, ms: 20 }, never)).rejects.toMatchObject({ name: 'TimeoutError' });
});
