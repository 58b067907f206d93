import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

async function created() {
  const api = new ApiUnderTest();
  const { metadata } = await api.create('m');
  return { api, metadata, etag: `"${metadata.resourceVersion}"` };
}

const send = (api: ApiUnderTest, method: 'PUT' | 'PATCH' | 'DELETE', headers: Record<string, string>, body?: object) =>
  api.app.inject({
    method,
    url: `${MEETINGS}/m`,
    headers: {
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });

describe('conditional requests', () => {
  it('name the version of a Meeting as its ETag, wherever one is answered', async () => {
    const { api, etag } = await created();

    expect((await api.get(`${MEETINGS}/m`)).headers['etag']).toBe(etag);
    const changed = await api.patch(`${MEETINGS}/m`, { spec: { maxAttempts: 5 } });
    expect(changed.headers['etag']).toBe(`"${changed.body.metadata.resourceVersion}"`);
    const made = await api.post(MEETINGS, { metadata: { name: 'n' }, spec: { url: meetUrl } });
    expect(made.headers).toMatchObject({
      etag: `"${made.body.metadata.resourceVersion}"`,
      location: `${MEETINGS}/n`,
    });
  });

  it.each([[(etag: string) => etag], [(etag: string) => `W/${etag}`], [(etag: string) => `"1", ${etag}`], [() => '*']])(
    'answer 304 without a body to a client that has the version (%#)',
    async (header) => {
      const { api, etag } = await created();

      const answer = await api.get(`${MEETINGS}/m`, { 'if-none-match': header(etag) });

      expect([answer.status, answer.text, answer.headers['etag']]).toEqual([304, '', etag]);
    },
  );

  it('answer the whole to a client that has another version, and tables always', async () => {
    const { api, etag } = await created();

    expect((await api.get(`${MEETINGS}/m`, { 'if-none-match': '"1"' })).status).toBe(200);
    const table = await api.get(`${MEETINGS}/m`, { ...TABLE, 'if-none-match': etag });
    expect([table.status, table.headers['etag'], table.headers['vary']]).toEqual([200, undefined, 'accept']);
  });

  it.each(['PUT', 'PATCH', 'DELETE'] as const)(
    'let a %s through for the version it names, and no other',
    async (method) => {
      const { api, metadata, etag } = await created();
      const body =
        method === 'DELETE' ? undefined : { metadata: { name: metadata.name }, spec: { url: meetUrl, maxAttempts: 5 } };

      const stale = await send(api, method, { 'if-match': '"1"' }, body);
      const weak = await send(api, method, { 'if-match': `W/${etag}` }, body);
      const never = await send(api, method, { 'if-none-match': '*' }, body);
      const right = await send(api, method, { 'if-match': `"1", ${etag}` }, body);

      expect([stale.statusCode, weak.statusCode, never.statusCode, right.statusCode]).toEqual([412, 412, 412, 200]);
      expect(stale.json()).toMatchObject({ kind: 'Status', reason: 'PreconditionFailed', code: 412 });
      expect(stale.json().message).toContain(etag);
    },
  );

  it('are not run again over what somebody else wrote between', async () => {
    const { api, etag } = await created();
    const { update } = api.store;
    api.store.update = async (meeting, dueAt) => {
      api.store.update = update;
      const current = await api.store.get(meeting.metadata);
      if (current !== undefined) await update.call(api.store, { ...current }, dueAt);
      return update.call(api.store, meeting, dueAt);
    };

    const answer = await send(api, 'PATCH', { 'if-match': etag }, { spec: { maxAttempts: 5 } });

    expect(answer.statusCode).toBe(412);
    expect((await api.get(`${MEETINGS}/m`)).body.spec.maxAttempts).toBe(3);
  });
});

describe('HEAD', () => {
  it.each([MEETINGS, `${MEETINGS}/m`, '/livez', '/api/v1/namespaces/default/events', '/docs'])(
    'of %s is GET without the body',
    async (url) => {
      const { api } = await created();
      api.time += 1000;

      const get = await api.app.inject({ method: 'GET', url });
      const head = await api.app.inject({ method: 'HEAD', url });

      expect([head.statusCode, head.body]).toEqual([200, '']);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
      expect(head.headers['etag']).toBe(get.headers['etag']);
    },
  );

  it('of what is not there is 404', async () => {
    expect((await new ApiUnderTest().app.inject({ method: 'HEAD', url: `${MEETINGS}/none` })).statusCode).toBe(404);
  });

  it('of a watch does not stay open', async () => {
    const { api } = await created();
    const answer = await api.app.inject({ method: 'HEAD', url: `${MEETINGS}?watch=true` });

    expect([answer.statusCode, api.feed.listeners]).toEqual([200, 0]);
  });
});

it('OPTIONS says what a path takes', async () => {
  const answer = await new ApiUnderTest().app.inject({ method: 'OPTIONS', url: MEETINGS });

  expect([answer.statusCode, answer.headers['allow']]).toEqual([204, 'GET, HEAD, POST']);
});

describe('YAML', () => {
  const yaml = `# as a person writes it
metadata: {name: m, labels: {on: "2026-02-06"}}
spec:
  url: ${meetUrl}
  startAt: 2026-02-06T16:00:00Z
  stop: no
`;

  it('is taken where JSON is, and times in it stay text', async () => {
    const api = new ApiUnderTest();
    const text = yaml.replace('  stop: no\n', '');

    const { status, body } = await api.post(MEETINGS, text, { 'content-type': 'application/yaml; charset=utf-8' });

    expect(status).toBe(201);
    expect(body.spec.startAt).toBe('2026-02-06T16:00:00Z');
    expect(body.metadata.labels).toEqual({ on: '2026-02-06' });
  });

  it('means what YAML 1.2 says', async () => {
    const answer = await new ApiUnderTest().post(MEETINGS, yaml, { 'content-type': 'application/yaml' });

    expect(answer).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec.stop' }] } } });
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
  const generated = { metadata: { generateName: 'daily-' }, spec: { url: meetUrl } };

  it('makes of a request that is sent again the same Meeting', async () => {
    const api = new ApiUnderTest();

    const first = await api.post(MEETINGS, generated, key);
    await api.patch(`${MEETINGS}/${first.body.metadata.name}`, { spec: { stop: true } });
    const again = await api.post(MEETINGS, generated, key);

    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.metadata.uid).toBe(first.body.metadata.uid);
    expect([first.headers['idempotent-replayed'], again.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
    expect((await api.get(MEETINGS)).body.items).toHaveLength(1);
  });

  it('holds for requests that come at once, and without its quotes', async () => {
    const api = new ApiUnderTest();
    const bare = { 'idempotency-key': key['idempotency-key'].replaceAll('"', '') };

    const answers = await Promise.all([key, bare, key, bare].map((headers) => api.post(MEETINGS, generated, headers)));

    expect(new Set(answers.map(({ body }) => body.metadata.uid)).size).toBe(1);
    expect((await api.get(MEETINGS)).body.items).toHaveLength(1);
  });

  it('holds under a name of the client too, and leaves another request of that name a conflict', async () => {
    const api = new ApiUnderTest();
    const named = { metadata: { name: 'm' }, spec: { url: meetUrl } };

    await api.post(MEETINGS, named, key);

    expect((await api.post(MEETINGS, named, key)).status).toBe(201);
    expect((await api.post(MEETINGS, named, { 'idempotency-key': 'another' })).body.reason).toBe('AlreadyExists');
    expect((await api.post(MEETINGS, named)).body.reason).toBe('AlreadyExists');
  });

  it('is refused for another request', async () => {
    const api = new ApiUnderTest();
    await api.post(MEETINGS, generated, key);

    const answer = await api.post(MEETINGS, { ...generated, spec: { url: meetUrl, maxAttempts: 5 } }, key);

    expect(answer).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'Idempotency-Key' }] } } });
  });

  it('of two senders or namespaces are two', async () => {
    const api = new ApiUnderTest({ API_TOKENS: 'a:write,b:write' });
    const post = (token: string, url = MEETINGS) =>
      api.post(url, generated, { ...key, authorization: `Bearer ${token}` });

    const answers = [await post('a'), await post('b'), await post('a', MEETINGS.replace('default', 'other'))];

    expect(new Set(answers.map(({ body }) => body.metadata.uid)).size).toBe(3);
  });

  it.each(['""', 'x'.repeat(256), 'ü'])('that is %.10s is refused', async (value) => {
    expect((await new ApiUnderTest().post(MEETINGS, generated, { 'idempotency-key': value })).status).toBe(400);
  });
});
