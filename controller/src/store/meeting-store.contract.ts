import type { Meeting } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeetingStore } from '../ports.ts';
import { aMeeting } from './a-meeting.ts';
import { type ChangeLog, REMEMBER_GONE_MS } from './change-log.ts';

export interface StoreUnderTest {
  store: MeetingStore;
  changes: ChangeLog;
  dispose(): Promise<void>;
}

let counter = 0;
/** A namespace that no other test writes to. */
const newNamespace = () => `team-${String(++counter).padStart(3, '0')}`;

/** What every MeetingStore must do, the fake and the real one alike. */
export function meetingStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a MeetingStore`, () => {
    let under: StoreUnderTest;
    let store: MeetingStore;
    let changes: ChangeLog;
    beforeAll(async () => {
      under = await open();
      store = under.store;
      changes = under.changes;
    });
    afterAll(() => under.dispose());

    it('reads back exactly what was written, with a version', async () => {
      const meeting = aMeeting({ namespace: newNamespace(), name: 'exact' });
      meeting.metadata.annotations = { empty: '', unicode: 'ü€𝄞', 'a/b': '{"x":1}' };
      meeting.status.attempts = [{ number: 1, mode: 'record', startTime: '2026-02-06T15:00:00.123Z', exitCode: 0 }];

      const written = await store.create(meeting, undefined);

      expect(written.metadata.resourceVersion).toMatch(/^[1-9]\d*$/);
      expect(written).toEqual({ ...meeting, metadata: { ...meeting.metadata, resourceVersion: expect.any(String) } });
      expect(await store.get(meeting.metadata)).toEqual(written);
    });

    it('knows nothing of a Meeting that was never written', async () => {
      expect(await store.get({ namespace: newNamespace(), name: 'none' })).toBeUndefined();
    });

    it('refuses to create what exists', async () => {
      const meeting = aMeeting({ namespace: newNamespace() });
      const first = await store.create(meeting, undefined);

      await expect(store.create(meeting, undefined)).rejects.toMatchObject({ code: 'AlreadyExists', retryable: false });

      expect(await store.get(meeting.metadata)).toEqual(first);
    });

    it('gives every write a greater version', async () => {
      const first = await store.create(aMeeting({ namespace: newNamespace() }), undefined);
      const second = await store.update(first, undefined);
      const third = await store.update(second, undefined);

      const versions = [first, second, third].map(({ metadata }) => Number(metadata.resourceVersion));
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    });

    it('refuses an update of an older version and keeps the newer', async () => {
      const first = await store.create(aMeeting({ namespace: newNamespace() }), undefined);
      const second = await store.update({ ...first, spec: { ...first.spec, displayName: 'second' } }, undefined);

      await expect(store.update(first, undefined)).rejects.toMatchObject({ name: 'ConflictError', code: 'Conflict' });

      expect(await store.get(first.metadata)).toEqual(second);
    });

    it('lets exactly one of many writers of the same version win', async () => {
      const first = await store.create(aMeeting({ namespace: newNamespace() }), undefined);

      const results = await Promise.allSettled(Array.from({ length: 8 }, () => store.update(first, undefined)));

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('refuses to update or remove what is gone', async () => {
      const first = await store.create(aMeeting({ namespace: newNamespace() }), undefined);
      await store.remove(first);

      await expect(store.update(first, undefined)).rejects.toMatchObject({ code: 'Conflict' });
      await expect(store.remove(first)).rejects.toMatchObject({ code: 'Conflict' });
      expect(await store.get(first.metadata)).toBeUndefined();
    });

    it('refuses to remove an older version', async () => {
      const first = await store.create(aMeeting({ namespace: newNamespace() }), undefined);
      const second = await store.update(first, undefined);

      await expect(store.remove(first)).rejects.toMatchObject({ code: 'Conflict' });
      await store.remove(second);

      expect(await store.get(first.metadata)).toBeUndefined();
    });

    it('takes a name again after it was removed', async () => {
      const first = await store.create(aMeeting({ namespace: newNamespace() }), undefined);
      await store.remove(first);

      const again = await store.create({ ...first, metadata: { ...first.metadata, uid: 'another' } }, undefined);

      expect(await store.get(first.metadata)).toEqual(again);
      await expect(store.update(first, undefined)).rejects.toMatchObject({ code: 'Conflict' });
    });

    it('is not changed by what the caller does to an object later', async () => {
      const meeting = aMeeting({ namespace: newNamespace() });
      const written = await store.create(meeting, undefined);
      written.spec.displayName = 'changed afterwards';

      expect((await store.get(meeting.metadata))?.spec.displayName).toBe('Meeting Recorder');
    });

    it('lists one namespace by name, page by page, without its neighbours', async () => {
      const namespace = newNamespace();
      const names = ['b', 'a', 'a-b', 'c', 'ab'];
      for (const name of names) await store.create(aMeeting({ namespace, name }), undefined);
      await store.create(aMeeting({ namespace: `${namespace}-x` }), undefined);

      const pages = await pagesOf(store, { namespace, limit: 2 });

      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat().map(({ metadata }) => metadata.name)).toEqual(['a', 'a-b', 'ab', 'b', 'c']);
    });

    it('says that a page is the last when it ends with the last Meeting', async () => {
      const namespace = newNamespace();
      for (const name of ['a', 'b']) await store.create(aMeeting({ namespace, name }), undefined);

      expect((await store.list({ namespace, limit: 2 })).continueToken).toBeUndefined();
      expect(await store.list({ namespace: newNamespace(), limit: 2 })).toEqual({ items: [] });
    });

    it('lists all namespaces in order, over the borders of pages', async () => {
      const [one, two] = [newNamespace(), newNamespace()];
      for (const namespace of [two, one]) {
        for (const name of ['n2', 'n1', 'n3']) await store.create(aMeeting({ namespace, name }), undefined);
      }

      const all = (await pagesOf(store, { limit: 4 })).flat().map(({ metadata }) => metadata);
      const ours = all.filter(({ namespace }) => namespace === one || namespace === two);

      expect(ours.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(
        [one, two].flatMap((namespace) => ['n1', 'n2', 'n3'].map((name) => `${namespace}/${name}`)),
      );
      expect(await store.namespaces()).toEqual(expect.arrayContaining([one, two]));
    });

    it('goes on after a Meeting that was removed between two pages', async () => {
      const namespace = newNamespace();
      for (const name of ['a', 'b', 'c']) await store.create(aMeeting({ namespace, name }), undefined);
      const first = await store.list({ namespace, limit: 1 });
      for (const meeting of first.items) await store.remove(meeting);

      const rest = await store.list({ namespace, limit: 5, continueToken: first.continueToken ?? '' });

      expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
    });

    it('refuses a continue token that is none', async () => {
      await expect(store.list({ limit: 1, continueToken: 'nonsense' })).rejects.toMatchObject({ code: 'Invalid' });
    });

    it('pages through more than one answer of the database holds', async () => {
      const namespace = newNamespace();
      const annotations = { big: 'x'.repeat(200_000) };
      for (let index = 0; index < 8; index++) {
        const meeting = aMeeting({ namespace, name: `big-${index}` });
        await store.create({ ...meeting, metadata: { ...meeting.metadata, annotations } }, undefined);
      }

      const page = await store.list({ namespace, limit: 100 });

      expect(page.items).toHaveLength(8);
      expect(page.continueToken).toBeUndefined();
    });

    it('finds what is due between two times, both included, and nothing else', async () => {
      const namespace = newNamespace();
      const at = async (name: string, dueAt: number | undefined) => store.create(aMeeting({ namespace, name }), dueAt);
      await at('late', 3000);
      await at('early', 1000.7);
      await at('exact', 2000);
      await at('future', 2001);
      await at('finished', undefined);

      const due = await store.due(1000, 2000);

      expect(due.filter(({ key }) => key.namespace === namespace).sort((a, b) => a.dueAt - b.dueAt)).toEqual([
        { key: { namespace, name: 'early' }, dueAt: 1000 },
        { key: { namespace, name: 'exact' }, dueAt: 2000 },
      ]);
      expect((await store.due(1001, 2000)).filter(({ key }) => key.namespace === namespace)).toHaveLength(1);
    });

    it('moves a Meeting in the index with every write, and out of it', async () => {
      const namespace = newNamespace();
      const isDue = async (until: number) => (await store.due(0, until)).some(({ key }) => key.namespace === namespace);
      const first = await store.create(aMeeting({ namespace }), 1000);
      const second = await store.update(first, 5000);
      expect([await isDue(4999), await isDue(5000)]).toEqual([false, true]);

      const third = await store.update(second, undefined);
      expect(await isDue(1e15)).toBe(false);

      const fourth = await store.update(third, 1);
      await store.remove(fourth);
      expect(await isDue(1e15)).toBe(false);
    });

    it('tells what was changed after a version, each Meeting once, at its newest', async () => {
      const namespace = newNamespace();
      const before = await store.create(aMeeting({ namespace, name: 'before' }), undefined);
      const one = await store.create(aMeeting({ namespace, name: 'one' }), undefined);
      const two = await store.update(await store.update(one, 5), undefined);
      const three = await store.create(aMeeting({ namespace, name: 'three' }), 7);
      await store.remove(three);

      const found = (await changes.changedSince(before.metadata.resourceVersion, 100)).filter(
        ({ key }) => key.namespace === namespace,
      );
      const read = await changes.read(found.map(({ key }) => key));

      expect(found.map(({ key }) => key.name).sort()).toEqual(['one', 'three']);
      expect(found.find(({ key }) => key.name === 'one')?.version).toBe(two.metadata.resourceVersion);
      const stateOf = (name: string) => read.find(({ meeting }) => meeting.metadata.name === name);
      expect(stateOf('one')).toEqual({ meeting: two, isGone: false });
      expect(stateOf('three')).toMatchObject({ isGone: true, meeting: { spec: three.spec } });
      expect(Number(stateOf('three')?.meeting.metadata.resourceVersion)).toBeGreaterThan(
        Number(three.metadata.resourceVersion),
      );
    });

    it('shows nothing of what was removed, and can not write over it but by creating', async () => {
      const namespace = newNamespace();
      const meeting = await store.create(aMeeting({ namespace }), 5);
      await store.remove(meeting);
      const [gone] = await changes.read([meeting.metadata]);

      expect(await store.list({ namespace, limit: 5 })).toEqual({ items: [] });
      expect((await store.due(0, 1e15)).filter(({ key }) => key.namespace === namespace)).toEqual([]);
      await expect(store.update(gone?.meeting ?? meeting, 1)).rejects.toMatchObject({ code: 'Conflict' });
      await expect(store.remove(gone?.meeting ?? meeting)).rejects.toMatchObject({ code: 'Conflict' });
    });

    it('gives the next life of a name greater versions, and one entry', async () => {
      const namespace = newNamespace();
      const first = await store.create(aMeeting({ namespace }), undefined);
      await store.remove(first);
      const [gone] = await changes.read([first.metadata]);
      const second = await store.create(aMeeting({ namespace }), undefined);

      expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(gone?.meeting.metadata.resourceVersion));
      expect(await changes.read([first.metadata])).toEqual([{ meeting: second, isGone: false }]);
      const found = await changes.changedSince(first.metadata.resourceVersion, 100);
      expect(found.filter(({ key }) => key.namespace === namespace)).toHaveLength(1);
    });

    it('forgets what was removed an hour ago, and nothing else', async () => {
      const namespace = newNamespace();
      const [a, b] = ['a', 'b'].map((name) => aMeeting({ namespace, name }));
      if (a === undefined || b === undefined) return;
      await store.remove(await store.create(a, undefined));
      await store.remove(await store.create(b, undefined));
      const again = await store.create(b, undefined);

      const now = Number(again.metadata.resourceVersion) / 1000;
      await changes.forgetGone(now);
      expect(await changes.read([a.metadata])).toHaveLength(1);
      await changes.forgetGone(now + REMEMBER_GONE_MS + 1000);

      expect(await changes.read([a.metadata, b.metadata])).toEqual([{ meeting: again, isGone: false }]);
    });

    it('reads more Meetings at once than one call takes', async () => {
      const namespace = newNamespace();
      const names = Array.from({ length: 120 }, (_, index) => `n-${index}`);
      await Promise.all(names.map((name) => store.create(aMeeting({ namespace, name }), undefined)));

      const keys = [...names, 'none'].map((name) => ({ namespace, name }));
      expect(await changes.read(keys)).toHaveLength(120);
    });
  });
}

async function pagesOf(store: MeetingStore, options: { namespace?: string; limit: number }): Promise<Meeting[][]> {
  const pages: Meeting[][] = [];
  let continueToken: string | undefined;
  do {
    const page = await store.list({ ...options, ...(continueToken === undefined ? {} : { continueToken }) });
    pages.push(page.items);
    continueToken = page.continueToken;
  } while (continueToken !== undefined && pages.length < 100);
  return pages;
}
