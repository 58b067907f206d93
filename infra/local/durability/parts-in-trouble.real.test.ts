import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manifestKey, meetingPrefix, recordingKey, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { openRecording } from '@meetingbot/recorder';
import { createS3Store } from '@meetingbot/recorder/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createS3Endpoint, type S3Endpoint } from '../s3/endpoint.ts';
import {
  createFaultProxy,
  type Fault,
  type FaultProxy,
  type SeenRequest,
  SLOW_DOWN,
  uploadsPart,
} from '../s3/fault-proxy.ts';

const run = promisify(execFile);
const MEETING = { namespace: 'test', name: 'meeting', uid: 'uid-1' };
const MAX_OUTPUT = 256 * 1024 * 1024;
const part =
  (number: number) =>
  (request: SeenRequest): boolean =>
    uploadsPart(request) && request.url.includes(`partNumber=${number}&`);
const completes = ({ method, url }: SeenRequest) => method === 'POST' && url.includes('uploadId=');

let workDir: string;
let endpoint: S3Endpoint;
let proxy: FaultProxy;
let store: ReturnType<typeof createS3Store>;

beforeEach(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'parts-'));
  const place = { dataDir: join(workDir, 's3'), host: '127.0.0.1', port: 0, buckets: ['store'] };
  endpoint = await createS3Endpoint({ ...place, log: silentLogger });
  proxy = await createFaultProxy({ target: endpoint.url });
  store = storeBehind(proxy.url);
});
/** @param callMs - as of S3StoreOptions */
function storeBehind(endpoint: string, callMs = 30_000) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return createS3Store({ bucket: 'store', region: 'us-east-1', endpoint, pathStyle: true, credentials, callMs });
}

afterEach(async () => {
  store.close();
  await proxy.close();
  await endpoint.close();
  rmSync(workDir, { recursive: true, force: true });
});

/** Fragments as the recorder's encoder writes them, of a picture so restless that each second has many megabytes. */
async function restlessTake(seconds: number): Promise<Buffer> {
  const args = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=25,noise=alls=60:allf=t'];
  args.push('-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-map', '0:v', '-map', '1:a', '-map', '1:a');
  args.push('-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '28', '-pix_fmt', 'yuv420p', '-g', '50', '-bf', '0');
  args.push('-c:a', 'aac', '-ac:a:0', '2', '-ac:a:1', '1', '-t', String(seconds));
  args.push('-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_keyframe', 'pipe:1');
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: MAX_OUTPUT });
  return stdout;
}

/** Records a take, from the first byte to the manifest. */
async function record(take: Buffer) {
  const writer = await openRecording({
    ...{ store, bucket: 'store', meeting: MEETING, attempt: 1, kind: 'video', workDir },
    ...{ clock: systemClock, log: silentLogger },
  });
  const sink = writer.startTake({ startedAt: Date.now() });
  for (let at = 0; at < take.length; at += 65_536) sink.write(take.subarray(at, at + 65_536));
  sink.end();
  const manifest = await writer.finish({ reason: 'HostEnded' });
  await writer.close();
  return manifest;
}

async function expectPicturesOf(take: Buffer): Promise<void> {
  const [source, recorded] = [join(workDir, 'source.mp4'), join(workDir, 'recorded.mp4')];
  writeFileSync(source, take);
  writeFileSync(recorded, await store.get(recordingKey(MEETING)));
  expect(await picturesOf(recorded)).toBe(await picturesOf(source));
}

/** A sum over all pictures of a file, as they were encoded; the parameter sets that come with key frames are left out. */
async function picturesOf(file: string): Promise<string> {
  const args = ['-v', 'error', '-i', file, '-map', '0:v', '-c', 'copy', '-bsf:v', 'filter_units=remove_types=7-8'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'md5', '-']);
  return stdout;
}

it('parts that arrive damaged, half, without an answer or too fast are sent again, and the file is what was captured', async () => {
  const take = await restlessTake(5);
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
  await expectPicturesOf(take);
  expect(await store.head(recordingKey(MEETING))).toMatchObject({
    sizeBytes: manifest.recording?.sizeBytes,
    etag: manifest.recording?.etag,
  });
  expect(await store.listMultipart(meetingPrefix(MEETING))).toEqual([]);
  const keys = (await store.list(meetingPrefix(MEETING))).map(({ key }) => key);
  expect(keys.sort()).toEqual([`${meetingPrefix(MEETING)}audio.m4a`, manifestKey(MEETING), recordingKey(MEETING)]);
});

it('parts that a line is too slow for are given the time it needs', async () => {
  const take = await restlessTake(2);
  store.close();
  // A thirtieth of the real times, and a line on which a part takes half as long again as a call has at first.
  store = storeBehind(proxy.url, 1000);
  proxy.inject({ fault: { kind: 'bandwidth', bytesPerSecond: 3_500_000 }, match: uploadsPart });
  const probe = await store.createMultipart('probe', { contentType: 'video/mp4' });
  const tooLarge = store.uploadPart(probe, 1, Buffer.alloc(5 * 1024 * 1024));
  await expect(tooLarge).rejects.toMatchObject({ code: 'Unavailable' });
  await store.abortMultipart(probe);

  const manifest = await record(take);

  expect(manifest).toMatchObject({ outcome: 'Complete', gaps: [] });
  await expectPicturesOf(take);
});
