import type { Meeting, MeetingEvent } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';

const EVENTS = '/api/v1/namespaces/default/events';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

const event = (reason: string, minute: number, more: Partial<MeetingEvent> = {}): MeetingEvent => ({
  type: 'Normal',
  reason,
  message: `${reason} happened`,
  count: 1,
  firstTimestamp: `2026-02-06T15:0${minute}:00Z`,
  lastTimestamp: `2026-02-06T15:0${minute}:00Z`,
  ...more,
});

async function withHistory(api: ApiUnderTest, name: string, events: MeetingEvent[]): Promise<Meeting> {
  const meeting = await api.create(name);
  return api.store.update({ ...meeting, events }, undefined);
}

const reasons = (body: { items: { reason: string }[] }) => body.items.map(({ reason }) => reason);

describe('events', () => {
  it('are those of one Meeting, as kubectl describe asks for them', async () => {
    const api = new ApiUnderTest();
    const { metadata } = await withHistory(api, 'a', [
      event('TaskStarted', 1),
      event('Failed', 2, { type: 'Warning' }),
    ]);
    await withHistory(api, 'b', [event('Other', 3)]);
    const selector = `involvedObject.namespace=default,involvedObject.kind=Meeting,involvedObject.uid=${metadata.uid},involvedObject.name=a`;

    const { status, body } = await api.get(`${EVENTS}?fieldSelector=${encodeURIComponent(selector)}&limit=500`, {
      accept: 'application/vnd.kubernetes.protobuf,application/json',
    });

    expect(status).toBe(200);
    expect(reasons(body)).toEqual(['TaskStarted', 'Failed']);
    expect(body).toMatchObject({
      kind: 'EventList',
      apiVersion: 'v1',
      items: [
        {
          type: 'Normal',
          message: 'TaskStarted happened',
          count: 1,
          lastTimestamp: '2026-02-06T15:01:00Z',
          source: { component: 'meetingbot-controller' },
          involvedObject: { kind: 'Meeting', apiVersion: 'meetingbot.dev/v1', name: 'a', uid: metadata.uid },
        },
        { type: 'Warning' },
      ],
    });
  });

  it('of a namespace come in the order they last happened', async () => {
    const api = new ApiUnderTest();
    await withHistory(api, 'a', [event('Third', 3), event('First', 1)]);
    await withHistory(api, 'b', [event('Second', 2)]);

    expect(reasons((await api.get(EVENTS)).body)).toEqual(['First', 'Second', 'Third']);
    expect(reasons((await api.get('/api/v1/events')).body)).toHaveLength(3);
    expect(reasons((await api.get('/api/v1/namespaces/other/events')).body)).toEqual([]);
  });

  it('go on after a page', async () => {
    const api = new ApiUnderTest();
    for (const name of ['a', 'b', 'c']) await withHistory(api, name, [event(`Of${name}`, 1)]);

    const first = (await api.get(`${EVENTS}?limit=2`)).body;
    const rest = (await api.get(`${EVENTS}?limit=2&continue=${first.metadata.continue}`)).body;

    expect([...reasons(first), ...reasons(rest)]).toEqual(['Ofa', 'Ofb', 'Ofc']);
    expect(rest.metadata.continue).toBeUndefined();
  });

  it('keep their name while they are counted up, and are found by it', async () => {
    const api = new ApiUnderTest();
    const meeting = await withHistory(api, 'a', [event('Again', 1)]);
    const [before] = (await api.get(EVENTS)).body.items;
    await api.store.update({ ...meeting, events: [event('Again', 1, { count: 2 })] }, undefined);

    const { status, body } = await api.get(`${EVENTS}/${before.metadata.name}`);

    expect([status, body.count]).toEqual([200, 2]);
    expect(body.metadata.uid).toBe(before.metadata.uid);
    expect((await api.get(`${EVENTS}/a.0000000000000000`)).body).toMatchObject({ reason: 'NotFound', code: 404 });
  });

  it('are printed as a table', async () => {
    const api = new ApiUnderTest();
    await withHistory(api, 'a', [event('TaskStarted', 0)]);
    api.time += 90_000;

    const { body } = await api.get(EVENTS, TABLE);

    expect(body.kind).toBe('Table');
    expect(body.rows[0].cells.slice(0, 4)).toEqual(['90s', 'Normal', 'TaskStarted', 'meeting/a']);
  });

  it('of other kinds are none, and other fields are refused', async () => {
    const api = new ApiUnderTest();
    await withHistory(api, 'a', [event('TaskStarted', 1)]);

    expect(reasons((await api.get(`${EVENTS}?fieldSelector=involvedObject.kind=Pod`)).body)).toEqual([]);
    expect((await api.get(`${EVENTS}?fieldSelector=spec.url=x`)).status).toBe(400);
  });
});

describe('the history of a Meeting', () => {
  it('is no part of it: not shown by any answer, not lost by a write, not taken from a client', async () => {
    const api = new ApiUnderTest();
    const events = [event('TaskStarted', 1)];
    const meeting = await withHistory(api, 'a', events);
    const { events: _, ...whole } = meeting;

    const answers = [
      await api.get(`${MEETINGS}/a`),
      await api.get(MEETINGS),
      await api.get(`${MEETINGS}?includeObject=Object`, TABLE),
      await api.put(`${MEETINGS}/a`, whole),
      await api.patch(`${MEETINGS}/a`, { metadata: { labels: { x: 'y' } } }),
      await api.patch(`${MEETINGS}/a`, [{ op: 'add', path: '/spec/stop', value: true }], 'application/json-patch+json'),
    ];
    const forged = await api.patch(`${MEETINGS}/a`, { events: [event('Forged', 2)] });

    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text).not.toContain('TaskStarted');
    }
    expect(forged.status).toBe(422);
    expect((await api.store.get(meeting.metadata))?.events).toEqual(events);
  });
});
