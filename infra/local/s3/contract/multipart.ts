import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ContractCalls, crc32Base64, filled, md5, PART } from './calls.ts';

/** Multipart uploads that go well. */
export function multipartContract(calls: () => ContractCalls): void {
  let client: ContractCalls['client'];
  let Bucket: ContractCalls['Bucket'];
  let put: ContractCalls['put'];
  let get: ContractCalls['get'];
  let create: ContractCalls['create'];
  let part: ContractCalls['part'];
  let complete: ContractCalls['complete'];
  beforeAll(() => {
    ({ client, Bucket, put, get, create, part, complete } = calls());
  });

  describe('multipart uploads', () => {
    const big = filled(PART, 1);

    it('joins parts that came in any order, the last word of a part counting', async () => {
      const upload = await create('multipart/order', { ContentType: 'video/mp4', Metadata: { uid: 'u' } });
      const third = await part(upload, 3, Buffer.from('end'));
      await part(upload, 1, filled(PART, 9));
      const second = await part(upload, 2, filled(PART + 1, 2));
      const first = await part(upload, 1, big);

      const { ETag } = await complete(upload, [first, second, third]);

      const whole = Buffer.concat([big, filled(PART + 1, 2), Buffer.from('end')]);
      const { answer, bytes } = await get('multipart/order');
      expect(bytes.equals(whole)).toBe(true);
      expect(answer).toMatchObject({ ETag, ContentType: 'video/mp4', Metadata: { uid: 'u' } });
      const etags = [big, filled(PART + 1, 2), Buffer.from('end')].map(md5);
      expect(ETag).toBe(`"${md5(Buffer.concat(etags)).toString('hex')}-3"`);
    });

    it('reads a range across the seam of two parts', async () => {
      const upload = await create('multipart/seam');
      const parts = [await part(upload, 1, big), await part(upload, 2, Buffer.from('abc'))];
      await complete(upload, parts);

      const { bytes } = await get('multipart/seam', { Range: `bytes=${PART - 2}-${PART + 1}` });

      expect(bytes).toEqual(Buffer.concat([filled(2, 1), Buffer.from('ab')]));
    });

    it('makes the object of the parts named only', async () => {
      const upload = await create('multipart/some');
      const first = await part(upload, 2, Buffer.from('wanted'));
      await part(upload, 7, Buffer.from('unwanted'));

      await complete(upload, [first]);

      expect((await get('multipart/some')).bytes.toString()).toBe('wanted');
    });

    it('shows nothing under the key before it is completed', async () => {
      await put('multipart/hidden', 'old');
      const upload = await create('multipart/hidden');
      await part(upload, 1, Buffer.from('new'));

      expect((await get('multipart/hidden')).bytes.toString()).toBe('old');
      await client.send(new AbortMultipartUploadCommand(upload));
    });

    it('lists parts page by page with size, ETag and checksum', async () => {
      const upload = await create('multipart/parts');
      for (const n of [3, 1, 10]) await part(upload, n, Buffer.from(`part ${n}`));

      const page = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
      const rest = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: page.NextPartNumberMarker }));

      expect(page.IsTruncated).toBe(true);
      expect([...(page.Parts ?? []), ...(rest.Parts ?? [])]).toMatchObject(
        [1, 3, 10].map((PartNumber) => ({
          PartNumber,
          Size: `part ${PartNumber}`.length,
          ETag: `"${md5(Buffer.from(`part ${PartNumber}`)).toString('hex')}"`,
          ChecksumCRC32: crc32Base64(Buffer.from(`part ${PartNumber}`)),
        })),
      );
      await client.send(new AbortMultipartUploadCommand(upload));
    });

    it('lists uploads in progress by prefix, and no longer when they are completed or aborted', async () => {
      const [one, two, other] = [await create('uploads/1'), await create('uploads/2'), await create('upload-other')];
      const list = async () => {
        const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'uploads/' }));
        return (Uploads ?? []).map(({ Key, UploadId }) => ({ Key, UploadId }));
      };
      expect(await list()).toEqual([one, two].map(({ Key, UploadId }) => ({ Key, UploadId })));

      await complete(one, [await part(one, 1, Buffer.from('x'))]);
      await client.send(new AbortMultipartUploadCommand(two));

      expect(await list()).toEqual([]);
      await client.send(new AbortMultipartUploadCommand(other));
    });

    it('makes a part of a range of another object', async () => {
      const source = Buffer.concat([big, Buffer.from('0123456789')]);
      await put('multipart/source', source);
      const upload = await create('multipart/copied');
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber: 1,
          CopySource: `${Bucket}/multipart/source`,
          CopySourceRange: `bytes=10-${source.length - 1}`,
        }),
      );
      const tail = await part(upload, 2, Buffer.from('tail'));
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'multipart/source' }));

      await complete(upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }, tail]);

      const { bytes } = await get('multipart/copied');
      expect(bytes.equals(Buffer.concat([source.subarray(10), Buffer.from('tail')]))).toBe(true);
    });
  });
}
