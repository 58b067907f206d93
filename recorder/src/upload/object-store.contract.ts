import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIN_PART_BYTES, type ObjectStore } from './object-store.ts';

/** A store under test. Its bucket exists and is empty. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/** What every {@link ObjectStore} must do: run against the fake and against the real adapter with an S3 endpoint. */
export function describeObjectStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`object store: ${name}`, () => {
    let opened: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    const text = { contentType: 'text/plain' };
    const part = (fill: string, bytes = MIN_PART_BYTES) => Buffer.alloc(bytes, fill);

    it('gives back what was put, whole or in part', async () => {
      const { etag } = await store.put('get/a', Buffer.from('0123456789'), text);

      expect((await store.get('get/a')).toString()).toBe('0123456789');
      expect((await store.get('get/a', { range: { start: 2, end: 4 } })).toString()).toBe('234');
      expect((await store.get('get/a', { range: { start: 8, end: 99 } })).toString()).toBe('89');
      expect(await store.head('get/a')).toEqual({ sizeBytes: 10, etag });
    });

    it('says what is not there', async () => {
      expect(await store.head('none')).toBeUndefined();
      await expect(store.get('none')).rejects.toMatchObject({ code: 'NotFound' });
    });

    it('keeps an object that must not be replaced', async () => {
      await store.put('once', Buffer.from('first'), { ...text, ifNoneMatch: true });

      await expect(store.put('once', Buffer.from('second'), { ...text, ifNoneMatch: true })).rejects.toMatchObject({
        code: 'AlreadyExists',
      });
      expect((await store.get('once')).toString()).toBe('first');
      await store.put('once', Buffer.from('third'), text);
      expect((await store.get('once')).toString()).toBe('third');
    });

    it('replaces only what was looked at, where that is asked for', async () => {
      const first = await store.put('match', Buffer.from('first'), text);
      const second = await store.put('match', Buffer.from('second'), { ...text, ifMatch: first.etag });
      const changed = { code: 'Changed' };

      await expect(store.put('match', Buffer.from('x'), { ...text, ifMatch: first.etag })).rejects.toMatchObject(
        changed,
      );
      await expect(store.put('match/no', Buffer.from('x'), { ...text, ifMatch: first.etag })).rejects.toMatchObject(
        changed,
      );

      expect(await store.head('match')).toEqual({ sizeBytes: 6, etag: second.etag });
      expect(await store.head('match/no')).toBeUndefined();
    });

    it('takes an empty object', async () => {
      await store.put('empty', Buffer.alloc(0), text);

      expect(await store.head('empty')).toMatchObject({ sizeBytes: 0 });
    });

    it('lists and deletes by the thousand', async () => {
      const keys = Array.from({ length: 1_050 }, (_, index) => `many/${String(index).padStart(6, '0')}`);
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, Buffer.from(key), text)));
      }

      const listed = await store.list('many/');
      expect(listed.map(({ key }) => key)).toEqual(keys);
      expect(listed[0]?.sizeBytes).toBe(11);
      await store.delete([...keys, 'many/never-there']);
      expect(await store.list('many/')).toEqual([]);
    });

    it('makes one object of parts that came in any order, the last word for each number', async () => {
      const upload = await store.createMultipart('multi/a', text);
      const third = await store.uploadPart(upload, 3, part('c', 7));
      await store.uploadPart(upload, 1, part('x'));
      const second = await store.uploadPart(upload, 2, part('b'));
      const first = await store.uploadPart(upload, 1, part('a'));

      expect(await store.head('multi/a')).toBeUndefined();
      expect(await store.listMultipart('multi/')).toEqual([upload]);
      await store.completeMultipart(upload, [first, second, third]);

      const body = await store.get('multi/a');
      expect(body.equals(Buffer.concat([part('a'), part('b'), part('c', 7)]))).toBe(true);
      expect(await store.listMultipart('multi/')).toEqual([]);
      await expect(store.completeMultipart(upload, [first, second, third])).rejects.toMatchObject({
        code: 'NoSuchUpload',
      });
    });

    it('refuses parts that are too small, out of order or unknown', async () => {
      const upload = await store.createMultipart('multi/b', text);
      const small = await store.uploadPart(upload, 1, part('a', 100));
      const last = await store.uploadPart(upload, 2, part('b', 100));
      const unknown = { partNumber: 3, etag: 'd41d8cd98f00b204e9800998ecf8427e' };

      for (const parts of [
        [small, last],
        [last, small],
        [last, unknown],
      ]) {
        await expect(store.completeMultipart(upload, parts)).rejects.toMatchObject({ code: 'Invalid' });
      }
      await store.abortMultipart(upload);
    });

    it('does not complete over an object that must not be replaced', async () => {
      await store.put('multi/c', Buffer.from('first'), text);
      const upload = await store.createMultipart('multi/c', text);
      const parts = [await store.uploadPart(upload, 1, part('a', 100))];

      await expect(store.completeMultipart(upload, parts, { ifNoneMatch: true })).rejects.toMatchObject({
        code: 'AlreadyExists',
      });
      expect((await store.get('multi/c')).toString()).toBe('first');
      await store.abortMultipart(upload);
    });

    it('completes over what was looked at, and over nothing else', async () => {
      const first = await store.put('multi/e', Buffer.from('first'), text);
      const second = await store.put('multi/e', Buffer.from('second'), text);
      const upload = await store.createMultipart('multi/e', text);
      const parts = [await store.uploadPart(upload, 1, part('a', 100))];

      await expect(store.completeMultipart(upload, parts, { ifMatch: first.etag })).rejects.toMatchObject({
        code: 'Changed',
      });
      expect((await store.get('multi/e')).toString()).toBe('second');
      const { etag } = await store.completeMultipart(upload, parts, { ifMatch: second.etag });

      expect(await store.head('multi/e')).toEqual({ sizeBytes: 100, etag });
    });

    it('forgets an aborted upload', async () => {
      const upload = await store.createMultipart('multi/d', text);
      await store.uploadPart(upload, 1, part('a', 100));

      await store.abortMultipart(upload);
      await store.abortMultipart(upload);

      expect(await store.listMultipart('multi/d')).toEqual([]);
      await expect(store.uploadPart(upload, 2, part('b', 100))).rejects.toMatchObject({ code: 'NoSuchUpload' });
      expect(await store.head('multi/d')).toBeUndefined();
    });
  });
}
