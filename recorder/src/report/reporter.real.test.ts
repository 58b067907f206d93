import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  API_VERSION,
  ATTEMPT_OVER,
  type Meeting,
  type RecorderReport,
  silentLogger,
  systemClock,
} from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ControllerApi, firstMeeting } from './controller-api.ts';
import { type Order, type ReportContent, Reporter } from './reporter.ts';

type Handler = (message: IncomingMessage, answer: ServerResponse, report: RecorderReport | undefined) => void;

const MEETING = {
  apiVersion: API_VERSION,
  kind: 'Meeting',
  metadata: { namespace: 'default', name: 'standup', uid: 'u-1' },
  spec: { url: 'https://meet.example.com/' },
  status: {},
} as unknown as Meeting;

const deps = { clock: systemClock, logger: silentLogger, random: () => 1 };
let server: Server;
let handler: Handler;
let seen: { line: string; headers: IncomingMessage['headers']; report: RecorderReport | undefined }[];
let orders: Order[];
let content: ReportContent;
let reporter: Reporter | undefined;

beforeEach(async () => {
  seen = [];
  orders = [];
  content = { phase: 'Joining' };
  handler = (_, answer) => send(answer, 200, MEETING);
  server = createServer(async (message, answer) => {
    let text = '';
    for await (const piece of message) text += piece;
    const report = text === '' ? undefined : (JSON.parse(text).status.recorder as RecorderReport);
    seen.push({ line: `${message.method} ${message.url}`, headers: message.headers, report });
    handler(message, answer, report);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await reporter?.close();
  reporter = undefined;
  server.closeAllConnections();
  server.close();
});

/** A machine that is busy takes its time. */
const until = (look: () => unknown) => vi.waitFor(look, { timeout: 10_000 });
const send = (answer: ServerResponse, status: number, body: object) =>
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const status = (code: number, message: string, cause?: string) => ({
  ...{ kind: 'Status', code, message },
  ...(cause === undefined ? {} : { details: { causes: [{ reason: cause, message, field: 'status.attempts' }] } }),
});

function api(): ControllerApi {
  const { port } = server.address() as AddressInfo;
  const meeting = { namespace: 'default', name: 'standup', uid: 'u-1' };
  return new ControllerApi({ url: `http://127.0.0.1:${port}/`, meeting, token: 't0ken' });
}

function start(heartbeatMs = 60_000): Reporter {
  reporter = new Reporter({
    ...{ ...deps, api: api(), attempt: 2, heartbeatMs },
    content: () => content,
    onOrder: (order) => orders.push(order),
  });
  reporter.start();
  return reporter;
}

describe('the reporter', () => {
  it('writes its corner of the status as a merge patch, with its token', async () => {
    start();
    await until(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toMatchObject({
      line: 'PATCH /apis/meetingbot.dev/v1/namespaces/default/meetings/standup/status',
      headers: { authorization: 'Bearer t0ken', 'content-type': 'application/merge-patch+json' },
      report: { attempt: 2, sequence: 1, phase: 'Joining' },
    });
  });

  it('tells news at once and is heard from in between', async () => {
    const running = start(300);
    await until(() => expect(seen).toHaveLength(1));
    content = { phase: 'Lobby' };
    running.news();
    await until(() => expect(seen.at(-1)?.report?.phase).toBe('Lobby'));
    await until(() => expect(seen.length).toBeGreaterThan(3));
    expect(seen.map(({ report }) => report?.sequence)).toEqual(seen.map((_, index) => index + 1));
  });

  it('lets many news of one moment be one report, the latest', async () => {
    const running = start();
    await until(() => expect(seen).toHaveLength(1));
    for (const phase of ['Lobby', 'Recording', 'Finalizing'] as const) {
      content = { phase };
      running.news();
    }
    await until(() => expect(seen.at(-1)?.report?.phase).toBe('Finalizing'));
    expect(seen).toHaveLength(2);
  });

  it('goes on while the API fails, and gives no order for it', async () => {
    handler = (_, answer) => {
      if (seen.length < 3) send(answer, 404, { message: 'no such route' });
      else send(answer, 200, MEETING);
    };
    start();
    await until(() => expect(seen).toHaveLength(3));
    expect(orders).toEqual([]);
  });

  it.each([
    ['spec.stop is true', { ...MEETING, spec: { ...MEETING.spec, stop: true } }],
    ['the Meeting is being deleted', { ...MEETING, metadata: { ...MEETING.metadata, deletionTimestamp: 'now' } }],
  ])('tells once that %s', async (message, meeting) => {
    handler = (_, answer) => send(answer, 200, meeting);
    start(250);
    await until(() => expect(seen.length).toBeGreaterThan(2));
    expect(orders).toEqual([{ kind: 'stop', message }]);
  });

  it('takes a Meeting that is gone as a stop, when it is told twice', async () => {
    handler = (_, answer) => send(answer, 404, status(404, 'meetings "standup" not found'));
    start();
    await until(() => expect(orders).toEqual([{ kind: 'stop', message: 'the Meeting is gone' }]));
    expect(seen).toHaveLength(2);
  });

  it('learns that another recorder has its place', async () => {
    handler = (_, answer) => send(answer, 409, status(409, 'attempt 2 was superseded by 3', ATTEMPT_OVER));
    start();
    await until(() => expect(orders).toEqual([{ kind: 'superseded', message: 'attempt 2 was superseded by 3' }]));
  });

  it.each([
    ['without a cause', undefined],
    ['of a field', 'FieldValueInvalid'],
  ])('stays when its reports meet conflicts %s, however many', async (_, cause) => {
    handler = (_message, answer) => {
      if (seen.length < 4) send(answer, 409, status(409, 'the object has been modified', cause));
      else send(answer, 200, MEETING);
    };
    const running = start();
    for (let count = 1; count < 4; count++) {
      await until(() => expect(seen.length).toBeGreaterThanOrEqual(count));
      running.news();
    }
    await until(() => expect(seen.length).toBeGreaterThanOrEqual(4));
    expect(orders).toEqual([]);
  });

  it('learns it also by another uid', async () => {
    handler = (_, answer) => send(answer, 200, { ...MEETING, metadata: { ...MEETING.metadata, uid: 'u-2' } });
    start();
    await until(() => expect(orders.map(({ kind }) => kind)).toEqual(['superseded']));
  });

  it('tries its last word again and sends none after it', async () => {
    const running = start();
    await until(() => expect(seen).toHaveLength(1));
    handler = (_, answer) => send(answer, seen.length < 3 ? 503 : 200, seen.length < 3 ? {} : MEETING);
    content = { phase: 'Done', result: { reason: 'HostEnded', manifest: true } };
    await expect(running.finish(10_000)).resolves.toBe(true);
    expect(seen.slice(1).map(({ report }) => report?.phase)).toEqual(['Done', 'Done']);
  });

  it('gives its last word up in time', async () => {
    handler = (_, answer) => send(answer, 503, {});
    const running = start();
    await until(() => expect(seen).toHaveLength(1));
    await expect(running.finish(600)).resolves.toBe(false);
  });
});

describe('the first look at the Meeting', () => {
  const options = { ...deps, signal: new AbortController().signal };

  it('is tried again while the API is away', async () => {
    handler = (_, answer) => send(answer, seen.length < 2 ? 502 : 200, seen.length < 2 ? {} : MEETING);
    await expect(firstMeeting(api(), 10_000, options)).resolves.toMatchObject({ kind: 'meeting' });
    expect(seen[0]?.line).toBe('GET /apis/meetingbot.dev/v1/namespaces/default/meetings/standup');
  });

  it('ends when the time is over', async () => {
    handler = (_, answer) => send(answer, 502, {});
    await expect(firstMeeting(api(), 700, options)).resolves.toMatchObject({
      kind: 'away',
      message: 'status 502: status 502',
    });
  });
});
