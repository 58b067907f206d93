import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ContractCalls, crc32Base64, refusal } from './calls.ts';

/** What a multipart upload must refuse, and what it leaves as it was. */
export function multipartRefusalsContract(calls: () => ContractCalls): void {
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

  describe('refusals of multipart uploads', () => {
    it('knows an upload no more after abort or completion', async () => {
      const aborted = await create('multipart/aborted');
      await client.send(new AbortMultipartUploadCommand(aborted));
      const done = await create('multipart/done');
      const parts = [await part(done, 1, Buffer.from('x'))];
      await complete(done, parts);

      expect(await refusal(part(aborted, 1, Buffer.from('x')))).toEqual(['NoSuchUpload', 404]);
      expect(await refusal(client.send(new ListPartsCommand(aborted)))).toEqual(['NoSuchUpload', 404]);
      expect(await refusal(client.send(new AbortMultipartUploadCommand(aborted)))).toEqual(['NoSuchUpload', 404]);
      expect(await refusal(complete(done, parts))).toEqual(['NoSuchUpload', 404]);
    });

    it('refuses to complete with parts missing, wrong, out of order or too small', async () => {
      const upload = await create('multipart/refused');
      const small = await part(upload, 1, Buffer.from('small'));
      const last = await part(upload, 2, Buffer.from('last'));

      expect(await refusal(complete(upload, [small, last]))).toEqual(['EntityTooSmall', 400]);
      expect(await refusal(complete(upload, [last, small]))).toEqual(['InvalidPartOrder', 400]);
      expect(await refusal(complete(upload, [small, small]))).toEqual(['InvalidPartOrder', 400]);
      expect(await refusal(complete(upload, [{ ...small, PartNumber: 9 }]))).toEqual(['InvalidPart', 400]);
      expect(await refusal(complete(upload, [{ ...small, ETag: last.ETag }]))).toEqual(['InvalidPart', 400]);
      expect(await refusal(complete(upload, []))).toEqual(['MalformedXML', 400]);

      await complete(upload, [small]);
      expect((await get('multipart/refused')).bytes.toString()).toBe('small');
    });

    it('completes with If-None-Match: * only where nothing is, and the upload can still be used', async () => {
      await put('multipart/taken', 'old');
      const upload = await create('multipart/taken');
      const parts = [await part(upload, 1, Buffer.from('new'))];

      expect(await refusal(complete(upload, parts, { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
      expect((await get('multipart/taken')).bytes.toString()).toBe('old');

      await client.send(new DeleteObjectCommand({ Bucket, Key: 'multipart/taken' }));
      await complete(upload, parts, { IfNoneMatch: '*' });
      expect((await get('multipart/taken')).bytes.toString()).toBe('new');
    });

    it('refuses to complete when the whole has another size than announced', async () => {
      const upload = await create('multipart/size');
      const parts = [await part(upload, 1, Buffer.from('four'))];

      expect(await refusal(complete(upload, parts, { MpuObjectSize: 5 }))).toEqual(['InvalidRequest', 400]);

      await complete(upload, parts, { MpuObjectSize: 4 });
    });

    it('refuses a part whose checksum is wrong and keeps the one before', async () => {
      const upload = await create('multipart/checksum');
      const good = await part(upload, 1, Buffer.from('good'));
      const bad = new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'bad', ChecksumCRC32: 'AAAAAA==' });

      expect(await refusal(client.send(bad))).toEqual(['BadDigest', 400]);

      await complete(upload, [good]);
      expect((await get('multipart/checksum')).bytes.toString()).toBe('good');
    });

    it('wants the checksum of every part when the upload was created with an algorithm', async () => {
      const upload = await create('multipart/algorithm', { ChecksumAlgorithm: 'CRC32' });
      const one = await part(upload, 1, Buffer.from('one'));

      const { PartNumber, ETag } = one;
      expect(await refusal(complete(upload, [{ PartNumber, ETag }]))).toEqual(['InvalidRequest', 400]);

      const { ChecksumCRC32 } = await complete(upload, [one]);
      expect(ChecksumCRC32).toBe(`${crc32Base64(Buffer.from(one.ChecksumCRC32 ?? '', 'base64'))}-1`);
    });

    it('refuses part numbers outside 1 to 10000', async () => {
      const upload = await create('multipart/numbers');

      expect((await refusal(part(upload, 0, Buffer.from('x'))))[0]).toBe('InvalidArgument');
      expect((await refusal(part(upload, 10_001, Buffer.from('x'))))[0]).toBe('InvalidArgument');
      await client.send(new AbortMultipartUploadCommand(upload));
    });
  });
}
