import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { aMeeting, S3RecordingStore } from '@meetingbot/controller/testing';
import {
  type ManifestTake,
  manifestKey,
  type RecordedMovie,
  type RecordingManifest,
  recordingKey,
  silentLogger,
  takeKey,
} from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32OfWhole, tinyMovie } from '../testing/tiny-movie.ts';
import { createS3Endpoint, type S3Endpoint } from './endpoint.ts';

const bucket = 'recordings';
const meeting = aMeeting();
const key = recordingKey(meeting.metadata);
const movie = tinyMovie('what was said');

describe("the controller's look at a recording in S3", () => {
  let dataDir: string;
  let endpoint: S3Endpoint;
  let client: S3Client;
  let store: S3RecordingStore;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'recording-store-'));
    endpoint = await createS3Endpoint({ dataDir, host: '127.0.0.1', port: 0, buckets: [bucket], log: silentLogger });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new S3Client({ endpoint: endpoint.url, region: 'us-east-1', forcePathStyle: true, credentials });
    store = new S3RecordingStore({ client, bucket, region: 'us-east-1', urlStyle: 'path', endpoint: endpoint.url });
  });
  afterAll(async () => {
    client.destroy();
    await endpoint.close();
    await rm(dataDir, { recursive: true });
  });

  /** Puts an object and a manifest that says something else of it. */
  async function recorded(bytes: Buffer, claims: Partial<RecordedMovie> = {}, takes: readonly ManifestTake[] = []) {
    const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    const { namespace, name, uid } = meeting.metadata;
    const manifest: RecordingManifest = {
      ...{ version: 1, namespace, name, uid, kind: 'video', reason: 'HostEnded', outcome: 'Complete' },
      ...{
        startedAt: '2026-02-06T15:00:00Z',
        endedAt: '2026-02-06T15:10:00Z',
        takes: [...takes],
        gaps: [],
        coverage: 1,
      },
      ...{ framesLost: 0, framesDuplicated: 0, writtenBy: 1, createdAt: '2026-02-06T15:10:01Z' },
      recording: {
        ...{ bucket, key, sizeBytes: bytes.length, durationSeconds: 600, contentType: 'video/mp4' },
        ...{ etag: ETag.replaceAll('"', ''), checksumCRC32: crc32OfWhole(bytes), ...claims },
      },
    };
    const Body = JSON.stringify(manifest);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: manifestKey(meeting.metadata), Body }));
    return store.look(meeting);
  }

  it('finds it whole, and hands on its checksum', async () => {
    expect(await recorded(movie)).toMatchObject({
      kind: 'whole',
      recording: { key, sizeBytes: movie.length, checksumCRC32: crc32OfWhole(movie) },
    });
  });

  it.each([
    ['another size', movie, { sizeBytes: 1 }, /expected 1 bytes, got \d+/],
    ['another etag', movie, { etag: 'other' }, /expected etag other, got/],
    ['another checksum', movie, { checksumCRC32: 'AAAAAA==' }, /expected CRC-32 AAAAAA==, got/],
    ['no index', movie.subarray(0, 20), {}, /expected an index \(moov\), found none/],
    ['no MP4 in it', Buffer.from('not a recording at all'), {}, /expected an MP4, which begins with ftyp/],
  ])('does not take an object with %s for whole', async (_what, bytes, claims, message) => {
    expect(await recorded(bytes, claims)).toMatchObject({ kind: 'broken', message: expect.stringMatching(message) });
  });

  it('finds the media that is in no recording, to the segment', async () => {
    const putSegment = (sequence: number) => {
      const Key = takeKey(meeting.metadata, 1, 1, { part: 'segment', sequence });
      return client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'media' }));
    };
    const times = { startedAt: '2026-02-06T15:00:00Z', mediaStart: 0, durationSeconds: 8, fragments: 4, bytes: 1 };
    const take: ManifestTake = { attempt: 1, take: 1, ...times };

    await putSegment(0);
    await recorded(movie);
    expect(await store.hasLeftovers(meeting)).toBe(true);
    await recorded(movie, {}, [{ ...take, segments: { first: 0, next: 1 } }]);
    expect(await store.hasLeftovers(meeting)).toBe(false);
    await putSegment(1);
    expect(await store.hasLeftovers(meeting)).toBe(true);
    // As earlier releases wrote it.
    await recorded(movie, {}, [take]);
    expect(await store.hasLeftovers(meeting)).toBe(false);
  });

  it('does not take a manifest for an object', async () => {
    await recorded(movie);
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    expect(await store.look(meeting)).toMatchObject({
      kind: 'broken',
      message: expect.stringMatching(/got no object/),
    });
  });
});
