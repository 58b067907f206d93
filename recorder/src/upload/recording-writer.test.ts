import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { causesOf, RecordingManifest } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeTake } from '../mp4/made-media.fixture.ts';
import type { KeptManifest } from './kept-media.ts';
import type { StoreCall } from './memory-object-store.ts';
import { ObjectStoreError } from './object-store.ts';
import { UploadError } from './upload-error.ts';
import { meeting, prefix, WriterRig } from './writer-rig.fixture.ts';

const away = () => new ObjectStoreError('Unavailable', 'away');
let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

describe('a recording', () => {
  it('is put in segments of four seconds while it is captured', async () => {
    const writer = await rig.open(1);
    const sink = writer.startTake({ startedAt: rig.clock.time });
    const { init, fragments } = madeTake({ name: 'a', seconds: 12 });
    for (const bytes of [init, ...fragments.slice(0, 5)]) sink.write(bytes);

    await rig.until(() => Math.floor(writer.durableSeconds()) === 8);
    expect(rig.keys()).toEqual([
      'attempts/1/take-1-000000.m4s',
      'attempts/1/take-1-000001.m4s',
      'attempts/1/take-1-init.mp4',
      'attempts/1/take-1.json',
    ]);
    expect(rig.store.objects.get(`${prefix}attempts/1/take-1-000001.m4s`)?.body).toEqual(
      Buffer.concat(fragments.slice(2, 4)),
    );
  });

  it('puts a fragment that waits for a stalled encoder after four seconds', async () => {
    const writer = await rig.open(1);
    const { init, fragments } = madeTake({ name: 'a', seconds: 2 });
    const sink = writer.startTake({ startedAt: rig.clock.time });
    sink.write(Buffer.concat([init, ...fragments]));
    await rig.until(() => rig.keys().length === 2);
    expect(writer.lag().uploadLagSeconds).toBe(0);

    rig.clock.time += 4_000;

    expect(writer.lag().uploadLagSeconds).toBe(4);
    await rig.until(() => Math.floor(writer.durableSeconds()) === 2);
    expect(writer.lag().uploadLagSeconds).toBe(0);
  });

  it('ends as two files and a manifest, and nothing else', async () => {
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 10 });
    rig.record(writer, { name: 'b', seconds: 5 }, 12);

    const manifest = await writer.finish({ reason: 'HostEnded', framesLost: 3 });
    await writer.close();

    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
    expect(rig.store.uploads.size).toBe(0);
    expect(rig.pictures()).toBe('aaaaaaaaaabbbbb');
    expect(rig.manifest()).toEqual(manifest);
    expect(causesOf(RecordingManifest, manifest)).toEqual([]);
    expect(manifest).toMatchObject({ reason: 'HostEnded', framesLost: 3, outcome: 'Partial', writtenBy: 1 });
    expect(manifest.takes.map((take) => Math.round(take.mediaStart))).toEqual([0, 10]);
    expect(manifest.gaps).toMatchObject([{ cause: 'EncoderRestarted' }]);
    expect(manifest.gaps[0]?.seconds).toBeCloseTo(2, 1);
    expect(manifest.coverage).toBeCloseTo(15 / 17, 2);
    expect(manifest.recording).toMatchObject({ width: 320, height: 180, frameRate: 25, videoFrames: 375 });
    expect(manifest.recording?.sizeBytes).toBe(rig.store.objects.get(`${prefix}recording.mp4`)?.body.length);
    expect(existsSync(join(rig.workDir, 'media'))).toBe(false);
  });

  it('that is large goes up in parts while it is made, and its end costs what the last parts cost', async () => {
    const bytesAtEnd = [];
    for (const seconds of [16, 32]) {
      await rig.close();
      rig = new WriterRig();
      const writer = await rig.open(1);
      const sink = writer.startTake({ startedAt: rig.clock.time });
      const { init, fragments } = madeTake({ name: 'a', seconds, pictureBytes: 30_000 });
      for (const bytes of [init, ...fragments]) sink.write(bytes);
      await rig.until(() => writer.durableSeconds() >= seconds && writer.lag().memoryBytes === 0);
      const before = rig.store.calls.length;
      await writer.finish({ reason: 'HostEnded' });
      bytesAtEnd.push(rig.store.calls.slice(before).reduce((sum, call) => sum + call.bytes, 0));
      expect(rig.pictures()).toBe('a'.repeat(seconds));
    }

    expect(Math.max(...bytesAtEnd)).toBeLessThan(2 * 5 * 1024 * 1024 + 300_000);
  });

  it.each([
    [2, []],
    [4, [{ seconds: 4, cause: 'StartedLate' }]],
  ])(
    'whose encoder took %i s to start says what is missing before it, and no recorder was lost',
    async (late, gaps) => {
      const writer = await rig.open(1);
      rig.record(writer, { name: 'a', seconds: 5 });

      const manifest = await writer.finish({ reason: 'HostEnded', joinedAt: rig.clock.time - late * 1000 });

      expect(manifest.gaps).toMatchObject(gaps);
      expect(manifest.gaps).toHaveLength(gaps.length);
    },
  );

  it('whose first encoder ended without media says that of what is missing before it', async () => {
    const writer = await rig.open(1);
    const sink = writer.startTake({ startedAt: rig.clock.time });
    sink.write(madeTake({ name: 'a', seconds: 2 }).init);
    sink.end();
    rig.record(writer, { name: 'b', seconds: 5 }, 4);

    const manifest = await writer.finish({ reason: 'HostEnded', joinedAt: rig.clock.time });

    expect(manifest.takes).toMatchObject([{ attempt: 1, take: 2 }]);
    expect(manifest.gaps).toMatchObject([{ seconds: 4, cause: 'EncoderRestarted' }]);
  });

  it('without media has a manifest that says so, and no files', async () => {
    const writer = await rig.open(1);

    const manifest = await writer.finish({ reason: 'NoShow' });
    await writer.close();

    expect(manifest).toMatchObject({ outcome: 'None', coverage: 0, takes: [] });
    expect(rig.keys()).toEqual(['manifest.json']);
  });

  it('that is closed before its end keeps its segments and leaves no upload', async () => {
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 16, pictureBytes: 30_000 });
    await rig.until(() => rig.store.uploads.size === 1);

    await writer.close();

    expect(rig.store.uploads.size).toBe(0);
    expect(rig.keys().filter((key) => key.endsWith('.m4s')).length).toBeGreaterThan(0);
  });

  it.each([
    ['abortMultipart', 1],
    // Segments, and the claim.
    ['delete', 2],
  ])('leaves nothing behind though S3 fails at a %s', async (call, calls) => {
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 16, pictureBytes: 30_000 });
    if (call === 'delete') await writer.finish({ reason: 'HostEnded' });
    else await rig.until(() => rig.store.uploads.size === 1);
    let failures = 0;
    rig.store.before = ({ operation }: StoreCall) => {
      if (operation === call && failures++ === 0) throw away();
    };

    await writer.close();

    expect(failures).toBe(calls + 1);
    expect(rig.store.uploads.size).toBe(0);
    if (call === 'delete') expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });
});

describe('while S3 is away', () => {
  it('media waits in memory, then on disk, and all of it arrives in order', async () => {
    const writer = await rig.open(1, { limits: { memoryBytes: 100_000, diskBytes: 10_000_000 } });
    rig.store.before = () => {
      throw away();
    };
    rig.record(writer, { name: 'a', seconds: 120, pictureBytes: 1000 });
    await rig.until(() => writer.lag().fault === 'Unavailable');
    const waiting = writer.lag();
    const files = readdirSync(join(rig.workDir, 'media'));

    rig.store.before = () => {};
    const manifest = await writer.finish({ reason: 'HostEnded' });

    expect(waiting.memoryBytes).toBeLessThanOrEqual(100_000);
    expect(waiting.diskBytes).toBeGreaterThan(2_000_000);
    expect(files.length).toBeGreaterThan(20);
    expect(rig.pictures()).toBe('a'.repeat(120));
    expect(manifest.gaps).toEqual([]);
    expect(readdirSync(join(rig.workDir, 'media'))).toEqual([]);
  });

  it('a recording may begin, and what waits is as old as its first media', async () => {
    rig.store.before = () => {
      throw away();
    };
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 10 });
    rig.clock.time += 30_000;
    expect(writer.lag().uploadLagSeconds).toBe(30);
    rig.store.before = () => {};

    await writer.finish({ reason: 'HostEnded' });

    expect(rig.pictures()).toBe('a'.repeat(10));
  });

  it('media beyond the bound is lost, and the recording goes on when there is room again', async () => {
    const writer = await rig.open(1, { limits: { memoryBytes: 0, diskBytes: 1_000_000 } });
    rig.store.before = () => {
      throw away();
    };
    const sink = writer.startTake({ startedAt: rig.clock.time });
    const { init, fragments } = madeTake({ name: 'a', seconds: 80, pictureBytes: 1000 });
    for (const bytes of [init, ...fragments.slice(0, 30)]) sink.write(bytes);
    expect(writer.lag()).toMatchObject({ losing: true });
    rig.store.before = () => {};
    await rig.until(() => writer.lag().diskBytes === 0);

    for (const bytes of fragments.slice(30)) sink.write(bytes);
    const manifest = await writer.finish({ reason: 'HostEnded' });

    expect(manifest.gaps).toMatchObject([{ cause: 'StorageFull' }]);
    expect(manifest.takes.map((take) => take.take)).toEqual([1, 2]);
    const kept = Math.round(manifest.takes[0]?.durationSeconds ?? 0);
    expect(manifest.gaps[0]?.seconds).toBeCloseTo(60 - kept, 0);
    expect(rig.pictures()).toHaveLength(kept + 20);
  });

  it('a finish that runs out of time says so and leaves the media on this machine', async () => {
    const writer = await rig.open(1);
    rig.store.before = () => {
      throw new ObjectStoreError('Refused', 'AccessDenied (403)');
    };
    rig.record(writer, { name: 'a', seconds: 6 });
    const stop = new AbortController();
    const finishing = writer.finish({ reason: 'HostEnded' }, stop.signal);
    await rig.until(() => writer.lag().fault === 'Refused');
    stop.abort(new Error('no time left'));

    const error = await finishing.catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(UploadError);
    expect(error).toMatchObject({ code: 'UploadFailed', message: expect.stringContaining('AccessDenied') });
    const directory = error instanceof UploadError ? (error.directory ?? '') : '';
    const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as KeptManifest;
    const files = ['take-1-origin.json', 'take-1-init.mp4', 'take-1-000000.m4s', 'take-1-000001.m4s'];
    expect(manifest.objects.map(({ file }) => file)).toEqual(files);
    expect(readdirSync(directory).sort()).toEqual([...files, 'manifest.json'].sort());
    expect(manifest).toMatchObject({ ...meeting, attempt: 1, message: expect.stringContaining('AccessDenied') });
  });
});

describe('the list of what S3 did not take', () => {
  it('says what the disk had no room for', async () => {
    const writer = await rig.open(1, { limits: { memoryBytes: 1_000_000, diskBytes: 160_000 } });
    rig.store.before = () => {
      throw new ObjectStoreError('Refused', 'AccessDenied (403)');
    };
    rig.record(writer, { name: 'a', seconds: 8, pictureBytes: 1000 });
    await rig.until(() => writer.lag().fault === 'Refused');
    const error = await writer
      .finish({ reason: 'HostEnded' }, AbortSignal.abort(new Error('no time left')))
      .catch((reason: unknown) => reason);

    const directory = error instanceof UploadError ? (error.directory ?? '') : '';
    const { objects, lost } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as KeptManifest;
    const files = readdirSync(directory).filter((name) => name !== 'manifest.json');
    expect(objects.map(({ file }) => file).sort()).toEqual(files.sort());
    expect(objects.length).toBeGreaterThan(0);
    expect(lost).toEqual([`${prefix}attempts/1/take-1-000001.m4s`]);
  });
});

describe('an answer of S3', () => {
  it('that is lost after the call succeeded does no harm', async () => {
    const lost = new Set<string>();
    rig.store.after = ({ operation, key }: StoreCall) => {
      if (operation === 'list' || operation === 'get' || operation === 'head' || lost.has(operation + key)) return;
      lost.add(operation + key);
      throw away();
    };
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 16, pictureBytes: 30_000 });

    await writer.finish({ reason: 'HostEnded' });
    await writer.close();

    expect(rig.pictures()).toBe('a'.repeat(16));
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });

  it('that forbids everything is an error at the start', async () => {
    rig.store.before = () => {
      throw new ObjectStoreError('Refused', 'NoSuchBucket (404)');
    };

    await expect(rig.open(1)).rejects.toMatchObject({ code: 'Refused' });
  });
});
