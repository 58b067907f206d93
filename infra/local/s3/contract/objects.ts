import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ContractCalls, filled, md5, refusal } from './calls.ts';

/** Objects put, read and deleted at once, and their checksums. */
export function objectsContract(calls: () => ContractCalls): void {
  let client: ContractCalls['client'];
  let Bucket: ContractCalls['Bucket'];
  let put: ContractCalls['put'];
  let get: ContractCalls['get'];
  beforeAll(() => {
    ({ client, Bucket, put, get } = calls());
  });

  describe('objects', () => {
    it('gives back body, type, metadata and ETag as put', async () => {
      const key = 'objects/a b/ü+&<é>.txt';

      const { ETag } = await put(key, 'hello', { ContentType: 'text/plain', Metadata: { attempt: '2' } });

      const { answer, bytes } = await get(key);
      expect(bytes.toString()).toBe('hello');
      expect(ETag).toBe(`"${md5(Buffer.from('hello')).toString('hex')}"`);
      expect(answer).toMatchObject({ ETag, ContentType: 'text/plain', ContentLength: 5, Metadata: { attempt: '2' } });
    });

    it('answers HEAD like GET without the body', async () => {
      await put('objects/head', 'hello', { ContentType: 'video/mp4', CacheControl: 'no-store' });

      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'objects/head' }));

      expect(head).toMatchObject({ ContentLength: 5, ContentType: 'video/mp4', CacheControl: 'no-store' });
      expect(Math.abs(Date.now() - (head.LastModified?.getTime() ?? 0))).toBeLessThan(60_000);
    });

    it('keeps an empty object', async () => {
      await put('objects/empty', '');

      const { answer, bytes } = await get('objects/empty');

      expect([answer.ContentLength, bytes.length]).toEqual([0, 0]);
    });

    it('keeps a key apart from another that begins like it or only differs in slashes and dots', async () => {
      const keys = ['tree', 'tree/', 'tree/leaf', 'tree//leaf', 'tree/../leaf', 'tree/.'];

      for (const key of keys) await put(key, key);

      for (const key of keys) expect((await get(key)).bytes.toString()).toBe(key);
    });

    it('takes a streamed body whose checksum comes behind it', async () => {
      const body = filled(300_000, 7);

      await client.send(
        new PutObjectCommand({
          Bucket,
          Key: 'objects/stream',
          Body: Readable.from([body.subarray(0, 100_000), body.subarray(100_000)]),
          ContentLength: body.length,
        }),
      );

      const { answer, bytes } = await get('objects/stream');
      expect(bytes.equals(body)).toBe(true);
      expect(answer.ContentEncoding ?? '').toBe('');
    });

    it.each([
      ['CRC32', 'ChecksumCRC32'],
      ['CRC32C', 'ChecksumCRC32C'],
      ['SHA1', 'ChecksumSHA1'],
      ['SHA256', 'ChecksumSHA256'],
    ] as const)('keeps and returns a %s checksum that the client computed', async (ChecksumAlgorithm, field) => {
      const answer = await put(`objects/${ChecksumAlgorithm}`, 'hello', { ChecksumAlgorithm });

      const head = await client.send(
        new HeadObjectCommand({ Bucket, Key: `objects/${ChecksumAlgorithm}`, ChecksumMode: 'ENABLED' }),
      );
      expect(head[field]).toBe(answer[field]);
      expect(head[field]).toMatch(/=$/);
    });

    it('takes the CRC-64/NVME check value of the catalogue of CRCs', async () => {
      const check = Buffer.from('ae8b14860a799888', 'hex').toString('base64');

      const answer = await put('objects/crc64', '123456789', { ChecksumCRC64NVME: check });

      expect(answer.ChecksumCRC64NVME).toBe(check);
    });

    it.each([
      ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
      ['CRC64NVME', { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }],
      ['MD5', { ContentMD5: md5(Buffer.from('other')).toString('base64') }],
    ])('refuses a body whose %s is wrong and keeps nothing of it', async (algorithm, checksum) => {
      const key = `objects/wrong-${algorithm}`;

      expect(await refusal(put(key, 'hello', checksum))).toEqual(['BadDigest', 400]);

      expect((await refusal(get(key)))[0]).toBe('NoSuchKey');
    });

    it('says which is not there, the bucket or the key', async () => {
      expect(await refusal(get('objects/none'))).toEqual(['NoSuchKey', 404]);
      const elsewhere = { Bucket: `${Bucket}-none`, Key: 'k' };
      expect(await refusal(client.send(new GetObjectCommand(elsewhere)))).toEqual(['NoSuchBucket', 404]);
      expect(await refusal(client.send(new PutObjectCommand({ ...elsewhere, Body: 'x' })))).toEqual([
        'NoSuchBucket',
        404,
      ]);
      expect(await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'objects/none' })))).toEqual([
        'NotFound',
        404,
      ]);
      expect(await refusal(client.send(new HeadBucketCommand({ Bucket: elsewhere.Bucket })))).toEqual([
        'NotFound',
        404,
      ]);
    });

    it('deletes, also what is not there', async () => {
      await put('objects/gone', 'x');

      await client.send(new DeleteObjectCommand({ Bucket, Key: 'objects/gone' }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'objects/gone' }));

      expect((await refusal(get('objects/gone')))[0]).toBe('NoSuchKey');
    });

    it('copies an object with its metadata', async () => {
      await put('objects/source', 'hello', { Metadata: { a: '1' } });

      await client.send(new CopyObjectCommand({ Bucket, Key: 'objects/copy', CopySource: `${Bucket}/objects/source` }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'objects/source' }));

      const { answer, bytes } = await get('objects/copy');
      expect([bytes.toString(), answer.Metadata]).toEqual(['hello', { a: '1' }]);
    });
  });
}
