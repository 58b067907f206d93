import { setImmediate } from 'node:timers/promises';
import { silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeTake } from '../mp4/made-media.fixture.ts';
import { ObjectStoreError } from './object-store.ts';
import type { RecordingWriter } from './recording.ts';
import { salvage } from './salvage.ts';
import { prefix, QuickClock, WriterRig } from './writer-rig.fixture.ts';

let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** Time passes while somebody sleeps. */
class PassingClock extends QuickClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.time += ms;
    return super.sleep(ms, signal);
  }
}

/** Records, makes all of it durable, and is then never heard of again. */
async function recordAndDie(attempt: number, name: string, seconds: number, startedAt: number, pictureBytes = 24) {
  const writer = await rig.open(attempt);
  rig.record(writer, { name, seconds, pictureBytes }, startedAt);
  await durable(writer, seconds);
  rig.kill(writer);
}

const durable = (writer: RecordingWriter, seconds: number) =>
  rig.until(() => writer.durableSeconds() >= seconds && writer.lag().memoryBytes === 0);

describe('a later attempt', () => {
  it('begins its files with all that lost attempts left, in order, and lists the gaps', async () => {
    await recordAndDie(1, 'a', 20, 0);
    await recordAndDie(2, 'b', 10, 30);
    const writer = await rig.open(3);
    rig.record(writer, { name: 'c', seconds: 20 }, 50);

    const manifest = await writer.finish({ reason: 'HostEnded' });
    await writer.close();

    expect(rig.pictures()).toBe(`${'a'.repeat(20)}${'b'.repeat(10)}${'c'.repeat(20)}`);
    expect(rig.sound().startsWith('aaaaaaaaaaaaaaaaaaaa')).toBe(true);
    expect(manifest.takes.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(manifest.gaps.map(({ cause, seconds }) => [cause, Math.round(seconds)])).toEqual([
      ['RecorderLost', 10],
      ['RecorderLost', 10],
    ]);
    expect(manifest.coverage).toBeCloseTo(50 / 70, 2);
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });

  it('finds what a lost one that lives has put since, and leaves what that puts later', async () => {
    const made = madeTake({ name: 'a', seconds: 12 });
    const part = (from: number) => Buffer.concat(made.fragments.slice(from, from + 2));
    const lost = await rig.open(1);
    const sink = lost.startTake({ startedAt: rig.clock.time });
    sink.write(Buffer.concat([made.init, part(0)]));
    await durable(lost, 4);
    const writer = await rig.open(2);
    rig.record(writer, { name: 'b', seconds: 4 }, 20);
    await durable(writer, 4);
    sink.write(part(2));
    await durable(lost, 8);

    const manifest = await writer.finish({ reason: 'LobbyDenied' });
    await writer.close();
    expect(rig.pictures()).toBe('aaaabbbbaaaa');
    const segments = manifest.takes.map(({ attempt, segments: each }) => [attempt, each?.first, each?.next]);
    expect(segments).toEqual([
      [1, 0, 2],
      [2, 0, 1],
      [1, 0, 2],
    ]);
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);

    sink.write(part(4));
    sink.end();
    expect((await lost.finish({ reason: 'HostEnded' })).writtenBy).toBe(2);
    await lost.close();
    expect(rig.keys().filter((key) => key.startsWith('attempts/'))).toEqual([
      'attempts/1/take-1-000002.m4s',
      'attempts/1/take-1-init.mp4',
      'attempts/1/take-1.json',
    ]);

    await salvage(rig.options(3), { reason: 'RecorderLost' });
    expect(rig.pictures()).toBe('aaaabbbbaaaaaaaa');
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });

  it.each(['recording.mp4', 'audio.m4a'])(
    'replaces no %s that has more media, and neither of the two',
    async (name) => {
      const first = await rig.open(1);
      rig.record(first, { name: 'a', seconds: 8 });
      await first.finish({ reason: 'HostEnded' });
      const more = rig.file(name as 'recording.mp4' | 'audio.m4a');
      for (const key of [...rig.store.objects.keys()]) rig.store.objects.delete(key);
      await rig.store.put(`${prefix}${name}`, more, { contentType: 'video/mp4' });

      const second = await rig.open(2);
      rig.record(second, { name: 'b', seconds: 4 });
      await expect(second.finish({ reason: 'HostEnded' })).rejects.toMatchObject({ code: 'WouldShrink' });
      await second.close();
      expect(rig.file(name as 'recording.mp4' | 'audio.m4a')).toEqual(more);
      const left = ['attempts/2/take-1-000000.m4s', 'attempts/2/take-1-init.mp4', 'attempts/2/take-1.json', name];
      expect(rig.keys()).toEqual(left);
    },
  );

  it('aborts the uploads that a lost one left open', async () => {
    await recordAndDie(1, 'a', 16, 0, 30_000);
    expect(rig.store.uploads.size).toBe(1);

    const writer = await rig.open(2);
    rig.record(writer, { name: 'b', seconds: 4 }, 20);
    await writer.finish({ reason: 'HostEnded' });
    await writer.close();

    expect(rig.store.uploads.size).toBe(0);
    expect(rig.pictures()).toBe(`${'a'.repeat(16)}bbbb`);
  });

  it('aborts them at the end where S3 would not do so at the begin', async () => {
    await recordAndDie(1, 'a', 16, 0, 30_000);
    const [orphan] = rig.store.uploads.keys();
    rig.store.before = ({ operation }) =>
      operation === 'listMultipart' ? Promise.reject(new ObjectStoreError('Unavailable', 'SlowDown')) : undefined;
    const writer = await rig.open(2);
    rig.record(writer, { name: 'b', seconds: 4 }, 20);
    await durable(writer, 4);
    rig.store.before = () => {};
    await writer.finish({ reason: 'HostEnded' });
    expect([...rig.store.uploads.keys()]).toEqual([orphan]);

    await writer.close();

    expect(rig.store.uploads.size).toBe(0);
  });

  it('skips what is cut off or missing, and says so', async () => {
    await recordAndDie(1, 'a', 20, 0);
    const cut = `${prefix}attempts/1/take-1-000001.m4s`;
    const object = rig.store.objects.get(cut);
    if (!object) throw new Error(`no ${cut}`);
    rig.store.objects.set(cut, { ...object, body: object.body.subarray(0, object.body.length - 5) });
    rig.store.objects.delete(`${prefix}attempts/1/take-1-000003.m4s`);

    const manifest = await salvage(rig.options(2), { reason: 'RecorderLost' });

    expect(rig.pictures()).toBe('a'.repeat(14));
    expect(manifest.takes.map((take) => Math.round(take.durationSeconds))).toEqual([6, 4, 4]);
    expect(manifest.gaps.map(({ cause, seconds }) => [cause, Math.round(seconds)])).toEqual([
      ['MediaLost', 2],
      ['MediaLost', 4],
    ]);
  });

  it('keeps media whose beginning was not written down', async () => {
    await recordAndDie(1, 'a', 8, 0);
    rig.store.objects.delete(`${prefix}attempts/1/take-1.json`);

    await salvage(rig.options(2), { reason: 'RecorderLost' });

    expect(rig.pictures()).toBe('aaaaaaaa');
  });

  it('of the same number, in a new process, goes on counting takes', async () => {
    await recordAndDie(1, 'a', 8, 0);
    const writer = await rig.open(1);
    rig.record(writer, { name: 'b', seconds: 8 }, 20);
    await durable(writer, 8);

    expect(rig.keys().filter((key) => key.endsWith('init.mp4'))).toEqual([
      'attempts/1/take-1-init.mp4',
      'attempts/1/take-2-init.mp4',
    ]);
    const manifest = await writer.finish({ reason: 'HostEnded' });
    expect(rig.pictures()).toBe('aaaaaaaabbbbbbbb');
    expect(manifest.gaps).toMatchObject([{ cause: 'RecorderLost' }]);
  });
});

describe('salvage', () => {
  it('tells every ten seconds how far it is, for whoever waits for it', async () => {
    await recordAndDie(1, 'a', 400, 0);
    rig.store.before = async () => {
      for (let turn = 0; turn < 10; turn++) await setImmediate();
    };
    const told: { assembled: number; waiting: number; at: number }[] = [];
    const clock = new PassingClock();
    const log = {
      ...silentLogger,
      info: (facts: object) => 'waiting' in facts && told.push({ ...facts, at: clock.time } as never),
    };

    await salvage({ ...rig.options(2), clock, log }, { reason: 'RecorderLost' });

    expect(told.length).toBeGreaterThan(1);
    expect(told.map(({ assembled, waiting }) => assembled + waiting)).toEqual(told.map(() => 100));
    expect(told.at(-1)?.assembled).toBeGreaterThan(80);
    told.slice(1).forEach(({ at, assembled }, index) => {
      expect(at - (told[index]?.at ?? 0)).toBeGreaterThanOrEqual(10_000);
      expect(assembled).toBeGreaterThanOrEqual(told[index]?.assembled ?? 0);
    });
  });

  it('finishes what a recorder left that is gone for good', async () => {
    await recordAndDie(1, 'a', 20, 0);

    const manifest = await salvage(rig.options(2), { reason: 'RecorderLost', endedAt: rig.clock.time + 60_000 });

    expect(manifest).toMatchObject({ outcome: 'Partial', writtenBy: 2, gaps: [{ cause: 'RecorderLost' }] });
    expect(manifest.coverage).toBeCloseTo(20 / 60, 2);
    expect(rig.pictures()).toBe('a'.repeat(20));
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });

  it.each([
    ['all there', undefined, 'a'.repeat(80), 2],
    ['one of them missing', 'attempts/1/take-1-000003.m4s', 'a'.repeat(76), 3],
    ['the first take without its beginning', 'attempts/1/take-1-init.mp4', 'a'.repeat(40), 1],
  ])('reads a few segments at once, and each but once: %s', async (_, missing, pictures, takes) => {
    const begun = rig.clock.time;
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 40 });
    rig.record(writer, { name: 'a', seconds: 40 }, 40);
    await durable(writer, 80);
    rig.kill(writer);
    if (missing !== undefined) rig.store.objects.delete(prefix + missing);
    const read: string[] = [];
    const [now, most] = [new Set<string>(), { reading: 0 }];
    rig.store.before = async ({ operation, key }) => {
      if (operation !== 'get' || !key.endsWith('.m4s')) return;
      read.push(key);
      most.reading = Math.max(most.reading, now.add(key).size);
      await rig.clock.sleep(1);
      now.delete(key);
    };

    const manifest = await salvage(rig.options(2), { reason: 'RecorderLost', endedAt: begun + 80_000 });

    expect(most.reading).toBe(5);
    const found = read.filter((key) => key !== `${prefix}${missing}`);
    expect(found).toHaveLength(new Set(found).size);
    expect(rig.pictures()).toBe(pictures);
    expect(manifest.takes).toHaveLength(takes);
  });

  it('of nothing says that there is nothing', async () => {
    const manifest = await salvage(rig.options(2), { reason: 'RecorderLost' });

    expect(manifest.outcome).toBe('None');
  });
});

describe('a recording that was finished before', () => {
  async function finishFirst(pictureBytes = 24, seconds = 20) {
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds, pictureBytes });
    const manifest = await writer.finish({ reason: 'SpotInterrupted', framesLost: 1 });
    await writer.close();
    return manifest;
  }

  it('is the beginning of what a later attempt makes', async () => {
    const first = await finishFirst(30_000, 16);
    const writer = await rig.open(2);
    rig.record(writer, { name: 'b', seconds: 10 }, 20);

    const manifest = await writer.finish({ reason: 'HostEnded', framesLost: 2 });
    await writer.close();

    expect(rig.pictures()).toBe(`${'a'.repeat(16)}${'b'.repeat(10)}`);
    expect(rig.sound()).toMatch(/^a{16}b{10}$/);
    expect(manifest).toMatchObject({ writtenBy: 2, framesLost: 3, takes: [first.takes[0], { attempt: 2 }] });
    expect(manifest.takes[1]?.mediaStart).toBeCloseTo(16, 1);
    expect(manifest.recording?.durationSeconds).toBeCloseTo(26, 1);
    expect(manifest.gaps).toMatchObject([{ cause: 'RecorderLost' }]);
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });

  it('with a gap at its end has one gap there, until the later attempt begins', async () => {
    const begun = rig.clock.time;
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 8 });
    const first = await writer.finish({ reason: 'RecordingFailed', endedAt: begun + 18_000, endCause: 'Rejoined' });
    await writer.close();
    const next = await rig.open(2);
    rig.record(next, { name: 'b', seconds: 12 }, 20);

    const manifest = await next.finish({ reason: 'HostEnded' });
    await next.close();

    expect(first.gaps).toMatchObject([{ seconds: expect.closeTo(10, 0), cause: 'Rejoined' }]);
    expect(manifest.gaps).toMatchObject([{ seconds: expect.closeTo(12, 0) }]);
    expect(manifest.coverage).toBeCloseTo(20 / 32, 1);
  });

  it('stays as it is when a later attempt has nothing to add', async () => {
    const first = await finishFirst();
    const before = new Map(rig.store.objects);

    const manifest = await salvage(rig.options(2), { reason: 'RecorderLost' });

    expect(manifest).toEqual(first);
    expect(rig.store.objects).toEqual(before);
  });

  it('is not taken twice when its segments were not removed yet', async () => {
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 8 });
    await writer.finish({ reason: 'SpotInterrupted' });
    rig.kill(writer);
    const next = await rig.open(2);
    rig.record(next, { name: 'b', seconds: 4 }, 10);

    await next.finish({ reason: 'HostEnded' });
    await next.close();

    expect(rig.pictures()).toBe('aaaaaaaabbbb');
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  });

  it.each([9, 10, 11, 20])(
    'by an attempt that was lost before its manifest is not taken twice either (%i s)',
    async (seconds) => {
      await finishFirst(24, seconds);
      const second = await rig.open(2);
      rig.record(second, { name: 'b', seconds: 8 }, 30);
      rig.store.before = ({ operation, key }) => {
        return operation === 'put' && key.endsWith('manifest.json') ? new Promise(() => {}) : undefined;
      };
      void second.finish({ reason: 'HostEnded' });
      await rig.until(() => rig.pictures().includes('b'));
      rig.kill(second);
      rig.store.before = () => {};

      const manifest = await salvage(rig.options(3), { reason: 'RecorderLost' });

      expect(rig.pictures()).toBe(`${'a'.repeat(seconds)}${'b'.repeat(8)}`);
      expect(manifest.takes.map(({ attempt }) => attempt)).toEqual([1, 2]);
    },
  );

  it('is added to though a later release wrote more into its manifest', async () => {
    const first = await finishFirst();
    rig.putManifest({ ...first, ofNextYear: true, takes: first.takes.map((take) => ({ ...take, rotation: 90 })) });
    const writer = await rig.open(2);
    rig.record(writer, { name: 'b', seconds: 8 }, 20);

    const manifest = await writer.finish({ reason: 'HostEnded' });

    expect(rig.pictures()).toBe(`${'a'.repeat(20)}${'b'.repeat(8)}`);
    expect(manifest.takes.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it.each([
    ['fits no manifest', { version: 2 }, /is no manifest \(/],
    ['is no object', 'words', /manifest/],
  ])('is not replaced where its manifest %s; what came after it stays in segments', async (_, found, why) => {
    await finishFirst();
    rig.putManifest(found);
    const before = rig.store.objects.get(`${prefix}recording.mp4`);
    const writer = await rig.open(2);
    rig.record(writer, { name: 'b', seconds: 30 }, 20);

    await expect(writer.finish({ reason: 'HostEnded' })).rejects.toMatchObject({
      code: 'Unreadable',
      message: expect.stringMatching(why),
    });
    await writer.close();

    expect(rig.store.objects.get(`${prefix}recording.mp4`)).toBe(before);
    expect(rig.keys().filter((key) => key.startsWith('attempts/2/') && key.endsWith('.m4s'))).not.toEqual([]);
  });
});

describe('a recorder that was thought lost and is not', () => {
  it('gives way to a later one that has finished', async () => {
    const late = await rig.open(1);
    rig.record(late, { name: 'a', seconds: 8 });
    await durable(late, 8);
    const successor = await rig.open(2);
    rig.record(successor, { name: 'b', seconds: 8 }, 8);
    const manifest = await successor.finish({ reason: 'HostEnded' });

    expect(await late.finish({ reason: 'LeftAlone' })).toEqual(manifest);
    expect(rig.pictures()).toBe('aaaaaaaabbbbbbbb');
  });

  it('is the beginning of its successor, which began before it had finished', async () => {
    const late = await rig.open(1);
    rig.record(late, { name: 'a', seconds: 8 });
    await durable(late, 8);
    const successor = await rig.open(2);
    rig.record(successor, { name: 'b', seconds: 8, pictureBytes: 30_000 }, 12);
    rig.record(late, { name: 'c', seconds: 2 }, 9);
    await late.finish({ reason: 'LeftAlone', framesLost: 1 });
    await late.close();

    const manifest = await successor.finish({ reason: 'HostEnded', framesLost: 2 });
    await successor.close();

    expect(manifest).toMatchObject({ reason: 'HostEnded', writtenBy: 2, framesLost: 3 });
    expect(rig.manifest()).toEqual(manifest);
    expect(rig.pictures()).toBe('aaaaaaaaccbbbbbbbb');
    expect(manifest.takes.map(({ attempt, take }) => [attempt, take])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
    expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
    expect(rig.store.uploads.size).toBe(0);
  });

  it('leaves its segments where S3 refuses it when it would begin anew', async () => {
    const late = await rig.open(1);
    rig.record(late, { name: 'a', seconds: 8 });
    const successor = await rig.open(2);
    rig.record(successor, { name: 'b', seconds: 8 }, 12);
    await durable(successor, 8);
    await late.finish({ reason: 'LeftAlone' });
    await late.close();
    const first = rig.manifest();
    let looks = 0;
    rig.store.before = ({ operation, key }) => {
      // At the end, under the claim, and when the recording is opened anew.
      if (operation !== 'get' || !key.endsWith('manifest.json') || ++looks < 3) return;
      throw new ObjectStoreError('Refused', 'AccessDenied (403)');
    };

    await expect(successor.finish({ reason: 'HostEnded' })).rejects.toMatchObject({
      code: 'UploadFailed',
      message: expect.stringContaining('AccessDenied'),
    });
    await successor.close();

    expect(rig.manifest()).toEqual(first);
    expect(rig.keys().filter((key) => key.startsWith('attempts/2/') && key.endsWith('.m4s'))).not.toEqual([]);
  });

  it('assembles its files anew from S3 when its upload was aborted', async () => {
    const writer = await rig.open(1);
    rig.record(writer, { name: 'a', seconds: 16, pictureBytes: 30_000 });
    await durable(writer, 16);
    rig.store.uploads.clear();

    const manifest = await writer.finish({ reason: 'HostEnded' });

    expect(rig.pictures()).toBe('a'.repeat(16));
    expect(manifest.outcome).toBe('Complete');
  });
});
