import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { failing } from './failing-call.fixture.ts';
import { tryFor } from './try-for.ts';

const OPTIONS = { what: 'put', ms: 60_000, clock: systemClock, logger: silentLogger };

it('tries again while the store is unavailable', async () => {
  expect(await tryFor(OPTIONS, failing(1, 'Unavailable'))).toBe(2);
});

it.each(['Refused', 'NotFound', 'AlreadyExists'] as const)('does not insist where the answer is %s', async (code) => {
  const act = failing(1, code);

  await expect(tryFor(OPTIONS, act)).rejects.toMatchObject({ code, message: 'no 1' });
  expect(await act()).toBe(2);
});

it('tells the last answer when the time is up', async () => {
  const act = failing(Number.POSITIVE_INFINITY, 'Unavailable');

  await expect(tryFor({ ...OPTIONS, ms: 150 }, act)).rejects.toMatchObject({
    code: 'Unavailable',
    message: expect.stringMatching(/^no [1-9]/),
  });
});

it('ends a call that is never answered', async () => {
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  await expect(tryFor({ ...OPTIONS, ms: 20 }, never)).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('ends before its time when nobody waits for it any more', async () => {
  const leaving = AbortSignal.timeout(50);
  const act = failing(Number.POSITIVE_INFINITY, 'Unavailable');

  await expect(tryFor({ ...OPTIONS, signal: leaving }, act)).rejects.toMatchObject({ code: 'Unavailable' });
});
