import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingKey, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { openRecording } from '@meetingbot/recorder';
import { LoopedTake } from '@meetingbot/recorder/testing';
import { describe, expect, it, vi } from 'vitest';
import { createS3Endpoint } from '../s3/endpoint.ts';
import { createFaultProxy } from '../s3/fault-proxy.ts';
import { expectWhole, inspect, tell } from './ended.ts';
import { MEETING, madeTake, picturesInStore, picturesOfTake, QUIET, storeAt } from './made-recording.ts';
import { NOTHING, Recordings } from './recordings.ts';
import { canMount, mountSmallDisk } from './small-disk.ts';

const AWAY = { kind: 'reset', afterBytes: 0 } as const;
const PATIENCE = { timeout: 60_000, interval: 20 };
const LOOP_SECONDS = 4;

describe.skipIf(!canMount())(
  'where the disk is full (only where a small one can be mounted)',
  { concurrent: true },
  () => {
    it('a recorder whose Chromium, sound and display have no byte left goes on, and S3 away meanwhile loses nothing', async () => {
      const recordings = await Recordings.start();
      const disk = mountSmallDisk(join(recordings.dataDir, 'ecs', 't'), 400);
      try {
        await recordings.record('full', 500);
        const meeting = await recordings.untilSegments('full', 1);
        const makeRoom = disk.fill();
        const heal = recordings.trouble(meeting, AWAY);
        await recordings.untilHealth('full', ({ uploadLagSeconds = 0 }) => uploadLagSeconds > 8);
        heal();
        await recordings.untilSegments('full', 5);
        const ended = await inspect(recordings, await recordings.end('full'), 500);
        makeRoom();

        tell('full', { seconds: ended.verdict.seconds, clockErrorSeconds: ended.verdict.clockErrorSeconds });
        expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
        expect(ended.manifest.takes).toMatchObject([{ attempt: 1, take: 1 }]);
        expect(ended.gaps).toEqual([]);
        expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
        await expectWhole(recordings, ended);
        await vi.waitFor(async () => expect(await recordings.leftovers()).toEqual(NOTHING), PATIENCE);
      } finally {
        disk.remove();
        await recordings.close();
      }
    });

    it('and memory, too, since S3 is away, media is lost until there is room, which is a gap, and the rest is whole', async () => {
      const workDir = mkdtempSync(join(tmpdir(), 'full-'));
      const place = { dataDir: join(workDir, 's3'), host: '127.0.0.1', port: 0, buckets: ['store'] };
      const endpoint = await createS3Endpoint({ ...place, log: silentLogger });
      const proxy = await createFaultProxy({ target: endpoint.url });
      const store = storeAt(proxy.url);
      const disk = mountSmallDisk(join(workDir, 'disk'), 32);
      try {
        const loop = new LoopedTake(await madeTake(LOOP_SECONDS + 2, QUIET), LOOP_SECONDS);
        const writer = await openRecording({
          ...{ store, bucket: 'store', meeting: MEETING, attempt: 1, kind: 'video', workDir: join(workDir, 'disk') },
          ...{ clock: systemClock, log: silentLogger },
        });
        const sink = writer.startTake({ startedAt: Date.now() });
        sink.write(loop.init);
        let rounds = 0;
        const write = () => {
          for (const fragment of loop.fragments) sink.write(loop.shifted(fragment, rounds));
          rounds += 1;
        };
        write();
        await vi.waitFor(() => expect(writer.durableSeconds()).toBeGreaterThan(0), PATIENCE);
        proxy.inject({ fault: AWAY });
        while (writer.lag().diskBytes < 8 * 1024 * 1024) write();
        const makeRoom = disk.fill();
        const kept = rounds;
        for (let round = 0; round < 5; round++) write();
        const full = writer.lag();
        proxy.heal();
        await vi.waitFor(() => expect(writer.lag()).toMatchObject({ memoryBytes: 0, diskBytes: 0 }), PATIENCE);
        for (let round = 0; round < 5; round++) write();
        sink.end();
        const manifest = await writer.finish({ reason: 'HostEnded' });
        await writer.close();
        makeRoom();

        tell('memory full, too', { memoryMB: full.memoryBytes / 1e6, diskMB: full.diskBytes / 1e6, kept, rounds });
        expect(full.losing).toBe(true);
        expect(manifest).toMatchObject({ outcome: 'Partial', takes: [{ take: 1 }, { take: 2 }] });
        expect(manifest.gaps).toMatchObject([{ cause: 'StorageFull' }]);
        expect(manifest.gaps[0]?.seconds).toBeCloseTo(5 * LOOP_SECONDS, 0);
        const pictures = await picturesOfTake(Buffer.concat([loop.init, ...loop.fragments]), workDir);
        const recorded = Array.from({ length: rounds - 5 }, () => pictures).flat();
        expect(await picturesInStore(store, recordingKey(MEETING), workDir)).toEqual(recorded);
      } finally {
        store.close();
        await proxy.close();
        await endpoint.close();
        disk.remove();
        rmSync(workDir, { recursive: true, force: true });
      }
    });
  },
);
