import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ContractCalls } from './calls.ts';

/** Listing, and deleting many. */
export function listsContract(calls: () => ContractCalls): void {
  let client: ContractCalls['client'];
  let Bucket: ContractCalls['Bucket'];
  let put: ContractCalls['put'];
  beforeAll(() => {
    ({ client, Bucket, put } = calls());
  });

  describe('lists', () => {
    it('goes on beyond a thousand keys, each once and in the order of their bytes', async () => {
      const keys = Array.from({ length: 1005 }, (_, n) => `lists/many/${n}`).concat('lists/many/é', 'lists/many/~');
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => put(key, 'x')));
      }

      const listed: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'lists/many/', ContinuationToken }));
        listed.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);

      expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    });

    it('folds what lies behind a delimiter and pages through that too', async () => {
      for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4']) await put(`lists/tree/${key}`, key);
      const names: (string | undefined)[] = [];

      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix: 'lists/tree/', Delimiter: '/', MaxKeys: 1, ContinuationToken }),
        );
        names.push(...(page.Contents ?? []).map(({ Key }) => Key));
        names.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
        expect(page.KeyCount).toBe(1);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);

      expect(names).toEqual(['lists/tree/a', 'lists/tree/b/', 'lists/tree/d', 'lists/tree/e/']);
    });

    it('starts behind a key and tells size and ETag', async () => {
      await put('lists/after/1', 'x');
      const { ETag } = await put('lists/after/2', 'four');

      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'lists/after/', StartAfter: 'lists/after/1' }),
      );

      expect(page.Contents).toMatchObject([{ Key: 'lists/after/2', Size: 4, ETag }]);
      expect(page.IsTruncated).toBe(false);
    });

    it('deletes many at once', async () => {
      const keys = ['lists/del/1', 'lists/del/<2>&"'];
      for (const key of keys) await put(key, 'x');

      const { Deleted } = await client.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: { Objects: [...keys, 'lists/del/none'].map((Key) => ({ Key })) },
        }),
      );

      expect(Deleted?.map(({ Key }) => Key)).toEqual([...keys, 'lists/del/none']);
      const left = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'lists/del/' }));
      expect(left.KeyCount).toBe(0);
    });
  });
}
