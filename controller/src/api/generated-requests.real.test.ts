import { readFileSync } from 'node:fs';
import { completeSpec, type Meeting, parseMeetingUrl, platformOfUrl } from '@meetingbot/crds-schema';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';
import { JSON_PATCH, MERGE_PATCH } from './body-parser.ts';
import { brokenMeeting, IDENTITIES, validMeeting } from './generated-meetings.fixture.ts';

/** The same cases each time; FUZZ_SEED gives others, and FUZZ_SCALE more of them. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_206);
const scale = Number(process.env['FUZZ_SCALE'] ?? 1);
const WAIT_MS = 600_000;
let cases = 0;
const runs = (numRuns: number) => {
  cases += numRuns;
  return { seed, numRuns: numRuns * scale };
};

/** What an independent validator says, by the schema that we publish. */
const ajv = new Ajv2020.default({ strict: false });
addFormats.default(ajv);
ajv.addFormat('meeting-url', (text: string) => parseMeetingUrl(text) !== undefined);
const published = new URL('../../../crds-schema/generated/meeting.schema.json', import.meta.url);
const isMeeting = ajv.compile(JSON.parse(readFileSync(published, 'utf8')));

const api = new ApiUnderTest({ WEB_HOSTS: 'talk.example.com', BROWSER_IDENTITIES: IDENTITIES });
afterAll(() => api.app.close());
const keyOf = (name: string) => ({ namespace: 'default', name });
const forget = async (name: string) => {
  const meeting = await api.store.get(keyOf(name));
  if (meeting !== undefined) await api.store.remove(meeting);
};
const send = async (options: InjectOptions) => {
  const answer = await api.app.inject(options);
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
};

/** Success, or a refusal that says why: never a fault of ours. */
function expectAnswer({ status, text }: { status: number; text: string }): void {
  expect(status, text).toBeLessThan(500);
  if (status < 400 || text === '') return;
  const body = JSON.parse(text);
  if (body.success === false) expect(body.error).toEqual(expect.any(String));
  else expect(body).toMatchObject({ kind: 'Status', status: 'Failure', code: status, message: expect.any(String) });
}

/** Nothing is stored that is no Meeting, or whose url is not for it. */
function expectSense(meeting: Meeting): void {
  const { events: _, ...shown } = meeting;
  expect(isMeeting(shown), JSON.stringify(isMeeting.errors)).toBe(true);
  const { url, platform } = meeting.spec;
  expect(platform === platformOfUrl(url) || new URL(url).hostname.replace(/\.$/, '') === 'talk.example.com').toBe(true);
}

const postJson = (url: string, body: unknown) =>
  send({ method: 'POST', url, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

describe('generated Meetings', () => {
  it(
    'that are valid are taken and read back the same, and written back change nothing',
    async () => {
      const property = fc.asyncProperty(validMeeting, async (meeting) => {
        const { name, labels, annotations } = meeting.metadata;
        const made = await postJson(MEETINGS, meeting);
        expect(made.status, made.text).toBe(201);
        const read = await send({ method: 'GET', url: `${MEETINGS}/${name}` });
        const body = JSON.parse(read.text);
        const isEmpty = (map: unknown) => Object.keys(map ?? {}).length === 0;
        expect(body.spec).toEqual(completeSpec(JSON.parse(JSON.stringify(meeting.spec))).spec);
        expect(body.spec).toMatchObject(JSON.parse(JSON.stringify(meeting.spec)));
        expect(body.metadata.labels).toEqual(isEmpty(labels) ? undefined : labels);
        expect(body.metadata.annotations).toEqual(isEmpty(annotations) ? undefined : annotations);
        expectSense(body);

        const headers = { 'content-type': 'application/json' };
        const again = await send({ method: 'PUT', url: `${MEETINGS}/${name}`, payload: read.text, headers });
        expect([again.status, again.text]).toEqual([200, read.text]);
        await forget(name);
      });
      await fc.assert(property, runs(2000));
    },
    WAIT_MS,
  );

  it(
    'that are broken are refused with the fields, or taken for what they still are',
    async () => {
      const property = fc.asyncProperty(brokenMeeting, async (body) => {
        const answer = await postJson(MEETINGS, body);
        expectAnswer(answer);
        if (answer.status === 422) expect(JSON.parse(answer.text).details.causes).not.toEqual([]);
        if (answer.status !== 201) return;
        const meeting = JSON.parse(answer.text);
        expectSense(meeting);
        // As it was sent: whatever is not ours to fill in.
        expect(meeting.spec).toMatchObject(JSON.parse(JSON.stringify(body['spec'])));
        await forget(meeting.metadata.name);
      });
      await fc.assert(property, runs(3500));
    },
    WAIT_MS,
  );
});

describe('generated patches', () => {
  const pointer = fc.oneof(
    fc.constantFrom('', '/', '/spec', '/spec/url', '/spec/stop', '/spec/leave/aloneSeconds', '/metadata/labels/a'),
    fc.constantFrom(
      '/metadata',
      '/metadata/name',
      '/metadata/finalizers',
      '/metadata/finalizers/-',
      '/status',
      '/kind',
    ),
    fc
      .array(fc.oneof(fc.string(), fc.constantFrom('spec', '0', '-', '__proto__', '~0', '~1', '~2')))
      .map((parts) => `/${parts.join('/')}`),
  );
  const operation = fc.record(
    {
      op: fc.oneof(fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), fc.string()),
      path: pointer,
      from: pointer,
      value: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: ['op', 'path'] },
  );
  const patch = fc.oneof(
    fc.tuple(fc.constant(JSON_PATCH), fc.oneof(fc.array(operation, { maxLength: 4 }), fc.jsonValue())),
    fc.tuple(fc.constant(MERGE_PATCH), fc.oneof(brokenMeeting, fc.jsonValue())),
  );

  it(
    'change a Meeting into a Meeting, or nothing; what is immutable stays',
    async () => {
      const property = fc.asyncProperty(patch, async ([type, body]) => {
        await forget('m');
        const before = await api.create('m', { stop: true }, { labels: { a: 'b' } });
        const payload = JSON.stringify(body);
        const answer = await send({
          method: 'PATCH',
          url: `${MEETINGS}/m`,
          payload,
          headers: { 'content-type': type },
        });
        expectAnswer(answer);
        const after = await api.store.get(keyOf('m'));
        if (after === undefined) throw new Error('it is gone');
        expectSense(after);
        const { url, platform, stop } = after.spec;
        expect([url, platform, stop]).toEqual([before.spec.url, before.spec.platform, true]);
        expect(after.status).toEqual(before.status);
        const { uid, name, namespace, creationTimestamp } = before.metadata;
        expect(after.metadata).toMatchObject({ uid, name, namespace, creationTimestamp });
        if (answer.status !== 200) expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
      });
      await fc.assert(property, runs(1500));
    },
    WAIT_MS,
  );
});

describe('generated requests', () => {
  const part = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('default', 'm', 'meetings', 'status', '..', '%00'),
  );
  const path = fc.oneof(
    fc.constantFrom(MEETINGS, `${MEETINGS}/m`, `${MEETINGS}/m/status`, '/apis/meetingbot.dev/v1/meetings'),
    fc.constantFrom('/api', '/apis', '/version', '/openapi/v3', '/api/v1/namespaces', '/api/v1/events', '/readyz'),
    fc.constantFrom('/google/join', '/zoom/join', '/isbusy', '/docs', '/openapi.json'),
    fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.map(encodeURIComponent).join('/')}`),
    part.map((text) => `${MEETINGS}/${encodeURIComponent(text)}`),
  );
  const queryName = fc.constantFrom(
    ...['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'dryRun'],
    ...['fieldValidation', 'includeObject', 'timeoutSeconds', 'sendInitialEvents', 'pretty'],
  );
  const queryValue = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '0',
      '-1',
      '1e9',
      '500',
      'All',
      'Strict',
      'a in (b,c)',
      '!a',
      'a=b,',
      'metadata.name=m',
      'status.phase!=x',
    ),
  );
  const headerName = fc.constantFrom(
    ...['accept', 'if-match', 'if-none-match', 'idempotency-key', 'authorization', 'content-type', 'cookie'],
  );
  const headerValue = fc.oneof(
    fc.stringMatching(/^[ -~]{0,40}$/),
    fc.constantFrom('*', '"1"', 'application/json', 'text/html', 'application/json;as=Table;v=v1;g=meta.k8s.io'),
    fc.constantFrom('Bearer x', 'Bearer mtb_a.b', 'application/yaml', MERGE_PATCH, JSON_PATCH),
  );
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    path,
    query: fc.dictionary(queryName, queryValue, { maxKeys: 3, noNullPrototype: true }),
    headers: fc.dictionary(headerName, headerValue, { maxKeys: 3, noNullPrototype: true }),
    payload: fc.option(
      fc.oneof(
        brokenMeeting.map((body) => JSON.stringify(body)),
        fc.json(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('{', 'a: [', 'a: &a [*a]', '{"status":{"recorder":{"attempt":1}}}'),
      ),
      { nil: undefined },
    ),
  });

  it(
    'are answered or refused, whatever they are',
    async () => {
      const property = fc.asyncProperty(request, async ({ method, path: url, query, headers, payload }) => {
        const body = payload === undefined || method === 'GET' || method === 'HEAD' ? {} : { payload };
        const answer = await send({
          method: method as 'GET',
          url,
          query,
          headers: { 'content-type': 'application/json', ...headers },
          ...body,
        });
        if (url.startsWith('/docs')) expect(answer.status).toBeLessThan(500);
        else expectAnswer(answer);
        if (answer.status === 405) expect(answer.headers['allow']).toBeDefined();
      });
      await fc.assert(property, runs(2500));
      for (const meeting of (await api.store.list({ limit: 1000 })).items) expectSense(meeting);
    },
    WAIT_MS,
  );

  it(
    'of the old bot are answered in its own form',
    async () => {
      const field = fc.oneof(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 1 }));
      const keys = ['bearerToken', 'name', 'teamId', 'timezone', 'userId', 'botId', 'eventId'] as const;
      const fields = Object.fromEntries(keys.map((key) => [key, field]));
      const url = fc.oneof(fc.constant(meetUrl), fc.webUrl(), field);
      const join = fc.record({ ...fields, url }, { requiredKeys: [] });
      const property = fc.asyncProperty(join, async (body) => {
        const answer = await postJson('/google/join', body);
        expect([202, 400, 413]).toContain(answer.status);
        expect(JSON.parse(answer.text).success).toBe(answer.status === 202);
      });
      await fc.assert(property, runs(1000));
      for (const meeting of (await api.store.list({ limit: 1000 })).items) expectSense(meeting);
    },
    WAIT_MS,
  );

  it('are ten thousand and more', () => {
    expect(cases).toBeGreaterThanOrEqual(10_000);
  });
});
