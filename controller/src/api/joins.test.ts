import { describe, expect, it } from 'vitest';
import { ApiUnderTest, meetUrl } from './api-under-test.ts';

const body = {
  bearerToken: 'super-secret-bearer',
  url: meetUrl,
  name: 'Notetaker',
  teamId: 'team123',
  timezone: 'Europe/Berlin',
  userId: 'user123',
  botId: 'bot-1',
};

describe("the old bot's joins", () => {
  it.each([
    ['/google/join', meetUrl, 'Google Meet', 'google-meet'],
    ['/microsoft/join', 'https://teams.microsoft.com/l/meetup-join/x', 'Microsoft Teams', 'microsoft-teams'],
    ['/zoom/join', 'https://us02web.zoom.us/j/1?pwd=p', 'Zoom', 'zoom'],
  ])('%s answers as it did, and makes a Meeting', async (path, url, title, platform) => {
    const api = new ApiUnderTest();

    const { status, text } = await api.post(path, { ...body, url, eventId: 'event-1' });

    expect(status).toBe(202);
    expect(text).toBe(
      `{"success":true,"message":"${title} join request accepted and processing started","data":{"userId":"user123","teamId":"team123","eventId":"event-1","botId":"bot-1","status":"processing"}}`,
    );
    const { items } = await api.store.list({ limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]?.spec).toMatchObject({
      url,
      platform,
      displayName: 'Notetaker',
      context: { userId: 'user123', teamId: 'team123', botId: 'bot-1', eventId: 'event-1', timezone: 'Europe/Berlin' },
    });
    expect(JSON.stringify(items)).not.toContain('super-secret-bearer');
    expect(api.changed).toHaveLength(1);
  });

  it('takes a repeated join for the same Meeting, and another bot or url for another', async () => {
    const api = new ApiUnderTest();
    const joins = [body, body, { ...body, name: 'Other name' }];
    const answers = await Promise.all(joins.map((join) => api.post('/google/join', join)));
    await api.post('/google/join', body);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await api.store.list({ limit: 10 })).items).toHaveLength(1);

    await api.post('/google/join', { ...body, botId: 'bot-2' });
    await api.post('/google/join', { ...body, url: 'https://meet.google.com/xyz-xyzx-xyz' });
    expect((await api.store.list({ limit: 10 })).items).toHaveLength(3);
  });

  it('leaves out of the answer what was not sent', async () => {
    const { botId: _, ...noBot } = body;

    const { text } = await new ApiUnderTest().post('/google/join', { ...noBot, eventId: 'e' });

    expect(text).toContain('"data":{"userId":"user123","teamId":"team123","eventId":"e","status":"processing"}');
  });

  it.each(['bearerToken', 'url', 'name', 'teamId', 'timezone', 'userId'])(
    'misses %s as the old bot did',
    async (field) => {
      const { status, text } = await new ApiUnderTest().post('/google/join', { ...body, [field]: '' });

      expect(status).toBe(400);
      expect(text).toBe(
        '{"success":false,"error":"Missing required fields: bearerToken, url, name, teamId, timezone, userId"}',
      );
    },
  );

  it('wants a bot or an event', async () => {
    const { status, text } = await new ApiUnderTest().post('/zoom/join', { ...body, botId: null });

    expect(status).toBe(400);
    expect(text).toBe('{"success":false,"error":"Missing required fields: botId or eventId"}');
  });

  it.each([
    [{ url: 'meet.google.com/x' }, 'url: expected an absolute http or https URL'],
    [{ url: 'https://internal.example.com/x' }, 'url: host internal.example.com is not known for platform google-meet'],
    [{ name: 'x'.repeat(200) }, 'name: '],
    [{ userId: 7 }, 'userId: '],
  ])('refuses %j in the words of the caller', async (change, words) => {
    const { status, body: answer } = await new ApiUnderTest().post('/google/join', { ...body, ...change });

    expect(status).toBe(400);
    expect(answer).toEqual({ success: false, error: expect.stringContaining(words) });
  });

  it('answers what is no JSON in its own form', async () => {
    const { status, body: answer } = await new ApiUnderTest().post('/google/join', '{"a":');

    expect([status, answer.success]).toEqual([400, false]);
  });

  it('is never busy', async () => {
    const api = new ApiUnderTest();
    await api.post('/google/join', body);

    expect((await api.get('/isbusy')).text).toBe('{"success":true,"data":0}');
  });

  it('needs a token in the header, unless the deployment lets the old page in without one', async () => {
    const API_TOKENS = 'joi:join';
    const closed = new ApiUnderTest({ API_TOKENS });
    const refused = await closed.post('/google/join', body);
    expect(refused).toMatchObject({ status: 401, body: { success: false, error: 'a bearer token is required' } });
    expect((await closed.post('/google/join', body, { authorization: 'Bearer joi' })).status).toBe(202);
    expect((await closed.get('/isbusy')).status).toBe(401);

    const open = new ApiUnderTest({ API_TOKENS, ALLOW_ANONYMOUS_JOIN: true });
    expect((await open.post('/google/join', body)).status).toBe(202);
    expect((await open.get('/isbusy')).status).toBe(200);
    expect((await open.get('/apis')).status).toBe(401);
  });
});
