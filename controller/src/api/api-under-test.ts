import { Buffer } from 'node:buffer';
import type { Clock, Meeting, RecorderReport } from '@meetingbot/crds-schema';
import { keyString, silentLogger, systemClock } from '@meetingbot/crds-schema';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { MemoryMeetingStore } from '../store/memory-meeting-store.ts';
import { ChangeFeed } from '../watch/change-feed.ts';
import { Watches } from '../watch/watches.ts';
import { MERGE_PATCH } from './body-parser.ts';
import { buildApi } from './build-api.ts';
import type { ApiDeps, ReadyCheck } from './deps.ts';

export const meetUrl = 'https://meet.google.com/abc-defg-hij';
export const MEETINGS = '/apis/meetingbot.dev/v1/namespaces/default/meetings';
/** Of the public internet. */
const PUBLIC_ADDRESS = '93.184.215.14';
export const recorderTokenKey = Buffer.alloc(32, 7);

/** An API over a store in memory, its clock in hand: for tests. */
export class ApiUnderTest {
  time = Date.parse('2026-02-06T15:00:00Z');
  readonly clock: Clock;
  readonly feed: ChangeFeed;
  readonly store: MemoryMeetingStore;
  readonly watches: Watches;
  /** Keys that were handed to the reconciler. */
  readonly changed: string[] = [];
  /** What each written report changed. */
  readonly reported: [Meeting, Meeting][] = [];
  readonly heartbeats: RecorderReport[] = [];
  checks: ReadyCheck[] = [{ name: 'dynamodb', ok: true }];
  readonly deps: ApiDeps;
  readonly app: FastifyInstance;
  #ids = 0;

  /** @param changes - of what it is handed; a clock takes the place of `time` */
  constructor(settings: Partial<ApiDeps['settings']> = {}, changes: Partial<ApiDeps> = {}) {
    const { clock = { now: () => this.time, monotonic: () => this.time, sleep: systemClock.sleep } } = changes;
    this.clock = clock;
    this.feed = new ChangeFeed(clock);
    this.store = new MemoryMeetingStore(clock, this.feed);
    this.watches = new Watches({ feed: this.feed, changes: this.store, clock, log: silentLogger });
    this.deps = {
      settings: { ALLOW_ANONYMOUS_JOIN: false, ...settings },
      store: this.store,
      resolver: { resolve: async () => [PUBLIC_ADDRESS] },
      clock: this.clock,
      watches: this.watches,
      ids: { uid: () => `uid-${++this.#ids}`, suffix: () => `x${++this.#ids}` },
      logger: silentLogger,
      recorderTokenKey,
      heartbeats: { record: (_, report) => this.heartbeats.push(report) },
      admit: (meeting, now) => ({ meeting, dueAt: now }),
      applyReport,
      onReported: (before, after) => this.reported.push([before, after]),
      onChanged: (key) => this.changed.push(keyString(key)),
      onWritten: ({ metadata }) => this.changed.push(keyString(metadata)),
      ready: async () => this.checks,
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
      ...changes,
    };
    this.app = buildApi(this.deps);
  }

  async get(url: string, headers: Record<string, string> = {}) {
    return this.#send({ method: 'GET', url, headers });
  }

  async post(url: string, payload: object | string, headers: Record<string, string> = {}) {
    return this.#send({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });
  }

  async put(url: string, payload: object) {
    return this.#send({ method: 'PUT', url, payload, headers: { 'content-type': 'application/json' } });
  }

  async patch(url: string, payload: unknown, type = MERGE_PATCH, headers: Record<string, string> = {}) {
    const body = JSON.stringify(payload);
    return this.#send({ method: 'PATCH', url, payload: body, headers: { 'content-type': type, ...headers } });
  }

  async delete(url: string, payload?: object) {
    return this.#send({ method: 'DELETE', url, ...(payload === undefined ? {} : { payload }) });
  }

  /** Creates a Meeting and gives it back. */
  async create(name: string, spec: object = {}, metadata: object = {}): Promise<Meeting> {
    const { status, body } = await this.post(MEETINGS, {
      metadata: { name, ...metadata },
      spec: { url: meetUrl, ...spec },
    });
    if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async #send(options: InjectOptions) {
    const answer = await this.app.inject(options);
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      // The shape of an answer is what tests look at.
      body: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined,
    };
  }
}

/** The least that a report can change: its corner of the status. */
function applyReport(meeting: Meeting, report: RecorderReport) {
  const attempt = meeting.status.attempts.at(-1);
  if (attempt?.number !== report.attempt || attempt.endTime !== undefined) return { kind: 'stale' as const };
  if (meeting.status.recorder?.phase === report.phase) return { kind: 'heartbeat' as const };
  return {
    kind: 'changed' as const,
    meeting: { ...meeting, status: { ...meeting.status, recorder: report } },
    dueAt: undefined,
  };
}
