import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3Endpoint, type S3Endpoint } from './endpoint.ts';

describe('the embedded S3', () => {
  const Bucket = 'recordings';
  let dataDir: string;
  let endpoint: S3Endpoint;
  let client: S3Client;

  async function open(): Promise<void> {
    endpoint = await createS3Endpoint({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      buckets: [Bucket],
      log: silentLogger,
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new S3Client({ endpoint: endpoint.url, region: 'us-east-1', forcePathStyle: true, credentials });
  }
  async function shut(): Promise<void> {
    client.destroy();
    await endpoint.close();
  }
  const blobs = () => readdir(join(dataDir, 'blobs'));
  const put = (Key: string, Body: string | Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }));

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 's3-endpoint-'));
    await open();
  });
  afterEach(async () => {
    await shut();
    await rm(dataDir, { recursive: true });
  });

  it('finds objects, buckets and uploads in progress again at the next start', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'another' }));
    await put('kept', 'hello');
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'going-on' }));
    const upload = { Bucket, Key: 'going-on', UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));

    await shut();
    await open();

    const parts = { MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    await client.send(new CompleteMultipartUploadCommand({ ...upload, ...parts }));
    for (const [Key, text] of [['kept', 'hello'] as const, ['going-on', 'part'] as const]) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe(text);
    }
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['another', Bucket]);
  });

  it('leaves no bytes behind on the disk when objects are replaced or deleted', async () => {
    await put('a', 'one');
    await put('a', 'two');
    await put('empty', Buffer.alloc(0));
    expect(await blobs()).toHaveLength(1);

    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));

    expect(await blobs()).toEqual([]);
  });

  it('keeps nothing of a body that breaks off', async () => {
    const { hostname, port } = new URL(endpoint.url);
    const headers = {
      'Content-Length': 1_000_000,
      Authorization: 'AWS4-HMAC-SHA256 Credential=local',
    };
    const broken = request({ hostname, port, method: 'PUT', path: `/${Bucket}/broken`, headers });
    broken.on('error', () => undefined);
    broken.write(Buffer.alloc(100_000));
    await expect.poll(blobs).toHaveLength(1);

    broken.destroy();

    await expect.poll(blobs).toEqual([]);
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'broken' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });

  it('lets a reader finish an object that is replaced meanwhile', async () => {
    const old = Buffer.alloc(3_000_000, 1);
    await put('read', old);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'read' }));

    await put('read', 'new');

    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(old)).toBe(true);
    await expect.poll(blobs).toHaveLength(1);
  });

  it('sweeps at the start what a killed run left half-written', async () => {
    await put('kept', 'hello');
    await shut();
    await writeFile(join(dataDir, 'blobs', 'half-written'), 'ha');

    await open();

    expect(await blobs()).toHaveLength(1);
  });

  it('refuses a data directory that is in use, and names it', async () => {
    const second = createS3Endpoint({ dataDir, host: '127.0.0.1', port: 0, buckets: [], log: silentLogger });

    await expect(second).rejects.toThrow(`${dataDir} cannot be opened: another process is using it`);
  });

  it('creates and deletes buckets, full ones not', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    await put('full', 'x');

    await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await expect(client.send(new CreateBucketCommand({ Bucket: 'Bad_Name' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await client.send(new DeleteBucketCommand({ Bucket: 'short-lived' }));
  });

  it('lets anybody read by URL, as a player does, and nobody write or list without a signature', async () => {
    await put('meetings/a/recording.mp4', '0123456789');
    const url = `${endpoint.url}/${Bucket}/meetings/a/recording.mp4`;

    const read = await fetch(url, { headers: { Range: 'bytes=2-3' } });

    expect([read.status, await read.text()]).toEqual([206, '23']);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(`${endpoint.url}/${Bucket}?list-type=2`)).status).toBe(403);
  });

  it('says what it does not do instead of doing something else', async () => {
    const answer = await fetch(`${endpoint.url}/${Bucket}/k?tagging`);

    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('<Code>NotImplemented</Code>');
  });
});
