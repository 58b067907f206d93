import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { API_VERSION, completeSpec, EXIT_CODES, EXIT_CONFIG, type RecorderReport } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const TOKEN = 'the-token-of-this-meeting';
let controller: Server;
let seen: { method: string; report: RecorderReport | undefined }[];
let answer: { status: number; body: object };

beforeEach(async () => {
  seen = [];
  controller = createServer(async (message, reply) => {
    let text = '';
    for await (const piece of message) text += piece;
    seen.push({ method: message.method ?? '', report: text === '' ? undefined : JSON.parse(text).status.recorder });
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  controller.listen(0, '127.0.0.1');
  await once(controller, 'listening');
});
afterEach(() => {
  controller.closeAllConnections();
  controller.close();
});

const meetingAt = (url: string, platform: string, uid = 'uid-1') => ({
  apiVersion: API_VERSION,
  kind: 'Meeting',
  metadata: { namespace: 'test', name: 'meeting', uid },
  spec: completeSpec({ url, platform }).spec,
  status: { phase: 'Launching', conditions: [], attempts: [] },
});

function task(env: Record<string, string> = {}) {
  const settings = {
    ...{ MEETING_NAMESPACE: 'test', MEETING_NAME: 'meeting', MEETING_UID: 'uid-1', MEETING_ATTEMPT: '1' },
    ...{ MEETING_TOKEN: TOKEN, S3_REGION: 'us-east-1', S3_BUCKET_NAME: 'b', S3_ENDPOINT: 'http://127.0.0.1:9' },
    CONTROLLER_URL: `http://127.0.0.1:${(controller.address() as AddressInfo).port}`,
  };
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
    env: { PATH: process.env['PATH'], ...settings, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const exit = once(child, 'close').then(([code]) => ({ code: code as number, output }));
  return { child, exit };
}

/** An S3 that holds nothing and takes an upload. */
async function emptyBucket(): Promise<{ url: string; close(): void }> {
  const list = '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
  const upload = '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>';
  const server = createServer((message, reply) => {
    message.resume().on('end', () => {
      reply.writeHead(200, { 'content-type': 'application/xml', etag: '"1"' });
      reply.end(message.method === 'GET' ? list : upload);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('the recorder task', () => {
  it('names a missing setting in one line', async () => {
    const { code, output } = await task({ S3_BUCKET_NAME: '', MEETING_ATTEMPT: 'one' }).exit;
    expect(code).toBe(EXIT_CONFIG);
    expect(output).toMatch(/^settings: .*S3_BUCKET_NAME: required.*\n$/);
    expect(output).toContain('MEETING_ATTEMPT');
  });

  it('reports why it cannot record, and says it again by its exit code', async () => {
    answer = { status: 200, body: meetingAt('https://us02web.zoom.us/j/123?pwd=secret', 'zoom') };
    const s3 = await emptyBucket();
    const keys = { S3_ACCESS_KEY_ID: 'k', S3_SECRET_ACCESS_KEY: 's', S3_USE_MINIO_COMPATIBILITY: 'true' };
    const { code, output } = await task({ ...keys, CHROMIUM_PATH: '/no/chromium', S3_ENDPOINT: s3.url }).exit;
    s3.close();
    expect(code).toBe(EXIT_CODES.InternalError);
    expect(seen.at(-1)?.report).toMatchObject({
      phase: 'Done',
      attempt: 1,
      result: { reason: 'InternalError', manifest: false, message: expect.stringContaining('no Chromium at') },
    });
    expect(output).not.toContain('secret');
    expect(output).not.toContain(TOKEN);
  });

  it('has nothing to do for a Meeting that is gone', async () => {
    answer = { status: 404, body: { kind: 'Status', code: 404, message: 'meetings "meeting" not found' } };
    expect((await task().exit).code).toBe(EXIT_CODES.StopRequested);
  });

  it('leaves the place to another recorder that has it', async () => {
    answer = { status: 200, body: meetingAt('https://x.test/', 'web', 'uid-2') };
    expect((await task().exit).code).toBe(EXIT_CODES.Terminated);
    expect(seen.map(({ method }) => method)).toEqual(['GET']);
  });

  it('is gone at once when it is told to end before it has begun', async () => {
    answer = { status: 503, body: {} };
    const { child, exit } = task();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0), { timeout: 10_000 });
    child.kill('SIGTERM');
    expect((await exit).code).toBe(EXIT_CODES.Terminated);
  });
});

describe('npm run record', () => {
  async function record(...args: string[]) {
    const child = spawn(process.execPath, [new URL('record.ts', import.meta.url).pathname, ...args], {
      env: { ...process.env, CHROMIUM_PATH: '/no/chromium' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    const [code] = await once(child, 'close');
    return { code, output };
  }

  it.each([
    [['meet.example.com'], 2, 'expected an absolute http or https URL'],
    [['https://meet.example.com/', '--out', '/no/such/x.mp4'], 2, '--out: cannot write to /no/such: no such directory'],
    [['https://meet.example.com/', '--out', '/tmp'], 2, '--out: /tmp is a directory'],
    [
      ['https://meet.example.com/', '--out', '/tmp/x.mp4'],
      EXIT_CODES.InternalError,
      'there is no Chromium at /no/chromium',
    ],
  ])('%j ends with %i and one clear line', async (args, code, message) => {
    const result = await record(...args);
    expect(result).toMatchObject({ code, output: expect.stringContaining(message) });
    expect(result.output).not.toContain('    at ');
  });
});
