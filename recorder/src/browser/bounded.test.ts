import { systemClock } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { bounded, isMoved } from './bounded.ts';

const never = new Promise<never>(() => undefined);

describe('a bounded call', () => {
  it('gives the answer of the call', async () => {
    await expect(bounded('asking', 1000, Promise.resolve(7), systemClock)).resolves.toBe(7);
  });

  it('ends in PageHung when no answer comes', async () => {
    const call = bounded('reading the title', 5, never, systemClock);
    await expect(call).rejects.toMatchObject({
      code: 'PageHung',
      message: 'the page did not answer within 5 ms: reading the title',
    });
  });

  it.each([
    'Protocol error (Runtime.callFunctionOn): Target closed',
    'Attempted to use detached Frame',
    'Page crashed! Target crashed',
  ])('tells that the page is gone by "%s"', async (message) => {
    const call = bounded('clicking', 1000, Promise.reject(new Error(message)), systemClock);
    await expect(call).rejects.toMatchObject({ code: 'PageGone' });
  });

  it('hands on any other error as it is', async () => {
    const error = new Error('Execution context was destroyed, most likely because of a navigation.');
    await expect(bounded('asking', 1000, Promise.reject(error), systemClock)).rejects.toBe(error);
    expect(isMoved(error)).toBe(true);
  });
});
