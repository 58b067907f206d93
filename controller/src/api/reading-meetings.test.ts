import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';

const EVERYWHERE = '/apis/meetingbot.dev/v1/meetings';
const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

const namesOf = (body: { items: { metadata: { name: string } }[] }) => body.items.map(({ metadata }) => metadata.name);

async function withMeetings(): Promise<ApiUnderTest> {
  const api = new ApiUnderTest();
  await api.create('a', {}, { labels: { team: 'red', tier: '1' } });
  await api.create('b', {}, { labels: { team: 'blue' } });
  await api.create('c', {}, { labels: { team: 'red' } });
  await api.create('d');
  const other = '/apis/meetingbot.dev/v1/namespaces/other/meetings';
  await api.post(other, { metadata: { name: 'z', labels: { team: 'red' } }, spec: { url: meetUrl } });
  return api;
}

describe('listing Meetings', () => {
  it('lists a namespace, or all of them, in order', async () => {
    const api = await withMeetings();

    const one = await api.get(MEETINGS);
    const all = await api.get(EVERYWHERE);

    expect(one.body).toMatchObject({ kind: 'MeetingList', apiVersion: 'meetingbot.dev/v1' });
    expect(one.body.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(namesOf(one.body)).toEqual(['a', 'b', 'c', 'd']);
    expect(namesOf(all.body)).toEqual(['a', 'b', 'c', 'd', 'z']);
  });

  it.each([
    ['team=red', ['a', 'c']],
    ['team==red,tier=1', ['a']],
    ['team!=red', ['b', 'd']],
    ['team in (red, green)', ['a', 'c']],
    ['team notin (red),team', ['b']],
    ['team', ['a', 'b', 'c']],
    ['!team', ['d']],
    ['team in (blue,red),!tier', ['b', 'c']],
    ['constructor', []],
  ])('selects by the labels %j', async (selector, names) => {
    const api = await withMeetings();

    const { body } = await api.get(`${MEETINGS}?labelSelector=${encodeURIComponent(selector)}`);

    expect(namesOf(body)).toEqual(names);
  });

  it.each([
    ['metadata.name=b', ['b']],
    ['metadata.name!=b', ['a', 'c', 'd', 'z']],
    ['metadata.namespace=other', ['z']],
    ['status.phase=Pending,metadata.namespace!=other', ['a', 'b', 'c', 'd']],
    ['status.phase==Completed', []],
  ])('selects by the fields %j', async (selector, names) => {
    const api = await withMeetings();

    const { body } = await api.get(`${EVERYWHERE}?fieldSelector=${encodeURIComponent(selector)}`);

    expect(namesOf(body)).toEqual(names);
  });

  it('finds one by name in its namespace, for kubectl wait and delete', async () => {
    const api = await withMeetings();
    const list = async (selector: string) =>
      namesOf((await api.get(`${MEETINGS}?fieldSelector=${encodeURIComponent(selector)}`)).body);

    expect(await list('metadata.name=b')).toEqual(['b']);
    expect(await list('metadata.name=b,status.phase=Failed')).toEqual([]);
    expect(await list('metadata.name=nobody')).toEqual([]);
  });

  it.each([
    'labelSelector=a%20b%20c',
    'labelSelector=a%20in%20red',
    'fieldSelector=spec.url%3Dx',
    'fieldSelector=metadata.name',
    'limit=-1',
    'limit=many',
    'continue=nonsense',
    'continue=1.bm9uc2Vuc2U',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await (await withMeetings()).get(`${MEETINGS}?${query}`);

    expect([status, body.reason]).toEqual([400, 'BadRequest']);
  });

  it('gives full pages of what matches, with one version for all of them', async () => {
    const api = await withMeetings();
    const selector = 'labelSelector=team%3Dred';

    const first = await api.get(`${EVERYWHERE}?limit=2&${selector}`);
    api.time += 60_000;
    const second = await api.get(`${EVERYWHERE}?limit=2&${selector}&continue=${first.body.metadata.continue}`);

    expect([namesOf(first.body), namesOf(second.body)]).toEqual([['a', 'c'], ['z']]);
    expect(second.body.metadata.continue).toBeUndefined();
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  });

  it('misses and doubles nothing, whatever the page size', async () => {
    const api = await withMeetings();
    for (const limit of [1, 2, 3, 4, 5, 6]) {
      const names: string[] = [];
      let token: string | undefined;
      do {
        const query = token === undefined ? '' : `&continue=${token}`;
        const { body } = await api.get(`${EVERYWHERE}?limit=${limit}${query}&labelSelector=team`);
        names.push(...namesOf(body));
        token = body.metadata.continue;
      } while (token !== undefined);
      expect(names, `pages of ${limit}`).toEqual(['a', 'b', 'c', 'z']);
    }
  });
});

describe('tables for kubectl get', () => {
  it('prints what an operator wants first, with ages', async () => {
    const api = await withMeetings();
    api.time += 5 * 60_000;

    const { headers, body } = await api.get(`${MEETINGS}?fieldSelector=metadata.name%3Da`, { accept: TABLE });

    expect(headers['content-type']).toContain('application/json');
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    const shown = body.columnDefinitions.filter((column: { priority: number }) => column.priority === 0);
    expect(shown.map((column: { name: string }) => column.name)).toEqual([
      'Name',
      'Platform',
      'Phase',
      'Result',
      'Recorded',
      'Age',
    ]);
    expect(body.rows[0].cells.slice(0, 6)).toEqual(['a', 'google-meet', 'Pending', null, null, '5m']);
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  });

  it('puts the whole object into a row when asked to', async () => {
    const api = await withMeetings();

    const { body } = await api.get(`${MEETINGS}/a?includeObject=Object`, { accept: TABLE });

    expect(body.rows).toHaveLength(1);
    expect(body.rows[0].object).toMatchObject({ kind: 'Meeting', spec: { url: meetUrl } });
  });

  it('says how a recording ended, or why there is none', async () => {
    const api = await withMeetings();
    const set = async (name: string, status: object) => {
      const meeting = await api.store.get({ namespace: 'default', name });
      if (meeting === undefined) throw new Error('missing');
      await api.store.update({ ...meeting, status: { ...meeting.status, ...status } }, undefined);
    };
    const recording = { durationSeconds: 3725.4 };
    await set('a', { phase: 'Completed', outcome: 'Complete', reason: 'HostEnded', recording });
    await set('b', { phase: 'Completed', outcome: 'Partial', reason: 'RecorderLost', recording });
    await set('c', { phase: 'Failed', outcome: 'None', reason: 'LobbyDenied' });

    const { body } = await api.get(MEETINGS, { accept: TABLE });

    expect(body.rows.map(({ cells }: { cells: unknown[] }) => cells.slice(2, 5))).toEqual([
      ['Completed', 'Complete', '62m'],
      ['Completed', 'Partial (RecorderLost)', '62m'],
      ['Failed', 'LobbyDenied', null],
      ['Pending', null, null],
    ]);
  });

  it('says when it has no form that the client takes', async () => {
    const { status, body } = await (await withMeetings()).get(MEETINGS, { accept: 'application/x-protobuf' });

    expect([status, body.reason]).toEqual([406, 'NotAcceptable']);
  });
});
