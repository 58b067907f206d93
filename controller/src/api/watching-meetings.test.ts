import type { Meeting } from '@meetingbot/crds-schema';
import { afterEach, describe, expect, it } from 'vitest';
import { UNCERTAINTY } from '../watch/change.ts';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';
import { eventually, listen, WatchClient } from './watch-client.fixture.ts';

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function started() {
  const api = new ApiUnderTest();
  const url = await listen(api.app);
  opened.push({ close: () => api.app.close() });
  const watch = (query = '', headers?: Record<string, string>, path = MEETINGS) => {
    const client = new WatchClient(`${url}${path}?watch=true${query}`, headers);
    opened.push(client);
    return client;
  };
  const listVersion = async (): Promise<string> => (await api.get(MEETINGS)).body.metadata.resourceVersion;
  return { api, watch, listVersion };
}

async function changed(api: ApiUnderTest, name: string, change: (meeting: Meeting) => Meeting): Promise<Meeting> {
  const meeting = await api.store.get({ namespace: 'default', name });
  if (meeting === undefined) throw new Error(`there is no ${name}`);
  return api.store.update(change(meeting), undefined);
}
const touched = (api: ApiUnderTest, name: string) => changed(api, name, (meeting) => ({ ...meeting }));
const labelled = (api: ApiUnderTest, name: string, labels: Record<string, string>) =>
  changed(api, name, (meeting) => ({ ...meeting, metadata: { ...meeting.metadata, labels } }));

describe('a watch', () => {
  it('goes on from a list without a gap and without telling anything twice', async () => {
    const { api, watch, listVersion } = await started();
    await api.create('old');
    const version = await listVersion();
    const second = await api.create('new');
    const third = await touched(api, 'new');

    const client = watch(`&resourceVersion=${version}`);
    await client.until(2);
    await touched(api, 'old');
    await api.delete(`${MEETINGS}/new`);
    const lines = await client.until(4);

    expect(client.told).toEqual(['ADDED new', 'MODIFIED new', 'MODIFIED old', 'DELETED new']);
    const versions = lines.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions.slice(0, 2)).toEqual([second, third].map(({ metadata }) => Number(metadata.resourceVersion)));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(lines[3]?.object).toMatchObject({ kind: 'Meeting', spec: second.spec });
  });

  it('begins at once, before there is anything to tell', async () => {
    const { watch, listVersion } = await started();

    expect(await watch(`&resourceVersion=${await listVersion()}`).begun()).toBe(200);
  });

  it.each(['', '&resourceVersion=0', '&resourceVersion='])('with "%s" begins with what there is', async (query) => {
    const { api, watch } = await started();
    await api.create('a');
    await api.create('b');

    const client = watch(query);
    await client.until(2);
    await touched(api, 'b');
    await client.until(3);

    expect(client.told).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b']);
  });

  it('marks the end of what there is for clients that list by watching', async () => {
    const { api, watch } = await started();
    await api.create('a');

    const query = '&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan';
    const client = watch(query);
    const [, mark] = await client.until(2);
    const again = watch(`&resourceVersion=${mark?.object.metadata.resourceVersion}`);
    await again.begun();
    await touched(api, 'a');
    await again.until(1);

    expect(client.told.slice(0, 2)).toEqual(['ADDED a', 'BOOKMARK']);
    expect(mark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(again.told).toEqual(['MODIFIED a']);
  });

  it('without the list that it could begin with tells only what comes', async () => {
    const { api, watch } = await started();
    await api.create('a');

    const client = watch('&sendInitialEvents=false');
    await client.begun();
    await api.create('b');
    await client.until(1);

    expect(client.told).toEqual(['ADDED b']);
  });

  it('from before what is remembered is refused as expired, from nonsense as bad', async () => {
    const { api } = await started();
    const old = String((api.time - 2 * 3_600_000) * 1000);

    expect(await api.get(`${MEETINGS}?watch=true&resourceVersion=${old}`)).toMatchObject({
      status: 410,
      body: { kind: 'Status', reason: 'Expired', code: 410 },
    });
    expect((await api.get(`${MEETINGS}?watch=true&resourceVersion=abc`)).status).toBe(400);
  });

  it('tells of a Meeting that begins or ceases to match as of one that comes or goes', async () => {
    const { api, watch, listVersion } = await started();
    await api.create('a', {}, { labels: { team: 'x' } });
    await api.create('b');
    const client = watch(`&labelSelector=team%3Dx&resourceVersion=${await listVersion()}`);
    await client.begun();

    await labelled(api, 'b', { team: 'x' });
    await labelled(api, 'b', { team: 'x', more: 'y' });
    await labelled(api, 'b', {});
    await touched(api, 'b');
    await labelled(api, 'a', { team: 'y' });
    await api.delete(`${MEETINGS}/a`);
    await api.create('c', {}, { labels: { team: 'x' } });
    await client.until(5);

    expect(client.told).toEqual(['ADDED b', 'MODIFIED b', 'DELETED b', 'DELETED a', 'ADDED c']);
  });

  it('follows one Meeting, one namespace, or a phase only', async () => {
    const { api, watch } = await started();
    const byName = watch('&fieldSelector=metadata.name%3Db&sendInitialEvents=false');
    const elsewhere = watch('&sendInitialEvents=false', {}, MEETINGS.replace('default', 'elsewhere'));
    const everywhere = watch('&sendInitialEvents=false', {}, '/apis/meetingbot.dev/v1/meetings');
    const failed = watch('&fieldSelector=status.phase%3DFailed&sendInitialEvents=false');
    for (const client of [byName, elsewhere, everywhere, failed]) await client.begun();

    await api.create('a');
    await api.create('b');
    await changed(api, 'a', (meeting) => ({ ...meeting, status: { ...meeting.status, phase: 'Failed' } }));
    await everywhere.until(3);
    await failed.until(1);

    expect(byName.told).toEqual(['ADDED b']);
    expect(elsewhere.told).toEqual([]);
    expect(everywhere.told).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a']);
    expect(failed.told).toEqual(['ADDED a']);
  });

  it('as tables says the columns once, and each row has its version', async () => {
    const { api, watch, listVersion } = await started();
    const client = watch(`&resourceVersion=${await listVersion()}`, TABLE);
    await client.begun();
    const { metadata } = await api.create('a');
    await touched(api, 'a');

    const [first, second] = await client.until(2);

    expect(first?.object).toMatchObject({ kind: 'Table', metadata: { resourceVersion: metadata.resourceVersion } });
    expect(first?.object.columnDefinitions).toHaveLength(9);
    expect(first?.object.rows[0].cells[0]).toBe('a');
    expect(second?.object.columnDefinitions).toBeNull();
  });

  it('never shows the history of a Meeting', async () => {
    const { api, watch } = await started();
    await api.create('a');
    const client = watch('&sendInitialEvents=false');
    await client.begun();
    const event = { type: 'Normal' as const, reason: 'Told', message: '', count: 1 };
    const times = { firstTimestamp: '2026-02-06T15:00:00Z', lastTimestamp: '2026-02-06T15:00:00Z' };
    await changed(api, 'a', (meeting) => ({ ...meeting, events: [{ ...event, ...times }] }));

    expect(JSON.stringify(await client.until(1))).not.toContain('Told');
  });

  it('ends at its time with a bookmark, from where it goes on exactly', async () => {
    const { api, watch } = await started();
    const client = watch('&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=false');
    await client.begun();
    await api.create('a');
    await client.ended();
    await api.create('b');

    const version = client.lines.at(-1)?.object.metadata.resourceVersion;
    const again = watch(`&resourceVersion=${version}`);
    await again.until(1);

    expect(client.told).toEqual(['ADDED a', 'BOOKMARK']);
    expect(again.told).toEqual(['ADDED b']);
  });

  it('begun again from the last Meeting it saw loses nothing and never goes back in time', async () => {
    const { api, watch } = await started();
    await api.create('a');
    await touched(api, 'a');
    await api.create('b');
    api.time += (2 * UNCERTAINTY) / 1000;
    await api.create('c');
    await touched(api, 'c');
    const { metadata } = await api.create('d');
    await touched(api, 'c');
    await api.delete(`${MEETINGS}/b`);

    const client = watch(`&resourceVersion=${metadata.resourceVersion}`);
    await client.until(2);

    // Another replica may have told d before c: c's newest comes, older states of it don't, and nothing of a.
    expect(client.told).toEqual(['MODIFIED c', 'DELETED b']);
  });
});

describe('watchers', () => {
  it('that do not read are cut off, and the others are not held up', async () => {
    const { api, watch } = await started();
    await api.create('a');
    const slow = watch('&sendInitialEvents=false');
    const quick = watch('&sendInitialEvents=false');
    await slow.begun();
    await quick.begun();
    slow.pause();

    const big = { big: 'x'.repeat(200_000) };
    for (let index = 0; index < 80; index++) {
      await changed(api, 'a', (meeting) => ({ ...meeting, metadata: { ...meeting.metadata, annotations: big } }));
      await new Promise((resolve) => setImmediate(resolve));
    }

    await quick.until(80);
    await eventually(
      () => api.feed.listeners === 1,
      () => 'the slow one to be cut off',
    );
  });

  it('leave nothing behind', async () => {
    const { api, watch } = await started();
    const clients = Array.from({ length: 20 }, () => watch());
    for (const client of clients) await client.begun();
    await eventually(
      () => api.feed.listeners === 20,
      () => '20 listeners',
    );

    for (const client of clients) client.close();

    await eventually(
      () => api.feed.listeners === 0 && !api.watches.poller.isRunning,
      () => 'no listener and no poller',
    );
  });

  it('are let go when the process stops', async () => {
    const { api, watch } = await started();
    const client = watch('&allowWatchBookmarks=true');
    await client.begun();

    await api.app.close();
    await client.ended();

    expect(client.told).toEqual(['BOOKMARK']);
    expect(api.feed.listeners).toBe(0);
  });

  it('of one form are handed the same bytes', async () => {
    const { WatchLines } = await import('./watch-lines.ts');
    const api = new ApiUnderTest();
    const meeting = await api.create('a');
    const lines = new WatchLines(() => api.time);

    expect(lines.of('ADDED', meeting, { kind: 'object' }, true)).toBe(
      lines.of('ADDED', meeting, { kind: 'object' }, false),
    );
    expect(lines.of('ADDED', meeting, { kind: 'object' }, true)).not.toBe(
      lines.of('MODIFIED', meeting, { kind: 'object' }, true),
    );
  });
});
