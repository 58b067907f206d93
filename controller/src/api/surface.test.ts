import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';
import { assertBindable } from './assert-bindable.ts';
import { listen } from './watch-client.fixture.ts';

const tokens = { API_TOKENS: 'adm:admin, wri:te:write, rea:read, joi:join' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('errors', () => {
  it.each([
    ['GET', '/apis/meetingbot.dev/v2', 404, 'NotFound'],
    ['GET', '/', 404, 'NotFound'],
    ['POST', `${MEETINGS}/m`, 405, 'MethodNotAllowed'],
    ['PUT', `${MEETINGS}/m/status`, 405, 'MethodNotAllowed'],
    ['DELETE', MEETINGS, 405, 'MethodNotAllowed'],
    ['GET', `${MEETINGS}/Not_A_Name`, 400, 'BadRequest'],
  ] as const)('answers %s %s with a Status %i', async (method, url, code, reason) => {
    const answer = await new ApiUnderTest().app.inject({ method, url });

    expect(answer.statusCode).toBe(code);
    expect(answer.json()).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
  });

  it('says which methods a path has', async () => {
    const answer = await new ApiUnderTest().app.inject({ method: 'POST', url: `${MEETINGS}/m` });

    expect(answer.headers['allow']).toBe('GET, HEAD, PUT, PATCH, DELETE');
  });

  it.each([
    ['{"spec":', 'application/json', 400, 'BadRequest'],
    ['{"__proto__":{"a":1}}', 'application/json', 400, 'BadRequest'],
    ['', 'application/json', 400, 'BadRequest'],
    [`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, 'application/json', 400, 'BadRequest'],
    ['spec: {}', 'text/plain', 415, 'UnsupportedMediaType'],
    ['spec: [', 'application/yaml', 400, 'BadRequest'],
    ['__proto__: {a: 1}', 'application/yaml', 400, 'BadRequest'],
    ['a: 1\n---\nb: 2', 'application/yaml', 400, 'BadRequest'],
    ['a: &a [1]\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]', 'application/yaml', 400, 'BadRequest'],
    ['['.repeat(50_000), 'application/yaml', 400, 'BadRequest'],
    ['{}', 'application/merge-patch+json', 415, 'UnsupportedMediaType'],
    [JSON.stringify({ a: 'x'.repeat(300_000) }), 'application/json', 413, 'RequestEntityTooLarge'],
  ])('answers the body %.20s of type %s with a Status %i', async (payload, type, code, reason) => {
    const answer = await new ApiUnderTest().post(MEETINGS, payload, { 'content-type': type });

    expect(answer).toMatchObject({ status: code, body: { kind: 'Status', reason, code } });
  });

  it('keeps the inside of an unexpected error to itself and logs it', async () => {
    const lines: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (fields: object) => lines.push(fields),
      child: () => logger,
    };
    const api = new ApiUnderTest({}, { logger });
    api.store.get = async () => {
      throw new Error('secret detail');
    };

    const { status, text } = await api.get(`${MEETINGS}/m`);

    expect(status).toBe(500);
    expect(text).not.toContain('secret detail');
    expect(lines).toMatchObject([{ namespace: 'default', name: 'm', err: { message: 'secret detail' } }]);
  });

  it.each([
    ['Throttled', 429],
    ['Unavailable', 503],
  ] as const)('tells the client to come again when the store is %s', async (code, status) => {
    const { ControllerError } = await import('../errors.ts');
    const api = new ApiUnderTest();
    api.store.get = async () => {
      throw new ControllerError(code, 'inside');
    };

    const answer = await api.get(`${MEETINGS}/m`);

    expect([answer.status, answer.headers['retry-after'], answer.body.details.retryAfterSeconds]).toEqual([
      status,
      '1',
      1,
    ]);
  });
});

describe('access', () => {
  it('asks for a token where there are tokens, with a Status', async () => {
    const answer = await new ApiUnderTest(tokens).get(MEETINGS);

    expect(answer).toMatchObject({ status: 401, body: { kind: 'Status', reason: 'Unauthorized', code: 401 } });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect((await new ApiUnderTest(tokens).get(MEETINGS, bearer('wrong'))).status).toBe(401);
    expect((await new ApiUnderTest(tokens).get('/no/such/path')).status).toBe(401);
  });

  it.each([
    ['adm', 200, 201, 202],
    ['wri:te', 200, 201, 202],
    ['rea', 200, 403, 403],
    ['joi', 403, 403, 202],
  ])('opens to the token %s: list %i, create %i, join %i', async (token, list, create, join) => {
    const api = new ApiUnderTest(tokens);
    const body = { metadata: { name: 'm' }, spec: { url: meetUrl } };

    expect((await api.get(MEETINGS, bearer(token))).status).toBe(list);
    expect((await api.post(MEETINGS, body, bearer(token))).status).toBe(create);
    expect((await api.post('/google/join', joinBody, bearer(token))).status).toBe(join);
  });

  it.each(['/livez', '/readyz', '/metrics', '/health'])('leaves %s open', async (path) => {
    expect((await new ApiUnderTest(tokens).get(path)).status).toBe(200);
  });

  it('without tokens is open to this machine only, whatever name a page gives it', async () => {
    const api = new ApiUnderTest();

    for (const [host, status] of [
      ['localhost:3000', 200],
      ['127.0.0.1:3000', 200],
      ['[::1]:3000', 200],
      ['evil.example.com', 403],
    ] as const) {
      expect((await api.get(MEETINGS, { host })).status, host).toBe(status);
    }
  });

  it.each([
    [{}, '127.0.0.1'],
    [{ HOST: 'localhost' }, 'localhost'],
    [{ HOST: '::1' }, '::1'],
    [tokens, '0.0.0.0'],
    [{ ...tokens, HOST: '10.0.0.1' }, '10.0.0.1'],
  ])('with %j listens on %s', (settings, host) => {
    expect(assertBindable(settings)).toBe(host);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'api.example.com'])('without tokens does not listen on %s', (HOST) => {
    expect(() => assertBindable({ HOST })).toThrow(/^settings: API_TOKENS: required unless HOST is a loopback/);
  });

  it.each(['token', ':read', 'hunter2:owner'])(
    'refuses to start with API_TOKENS %j, and does not repeat it',
    (text) => {
      const start = () => new ApiUnderTest({ API_TOKENS: text });

      expect(start).toThrow(/^settings: API_TOKENS: expected token:scope/);
      expect(start).not.toThrow(/hunter2/);
    },
  );
});

describe('probes', () => {
  it('says why it is not ready', async () => {
    const api = new ApiUnderTest();
    api.checks = [
      { name: 'dynamodb', ok: true },
      { name: 'ecs', ok: false, message: 'no answer' },
    ];

    expect(await api.get('/readyz')).toMatchObject({ status: 503, body: { status: 'not ready', checks: api.checks } });
    expect((await api.get('/livez')).status).toBe(200);
  });

  it('serves the metrics as they are', async () => {
    const { headers, text } = await new ApiUnderTest().get('/metrics');

    expect([headers['content-type'], text]).toEqual(['text/plain; version=0.0.4', 'up 1\n']);
  });

  it('keeps the health answer of the old bot', async () => {
    const api = new ApiUnderTest();
    api.time += 2500;

    expect((await api.get('/health')).text).toBe(
      '{"status":"healthy","timestamp":"2026-02-06T15:00:02.500Z","uptime":2.5}',
    );
  });
});

describe('discovery', () => {
  it('tells kubectl of meetings and their subresources', async () => {
    const { body } = await new ApiUnderTest().get('/apis/meetingbot.dev/v1');

    expect(body.resources.map((resource: { name: string }) => resource.name)).toEqual([
      'meetings',
      'meetings/status',
      'meetings/resend',
    ]);
    expect(body.resources[0]).toMatchObject({ shortNames: ['mtg'], kind: 'Meeting', namespaced: true });
  });

  it('answers the old OpenAPI with an empty protobuf document and the new one with the schemas', async () => {
    const api = new ApiUnderTest();

    const old = await api.get('/openapi/v2');
    expect([old.status, old.text]).toEqual([200, '']);
    expect(old.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');

    const { body: index } = await api.get('/openapi/v3');
    const { serverRelativeURL } = index.paths['apis/meetingbot.dev/v1'];
    const { body: document } = await api.get(serverRelativeURL);
    const schema = document.components.schemas['dev.meetingbot.v1.Meeting'];
    expect(schema['x-kubernetes-group-version-kind']).toEqual([
      { group: 'meetingbot.dev', version: 'v1', kind: 'Meeting' },
    ]);
    expect(schema.properties.spec.properties.url.description).toContain('Where the meeting is');
    const resend = document.paths['/apis/meetingbot.dev/v1/namespaces/{namespace}/meetings/{name}/resend'];
    expect(resend).toMatchObject({ post: { 'x-kubernetes-action': 'post' } });
  });

  it('knows the namespaces that hold Meetings, and any other by its name', async () => {
    const api = new ApiUnderTest();
    await api.post('/apis/meetingbot.dev/v1/namespaces/team-a/meetings', {
      metadata: { name: 'm' },
      spec: { url: meetUrl },
    });

    const { body } = await api.get('/api/v1/namespaces');
    expect(body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'default',
      'team-a',
    ]);
    expect((await api.get('/api/v1/namespaces/team-b')).body).toMatchObject({ kind: 'Namespace' });
  });
});

const joinBody = {
  bearerToken: 'abc',
  url: meetUrl,
  name: 'Notetaker',
  teamId: 'team123',
  timezone: 'UTC',
  userId: 'user123',
  botId: 'bot-1',
};

it('answers 431 to headers of more than 16 kB, and goes on', async () => {
  const { app } = new ApiUnderTest();
  const url = await listen(app);
  try {
    const large = await fetch(`${url}/livez`, { headers: { 'x-large': 'x'.repeat(17_000) } });
    expect(large.status).toBe(431);
    const next = await fetch(`${url}/livez`);
    expect(next.status).toBe(200);
    await Promise.all([large.text(), next.text()]);
  } finally {
    await app.close();
  }
});
