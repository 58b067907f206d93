import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3Endpoint, type S3Endpoint } from './endpoint.ts';
import { createFaultProxy, type FaultProxy, SLOW_DOWN, uploadsPart } from './fault-proxy.ts';

describe('the fault proxy', () => {
  const Bucket = 'faults';
  let dataDir: string;
  let endpoint: S3Endpoint;
  let proxy: FaultProxy;
  let client: S3Client;
  /** Tries each call once, so that every fault is seen. */
  let impatient: S3Client;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fault-proxy-'));
    endpoint = await createS3Endpoint({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      buckets: [Bucket],
      log: silentLogger,
    });
    proxy = await createFaultProxy({ target: endpoint.url });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const connect = (maxAttempts: number) =>
      new S3Client({ endpoint: proxy.url, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts });
    client = connect(5);
    impatient = connect(1);
  });
  afterEach(async () => {
    client.destroy();
    impatient.destroy();
    await proxy.close();
    await endpoint.close();
    await rm(dataDir, { recursive: true });
  });

  const put = (by: S3Client, Key: string, Body: string | Buffer) =>
    by.send(new PutObjectCommand({ Bucket, Key, Body }));
  const get = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

  it('passes everything on when nothing is to fail', async () => {
    await put(client, 'k', 'hello');

    expect(await get('k')).toBe('hello');
    expect(proxy.seen.map(({ method }) => method)).toEqual(['PUT', 'GET']);
  });

  it('answers SlowDown the given number of times, which the SDK retries', async () => {
    proxy.inject({ fault: SLOW_DOWN, times: 2 });

    await put(client, 'k', 'hello');

    expect(proxy.seen).toHaveLength(3);
    expect(await get('k')).toBe('hello');
  });

  it('answers an error for a time only', async () => {
    proxy.inject({ fault: SLOW_DOWN, forMs: 100 });
    await expect(put(impatient, 'k', 'x')).rejects.toMatchObject({ name: 'SlowDown' });

    await expect
      .poll(() =>
        put(impatient, 'k', 'x').then(
          () => 'done',
          () => 'failed',
        ),
      )
      .toBe('done');
  });

  it('fails only what matches, until it is healed', async () => {
    proxy.inject({
      fault: { kind: 'error', status: 403, code: 'AccessDenied' },
      match: ({ method }) => method === 'PUT',
    });
    await expect(put(client, 'k', 'x')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey' });

    proxy.heal();

    await put(client, 'k', 'x');
  });

  it('spoils one part on its way, which is refused and sent again', async () => {
    const upload = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const part = { Bucket, Key: 'k', UploadId: upload.UploadId, PartNumber: 1, Body: Buffer.alloc(2000, 1) };
    proxy.inject({ fault: { kind: 'corrupt' }, match: uploadsPart, times: 1 });

    await expect(impatient.send(new UploadPartCommand(part))).rejects.toThrow(/SHA256|Digest|content-sha256/i);

    await impatient.send(new UploadPartCommand(part));
  });

  it('resets the connection in the middle of a body, and nothing of it is kept', async () => {
    proxy.inject({ fault: { kind: 'reset', afterBytes: 100_000 }, times: 1 });

    await expect(put(impatient, 'k', Buffer.alloc(1_000_000))).rejects.toThrow();

    await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('carries a request out and loses the answer', async () => {
    proxy.inject({ fault: { kind: 'answer-lost' }, times: 1 });

    await expect(put(impatient, 'k', 'done')).rejects.toThrow();

    expect(await get('k')).toBe('done');
  });

  it('delays and slows down', async () => {
    proxy.inject({ fault: { kind: 'delay', ms: 50 } });
    proxy.inject({ fault: { kind: 'bandwidth', bytesPerSecond: 1_000_000 } });
    const begun = performance.now();

    await put(client, 'k', Buffer.alloc(100_000));

    expect(performance.now() - begun).toBeGreaterThan(140);
  });

  it('is away and comes back at the same address', async () => {
    await put(client, 'k', 'x');
    await proxy.goAway();
    await expect(impatient.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });

    await proxy.comeBack();

    await impatient.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
  });
});
