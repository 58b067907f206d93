import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestKey, meetingPrefix, recordingKey, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { openRecording, salvage } from '@meetingbot/recorder';
import { LoopedTake } from '@meetingbot/recorder/testing';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createS3Endpoint, type S3Endpoint } from '../s3/endpoint.ts';
import {
  createFaultProxy,
  type Fault,
  type FaultProxy,
  type SeenRequest,
  SLOW_DOWN,
  uploadsPart,
} from '../s3/fault-proxy.ts';
import { tell } from './ended.ts';
import { MEETING, madeTake, picturesInStore, picturesOfTake, QUIET, storeAt, writeTake } from './made-recording.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const part =
  (number: number) =>
  (request: SeenRequest): boolean =>
    uploadsPart(request) && request.url.includes(`partNumber=${number}&`);
const completes = ({ method, url }: SeenRequest) => method === 'POST' && url.includes('uploadId=');

let take: Buffer;
let workDir: string;
let endpoint: S3Endpoint;
let proxy: FaultProxy;
let store: ReturnType<typeof storeAt>;

beforeAll(async () => {
  take = await madeTake(5);
});
beforeEach(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'parts-'));
  const place = { dataDir: join(workDir, 's3'), host: '127.0.0.1', port: 0, buckets: ['store'] };
  endpoint = await createS3Endpoint({ ...place, log: silentLogger });
  proxy = await createFaultProxy({ target: endpoint.url });
  store = storeAt(proxy.url);
});

afterEach(async () => {
  store.close();
  await proxy.close();
  await endpoint.close();
  rmSync(workDir, { recursive: true, force: true });
});

function options(attempt: number) {
  return {
    ...{ store, bucket: 'store', meeting: MEETING, attempt, kind: 'video' as const, workDir },
    ...{ clock: systemClock, log: silentLogger },
  };
}

/** Records a take, from the first byte to the manifest. */
async function record(made: Buffer, attempt = 1) {
  const writer = await openRecording(options(attempt));
  writeTake(writer, made);
  const manifest = await writer.finish({ reason: 'HostEnded' });
  await writer.close();
  return manifest;
}

async function expectPictures(expected: readonly string[]): Promise<void> {
  const direct = storeAt(endpoint.url);
  expect(await picturesInStore(direct, recordingKey(MEETING), workDir)).toEqual(expected);
  direct.close();
}

it('parts that arrive damaged, half, without an answer or too fast are sent again, and the file is what was captured', async () => {
  const faults: Fault[] = [
    { kind: 'corrupt' },
    { kind: 'reset', afterBytes: 1_000_000 },
    { kind: 'answer-lost' },
    SLOW_DOWN,
  ];
  for (const [i, fault] of faults.entries()) proxy.inject({ fault, match: part(i + 2), times: 1 });
  proxy.inject({ fault: { kind: 'answer-lost' }, match: completes, times: 1 });

  const manifest = await record(take);

  const sent = faults.map((_, i) => proxy.seen.filter(part(i + 2)).length);
  expect(sent).toEqual([2, 2, 2, 2]);
  expect(proxy.seen.filter(completes)).toHaveLength(2);
  expect(manifest).toMatchObject({ outcome: 'Complete', gaps: [] });
  await expectPictures(await picturesOfTake(take, workDir));
  expect(await store.head(recordingKey(MEETING))).toMatchObject({
    sizeBytes: manifest.recording?.sizeBytes,
    etag: manifest.recording?.etag,
  });
  expect(await store.listMultipart(meetingPrefix(MEETING))).toEqual([]);
  const keys = (await store.list(meetingPrefix(MEETING))).map(({ key }) => key);
  expect(keys.sort()).toEqual([`${meetingPrefix(MEETING)}audio.m4a`, manifestKey(MEETING), recordingKey(MEETING)]);
});

it('parts that a line is too slow for are given the time it needs', async () => {
  const short = await madeTake(2);
  store.close();
  // A thirtieth of the real times, and a line on which a part takes half as long again as a call has at first.
  store = storeAt(proxy.url, 1000);
  proxy.inject({ fault: { kind: 'bandwidth', bytesPerSecond: 3_500_000 }, match: uploadsPart });
  const probe = await store.createMultipart('probe', { contentType: 'video/mp4' });
  const tooLarge = store.uploadPart(probe, 1, Buffer.alloc(5 * 1024 * 1024));
  await expect(tooLarge).rejects.toMatchObject({ code: 'Unavailable' });
  await store.abortMultipart(probe);

  const manifest = await record(short);

  expect(manifest).toMatchObject({ outcome: 'Complete', gaps: [] });
  await expectPictures(await picturesOfTake(short, workDir));
});

/** Records a take in a process that is killed when all of it is durable and the first parts of its file are sent. */
async function recordAndLose(): Promise<void> {
  const file = join(workDir, 'take.mp4');
  writeFileSync(file, take);
  const program = join(import.meta.dirname, 'lost-writer.ts');
  const child = spawn(process.execPath, [program, proxy.url, workDir, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  await Promise.all([
    once(child.stdout, 'data'),
    vi.waitFor(() => expect(proxy.seen.filter(part(3))).not.toEqual([]), PATIENCE),
  ]);
  child.kill('SIGKILL');
  await gone;
}

it.each([
  ['a successor', () => record(take, 2), 2],
  ['a salvage', () => salvage(options(2), { reason: 'RecordingFailed' }), 1],
])('an upload that a lost recorder has left open is ended by %s, and the file is whole', async (_, goOn, times) => {
  await recordAndLose();
  expect(await store.listMultipart(meetingPrefix(MEETING))).toMatchObject([{ key: recordingKey(MEETING) }]);

  const manifest = await goOn();

  expect(await store.listMultipart(meetingPrefix(MEETING))).toEqual([]);
  expect(manifest.takes.map(({ attempt }) => attempt)).toEqual([1, 2].slice(0, times));
  const pictures = await picturesOfTake(take, workDir);
  await expectPictures(Array.from({ length: times }, () => pictures).flat());
});

const LOOP_SECONDS = 4;
const AWAY_SECONDS = 600;

it('while S3 is away for ten minutes the disk takes what is captured, and nothing is lost', async () => {
  const loop = new LoopedTake(await madeTake(LOOP_SECONDS + 2, QUIET), LOOP_SECONDS);
  const writer = await openRecording(options(1));
  const sink = writer.startTake({ startedAt: Date.now() });
  sink.write(loop.init);
  for (const fragment of loop.fragments) sink.write(fragment);
  await vi.waitFor(() => expect(writer.durableSeconds()).toBeGreaterThan(0), PATIENCE);
  const rounds = AWAY_SECONDS / LOOP_SECONDS;
  proxy.inject({ fault: { kind: 'reset', afterBytes: 0 } });

  for (let round = 1; round <= rounds; round++) {
    for (const fragment of loop.fragments) sink.write(loop.shifted(fragment, round));
  }
  sink.end();
  const away = writer.lag();
  proxy.heal();
  const healed = performance.now();
  await vi.waitFor(() => expect(writer.lag()).toMatchObject({ memoryBytes: 0, diskBytes: 0 }), PATIENCE);
  const caughtUp = (performance.now() - healed) / 1000;
  const manifest = await writer.finish({ reason: 'HostEnded' });
  await writer.close();

  tell('away', { heldMB: (away.memoryBytes + away.diskBytes) / 1e6, caughtUpSeconds: caughtUp });
  expect(away.memoryBytes).toBeLessThan(32 * 1024 * 1024);
  expect(away.diskBytes).toBeGreaterThan(100e6);
  expect(away.losing).toBe(false);
  expect(manifest).toMatchObject({ outcome: 'Complete', gaps: [], takes: [{ take: 1 }] });
  const pictures = await picturesOfTake(Buffer.concat([loop.init, ...loop.fragments]), workDir);
  await expectPictures(Array.from({ length: rounds + 1 }, () => pictures).flat());
});
