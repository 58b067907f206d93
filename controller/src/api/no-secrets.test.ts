import { expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { ApiUnderTest, MEETINGS, meetUrl, recorderTokenKey } from './api-under-test.ts';
import { openApi31 } from './docs/openapi-document.ts';
import { issueRecorderToken } from './recorder-token.ts';

const MARK = /marked-[a-z-]+/g;
const API_TOKENS = 'marked-write-token:meetings:write,marked-read-token:meetings:read';
/** A passcode as Zoom and Teams have it, one in the fragment, and one in a text that is no URL. */
const urls = [
  `${meetUrl}?pwd=marked-passcode#marked-fragment`,
  'https://us02web.zoom.us/j/1?pwd=marked-passcode',
  'https://me:marked-password@meet.google.com/abc-defg-hij',
  'https://talk.example.com/?pwd=marked-passcode',
  'http://127.0.0.1/?pwd=marked-passcode',
  'meet.google.com/abc?pwd=marked-passcode',
  `https://meet.google.com/?pwd=marked-passcode${'x'.repeat(5000)}`,
];
const join = { bearerToken: 'marked-bearer', name: 'n', teamId: 't', timezone: 'UTC', userId: 'u', botId: 'b' };

const objects: unknown[] = urls.flatMap((url) => [
  { metadata: { name: 'm' }, spec: { url } },
  { metadata: { name: 'm', resourceVersion: '1' }, spec: { url, platform: 'web' } },
  {
    metadata: { name: 'm' },
    spec: { url, platform: url, displayName: { url }, join: url, bearerToken: 'marked-bearer' },
  },
  { apiVersion: url, kind: [url], metadata: { name: url, labels: { a: url } }, spec: url },
  { ...join, url },
  { ...join, url, userId: '' },
  { ...join, url, name: [url], userId: { url } },
  { spec: { url } },
  [{ op: 'replace', path: '/spec/url', value: url }],
  [{ op: 'test', path: '/spec/url', value: url }],
  { status: { recorder: { attempt: 1, phase: url, result: { url } } } },
  url,
]);
const texts = [
  ...objects.map((body) => JSON.stringify(body)),
  '{"spec":{"url":"https://x/?pwd=marked-passcode',
  '{"bearerToken": marked-bearer}',
  'marked-passcode',
  'bearerToken: marked-bearer\n  url: ?pwd=marked-passcode',
  'a: *marked-passcode',
  'a: !marked-passcode b',
];
const types = [
  ...['application/json', 'application/merge-patch+json', 'application/json-patch+json', 'application/yaml'],
  'text/marked-type',
];
const recorder = issueRecorderToken(recorderTokenKey, { namespace: 'default', name: 'm', uid: 'uid-1', attempt: 1 });
const authorizations = [
  ...['Bearer marked-write-token', 'Bearer marked-read-token', 'Bearer marked-wrong-token', 'marked-scheme', ''],
  `Bearer ${recorder}`,
];

it('no route, whatever it is sent, puts a token or a passcode into a log line, an error, an event or a metric', async () => {
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => lines.push(line) });
  const api = new ApiUnderTest({ API_TOKENS, WEB_HOSTS: '*', API_RATE_LIMIT: 1_000_000 }, { logger });
  const told: string[] = [];
  let requests = 0;
  const drive = async (method: string, path: string, authorization: string, body?: { text: string; type: string }) => {
    requests += 1;
    const answer = await api.app.inject({
      method: method as 'GET',
      url: `${path}?pretty=marked-query&access_token=marked-query`,
      headers: {
        authorization,
        cookie: 'session=marked-cookie',
        'idempotency-key': 'marked-key',
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      ...(body === undefined ? {} : { payload: body.text }),
    });
    const marks = withoutSpecs(answer.body).match(MARK) ?? [];
    const headers = JSON.stringify(answer.headers).match(MARK) ?? [];
    for (const mark of [...marks, ...headers]) told.push(`${method} ${path} ${answer.statusCode}: ${mark}`);
  };

  for (const [path, item] of Object.entries(openApi31().paths)) {
    const url = path.replace('{ns}', 'default').replace('{name}', 'm');
    for (const method of Object.keys(item).map((name) => name.toUpperCase())) {
      for (const authorization of authorizations) {
        if (method === 'GET') await drive(method, url, authorization);
        else if (authorization !== authorizations[0])
          await drive(method, url, authorization, { text: texts[0] ?? '', type: types[0] ?? '' });
        else
          for (const text of texts) for (const type of types) await drive(method, url, authorization, { text, type });
      }
    }
  }
  const metrics = (await api.get('/metrics')).text;

  expect(requests).toBeGreaterThan(2000);
  expect(lines.length).toBeGreaterThanOrEqual(requests);
  expect([...new Set(told)]).toEqual([]);
  expect(lines.filter((line) => line.match(MARK) !== null)).toEqual([]);
  expect(lines.join('')).not.toContain(recorder);
  expect(metrics).not.toMatch(MARK);
  const { items } = await api.store.list({ limit: 1000 });
  expect(items.length).toBeGreaterThan(0);
  for (const { spec: _, ...rest } of items) expect(JSON.stringify(rest)).not.toMatch(MARK);
  for (const meeting of items) expect(JSON.stringify(meeting)).not.toMatch(/marked-(bearer|key|password|[a-z]+-token)/);
}, 120_000);

/** Whoever may read a Meeting may read its url. */
function withoutSpecs(text: string): string {
  return text.replace(/"url":"(?:[^"\\]|\\.)*"/g, '');
}

it('a table shows the url without what may be secret in it', async () => {
  const api = new ApiUnderTest();
  await api.create('m', { url: `${meetUrl}?pwd=marked-passcode` });

  const { text } = await api.get(MEETINGS, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });

  expect(text).toContain(meetUrl);
  expect(text).not.toMatch(MARK);
});
