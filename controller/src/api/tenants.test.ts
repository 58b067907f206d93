import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';
import { RateLimit } from './rate-limit.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ofA = MEETINGS.replace('default', 'team-a');
const ofB = MEETINGS.replace('default', 'team-b');

describe('a token that is bound to a namespace', () => {
  const settings = { API_TOKENS: 'all:admin,a:write@team-a' };

  it('opens that namespace and nothing of another', async () => {
    const api = new ApiUnderTest(settings);
    const body = { metadata: { name: 'm' }, spec: { url: meetUrl } };
    await api.post(ofB, body, bearer('all'));
    expect((await api.post(ofA, body, bearer('a'))).status).toBe(201);
    expect((await api.get(`${ofA}/m`, bearer('a'))).status).toBe(200);

    for (const url of [
      ofB,
      `${ofB}/m`,
      `${ofB}/m/status`,
      `${ofB}?watch=true`,
      '/apis/meetingbot.dev/v1/meetings',
      '/apis/meetingbot.dev/v1/meetings?fieldSelector=metadata.namespace%3Dteam-a',
      '/api/v1/events',
      '/api/v1/namespaces/team-b/events',
      '/api/v1/namespaces/team-b',
    ]) {
      expect((await api.get(url, bearer('a'))).body, url).toMatchObject({ reason: 'Forbidden', code: 403 });
    }
    expect((await api.post(ofB, body, bearer('a'))).status).toBe(403);
  });

  it('does not learn the names of other namespaces', async () => {
    const api = new ApiUnderTest(settings);
    await api.post(ofB, { metadata: { name: 'm' }, spec: { url: meetUrl } }, bearer('all'));

    const { text } = await api.get('/api/v1/namespaces', bearer('a'));

    expect(text).toContain('team-a');
    expect(text).not.toContain('team-b');
    expect((await api.get('/apis/meetingbot.dev/v1', bearer('a'))).status).toBe(200);
  });

  it('joins into its namespace', async () => {
    const api = new ApiUnderTest(settings);
    const join = { bearerToken: 'x', url: meetUrl, name: 'n', teamId: 't', timezone: 'UTC', userId: 'u', botId: 'b' };

    await api.post('/google/join', join, bearer('a'));
    await api.post('/google/join', join, bearer('all'));

    expect((await api.get(ofA, bearer('a'))).body.items).toHaveLength(1);
    expect((await api.get(MEETINGS, bearer('all'))).body.items).toHaveLength(1);
  });

  it.each(['a:write@', 'a:write@Team', 'a:write@x@y'])('written as %s is refused at the start', (API_TOKENS) => {
    expect(() => new ApiUnderTest({ API_TOKENS })).toThrow(/^settings: API_TOKENS: expected token:scope/);
  });
});

describe('the rate of one token', () => {
  it('is limited, and another token is not held up', async () => {
    const api = new ApiUnderTest({ API_TOKENS: 'a:read,b:read', API_RATE_LIMIT: 2 });
    const statuses = async (token: string, count: number) => {
      const answers = [];
      for (let index = 0; index < count; index++) answers.push(await api.get(MEETINGS, bearer(token)));
      return answers;
    };

    const answers = await statuses('a', 5);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
    expect(answers[4]?.headers['retry-after']).toBe('1');
    expect(answers[4]?.body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests' });
    expect((await statuses('b', 1))[0]?.status).toBe(200);
    api.time += 1000;
    expect((await statuses('a', 3)).map(({ status }) => status)).toEqual([200, 200, 429]);
    for (let index = 0; index < 9; index++) expect((await api.get('/livez')).status).toBe(200);
  });

  it('holds for guesses too', async () => {
    const api = new ApiUnderTest({ API_TOKENS: 'a:read', API_RATE_LIMIT: 2 });
    const guess = async () => (await api.get(MEETINGS, bearer('guess'))).status;

    expect([await guess(), await guess(), await guess(), await guess(), await guess()]).toEqual([
      401, 401, 401, 401, 429,
    ]);
    expect((await api.get(MEETINGS, bearer('a'))).status).toBe(200);
  });

  it('needs no more memory for more senders', () => {
    const limit = new RateLimit(1);

    for (let index = 0; index < 20_000; index++) limit.take(`sender-${index}`, 0);

    expect(limit.take('sender-19999', 0)).toBeUndefined();
    expect(limit.take('sender-19999', 0)).toBe(1);
  });
});
