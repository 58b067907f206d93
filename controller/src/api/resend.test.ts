import { type Meeting, RESEND_ANNOTATION } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';

async function ended(api: ApiUnderTest, status: Partial<Meeting['status']> = {}): Promise<Meeting> {
  const meeting = await api.create('m');
  const over: Meeting['status'] = { ...meeting.status, phase: 'Completed', outcome: 'Complete', reason: 'HostEnded' };
  return api.store.update({ ...meeting, status: { ...over, ...status } }, undefined);
}

const resend = (api: ApiUnderTest, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'POST', url: `${MEETINGS}/m/resend`, headers: { host: 'localhost', ...headers } });

describe('asking for a webhook again', () => {
  it('sets the annotation to a new value each time, and the reconciler hears of it', async () => {
    const api = new ApiUnderTest({ NOTIFY_WEBHOOK_ENABLED: true });
    const before = await ended(api);
    api.changed.length = 0;

    const first = await resend(api);
    const second = await resend(api);

    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    const values = [first, second].map(
      (answer) => (answer.json() as Meeting).metadata.annotations?.[RESEND_ANNOTATION],
    );
    expect(new Set(values).size).toBe(2);
    expect(values).not.toContain(undefined);
    expect(api.changed).toEqual(['default/m', 'default/m']);
    const stored = await api.store.get(before.metadata);
    expect(stored).toMatchObject({ spec: before.spec, status: before.status, metadata: { generation: 1 } });
  });

  it('works for one that is still tried, and with a body of any kind', async () => {
    const api = new ApiUnderTest({ NOTIFY_WEBHOOK_ENABLED: true });
    await ended(api, { phase: 'Notifying' });

    const answer = await api.app.inject({
      ...{ method: 'POST', url: `${MEETINGS}/m/resend`, headers: { host: 'localhost' }, payload: {} },
    });

    expect(answer.statusCode).toBe(202);
  });

  it('is refused with the reason where there is nothing to send', async () => {
    const api = new ApiUnderTest({ NOTIFY_WEBHOOK_ENABLED: true });
    expect((await resend(api)).statusCode).toBe(404);
    await api.create('m');
    const early = await resend(api);
    expect([early.statusCode, early.json().message]).toEqual([409, expect.stringContaining('it is Pending')]);

    const quiet = new ApiUnderTest({ NOTIFY_WEBHOOK_ENABLED: false });
    await ended(quiet);
    const unsent = await resend(quiet);
    expect([unsent.statusCode, unsent.json().message]).toEqual([409, expect.stringContaining('no webhooks are sent')]);
  });

  it('takes a token that may write', async () => {
    const api = new ApiUnderTest({ NOTIFY_WEBHOOK_ENABLED: true, API_TOKENS: 'reader:read,writer:write' });
    const statusFor = async (token: string) => (await resend(api, { authorization: `Bearer ${token}` })).statusCode;
    expect([await statusFor('reader'), await statusFor('writer')]).toEqual([403, 404]);
  });
});
