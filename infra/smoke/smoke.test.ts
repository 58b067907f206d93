import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { smoke } from './smoke.ts';

const MEETINGS = '/apis/meetingbot.dev/v1/namespaces/smoke/meetings';
const condition = (type: string, status = 'True') => ({ type, status, reason: 'Test' });
const WHOLE = {
  phase: 'Completed',
  outcome: 'Complete',
  reason: 'MaxDuration',
  conditions: [condition('Uploaded'), condition('Notified')],
  recording: { url: 'https://bucket/recording.mp4', durationSeconds: 20.2, sizeBytes: 4_000_000 },
  webhook: { deliveredAt: '2026-01-01T00:00:00Z', lastStatusCode: 202 },
};

let server: Server | undefined;
afterEach(() => server?.close());

/** An API whose one Meeting is as the test says, look after look. */
async function anApi(statuses: object[], { open = false } = {}) {
  const seen: { method: string; path: string; body?: unknown }[] = [];
  const left = [...statuses];
  server = createServer(async (request, response) => {
    const { method = '', url: path = '' } = request;
    const body = method === 'POST' ? await json(request) : undefined;
    seen.push({ method, path, ...(body === undefined ? {} : { body }) });
    const answer = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
    const meeting = (status: object) => ({ metadata: { name: 'smoke-1', namespace: 'smoke' }, spec: {}, status });
    if (path === '/livez' || path === '/readyz') return answer(200, {});
    if (!open && request.headers.authorization !== 'Bearer token') return answer(401, { message: 'a token is needed' });
    if (method === 'POST') return answer(201, meeting({ phase: 'Pending', conditions: [] }));
    return answer(200, meeting((left.length > 1 ? left.shift() : left[0]) ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { url, namespace: 'smoke', meeting: 'https://example.com/', seconds: 20, timeout: 5, pollMs: 1 };
  return { seen, options: { ...options, token: 'token', say: () => {} } };
}
const failed = (checks: Awaited<ReturnType<typeof smoke>>) =>
  checks.filter(({ holds }) => !holds).map(({ what }) => what);

it('is content when a Meeting was recorded, uploaded and told of, and leaves nothing behind', async () => {
  const { options, seen } = await anApi([{ phase: 'Recording', conditions: [] }, WHOLE]);

  expect(failed(await smoke(options))).toEqual([]);

  const posted = seen.find(({ method }) => method === 'POST');
  expect(posted).toMatchObject({
    path: MEETINGS,
    body: {
      spec: { url: 'https://example.com/', platform: 'web', deletionPolicy: 'Delete', leave: { maxSeconds: 20 } },
    },
  });
  expect(seen.at(-1)).toEqual({ method: 'DELETE', path: `${MEETINGS}/smoke-1` });
});

it.each([
  ['ended', { ...WHOLE, phase: 'Failed', outcome: 'None', reason: 'LaunchFailed' }],
  ['uploaded and verified', { ...WHOLE, conditions: [condition('Uploaded', 'False'), condition('Notified')] }],
  ['as long as it should be', { ...WHOLE, recording: { ...WHOLE.recording, durationSeconds: 4 } }],
  ['webhook taken by its receiver', { ...WHOLE, conditions: [condition('Uploaded'), condition('Notified', 'False')] }],
  ['webhook taken by its receiver', { ...WHOLE, webhook: { lastStatusCode: 500 } }],
])('says that it was not %s', async (what, status) => {
  const { options } = await anApi([status]);

  expect(failed(await smoke(options))).toEqual([what]);
});

it('finds out an API that needs no token though it was given one', async () => {
  const { options } = await anApi([WHOLE], { open: true });

  expect(failed(await smoke(options))).toEqual(['without a token']);
});

it('asks for no webhook where none is sent, and keeps what it is told to keep', async () => {
  const { options, seen } = await anApi([{ ...WHOLE, conditions: [condition('Uploaded')], webhook: undefined }]);

  expect(failed(await smoke({ ...options, noWebhook: true, keep: true }))).toEqual([]);
  expect(seen.some(({ method }) => method === 'DELETE')).toBe(false);
});
