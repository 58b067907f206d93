import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from '../service/index.ts';

const PART = 5 * 1024 ** 2;

describe('the process of the embedded S3', () => {
  const Bucket = 'recordings';
  let directory: string;
  let service: Service;
  let client: S3Client;

  async function start(): Promise<void> {
    service = await startService({
      name: 'S3',
      entry: new URL('./main.ts', import.meta.url),
      env: { LOCAL_S3_DATA_DIR: join(directory, 'data'), LOCAL_S3_PORT: '0', LOCAL_S3_BUCKETS: Bucket },
      logFile: join(directory, 's3.log'),
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const endpoint = service.info.url;
    client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1 });
  }
  async function killAndRestart(): Promise<void> {
    process.kill(service.pid, 'SIGKILL');
    await service.exited;
    client.destroy();
    await start();
  }
  const create = async (Key: string) => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    return { Bucket, Key, UploadId };
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 's3-main-'));
    await start();
  });
  afterEach(async () => {
    client.destroy();
    await service.stop();
    await rm(directory, { recursive: true });
  });

  it('keeps every answered put and part across SIGKILLs in the middle of writing', async () => {
    const kept = new Map<string, string>();
    for (let round = 0; round < 3; round++) {
      const upload = await create(`upload-${round}`);
      const part = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: `part of ${round}` }));
      const puts = Array.from({ length: 200 }, async (_, n) => {
        const Key = `${round}/${n}`;
        await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
        kept.set(Key, Key);
      });
      const settled = Promise.allSettled(puts);
      await expect.poll(() => kept.size, { interval: 1 }).toBeGreaterThan(round * 200 + 20);

      await killAndRestart();

      await settled;
      const { Parts } = await client.send(new ListPartsCommand(upload));
      expect(Parts).toMatchObject([{ PartNumber: 1, ETag: part.ETag }]);
      await client.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
        }),
      );
      kept.set(upload.Key, `part of ${round}`);
    }

    for (const [Key, text] of kept) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe(text);
    }
  });

  it('completes a gigabyte as fast as a megabyte and holds no part in memory', async () => {
    const peakMegabytes = async () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
    const upload = await create('two-hours');
    const before = await peakMegabytes();
    const body = Buffer.alloc(PART, 7);
    const Parts: CompletedPart[] = [];
    for (let PartNumber = 1; PartNumber <= 200; PartNumber++) {
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: body }));
      Parts.push({ PartNumber, ETag });
    }
    const begun = performance.now();

    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));

    expect(performance.now() - begun).toBeLessThan(1000);
    expect((await peakMegabytes()) - before).toBeLessThan(150);
    const tail = await client.send(new GetObjectCommand({ Bucket, Key: 'two-hours', Range: 'bytes=-3' }));
    expect(tail.ContentRange).toBe(`bytes ${200 * PART - 3}-${200 * PART - 1}/${200 * PART}`);
    expect(await tail.Body?.transformToByteArray()).toEqual(Uint8Array.of(7, 7, 7));
  });
});
