import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beepTimes, encodeTake, flashTimes, media, pictureTimes, probe } from './encoded-media.fixture.ts';
import { WriterRig } from './writer-rig.fixture.ts';

let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** The finished files on disk. */
function saved(name: 'recording.mp4' | 'audio.m4a'): string {
  const path = join(rig.workDir, name);
  writeFileSync(path, rig.file(name));
  return path;
}

async function recorded(takes: readonly Buffer[], options: { kind?: 'video' | 'audio' } = {}) {
  const writer = await rig.open(1, options);
  takes.forEach((take, index) => {
    rig.recordEncoded(writer, take, index * 60);
  });
  const manifest = await writer.finish({ reason: 'HostEnded' });
  return { manifest, recording: saved('recording.mp4'), audio: saved('audio.m4a') };
}

describe('the finished recording of one take', () => {
  it.each([
    ['without B-frames', ['-bf', '0']],
    ['with B-frames', ['-bf', '3', '-b_strategy', '0']],
  ])('decodes whole, frame by frame, in ffmpeg, %s', async (_, x264) => {
    const take = await encodeTake({ seconds: 9, x264 });
    const { manifest, recording, audio } = await recorded([take]);

    const { streams, format } = await probe(recording);
    expect(streams).toMatchObject([
      { codec_name: 'h264', start_time: '0.000000', nb_frames: '225', nb_read_frames: '225' },
      { codec_name: 'aac', start_time: '0.000000', channels: 2 },
    ]);
    expect(Number(format.duration)).toBeCloseTo(9, 1);
    expect(manifest.recording?.durationSeconds).toBeCloseTo(Number(format.duration), 3);
    const times = await pictureTimes(recording);
    const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(0.039);
    expect(Math.max(...steps.slice(1))).toBeLessThan(0.041);
    expect(await probe(audio)).toMatchObject({ streams: [{ codec_name: 'aac', channels: 1, start_time: '0.000000' }] });
  });

  it('is read alike by another reader, which finds the same packets', async () => {
    const { manifest } = await recorded([await encodeTake({ seconds: 6 })]);
    const body = rig.file('recording.mp4');

    const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(body) });
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    if (!video || !audio) throw new Error('expected picture and sound');

    expect(await input.computeDuration()).toBeCloseTo(manifest.recording?.durationSeconds ?? 0, 2);
    expect((await video.computePacketStats()).packetCount).toBe(150);
    const keys = [];
    for await (const packet of new EncodedPacketSink(video).packets()) {
      if (packet.type === 'key') keys.push(Math.round(packet.timestamp * 1000) / 1000);
    }
    expect(keys).toEqual([0, 2, 4]);
  });

  it('is found by a seek: the picture there is the one that decoding from the start gives', async () => {
    const { recording } = await recorded([await encodeTake({ seconds: 9 })]);

    const hash = (args: string[]) => media('ffmpeg', [...args, '-frames:v', '1', '-an', '-f', 'md5', 'pipe:1']);
    const sought = await hash(['-ss', '7.0', '-i', recording]);
    const decoded = await hash(['-i', recording, '-vf', 'select=eq(n\\,175)']);

    expect(sought.toString()).toBe(decoded.toString());
  });

  it('is silent, and in step, where its sound starts late', async () => {
    const { recording, audio } = await recorded([await encodeTake({ seconds: 6, soundDelay: 1 })]);

    expect((await flashTimes(recording)).map(Math.round)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const path of [recording, audio]) {
      const beeps = await beepTimes(path);
      expect(beeps.length).toBeGreaterThanOrEqual(5);
      beeps.forEach((beep, index) => {
        expect(Math.abs(beep - (index + 1))).toBeLessThanOrEqual(0.0021);
      });
    }
  });

  it('of sound alone plays as sound', async () => {
    const { manifest, recording } = await recorded([await encodeTake({ seconds: 6, kind: 'audio' })], {
      kind: 'audio',
    });

    expect(await probe(recording)).toMatchObject({ streams: [{ codec_name: 'aac', channels: 2 }] });
    expect(manifest.recording).toMatchObject({ contentType: 'audio/mp4' });
    expect(manifest.recording?.videoFrames).toBeUndefined();
    const beeps = await beepTimes(recording);
    expect(beeps).toHaveLength(6);
  });
});

describe('the finished recording of several takes', () => {
  it('keeps sound and picture together to the millisecond in every take', async () => {
    const [one, two] = [await encodeTake({ seconds: 5.5 }), await encodeTake({ seconds: 3.7, x264: ['-bf', '3'] })];
    const alone = await offsets(await recorded([one]));
    rig.store.objects.clear();

    const joined = await recorded([one, one, one, one, one, one]);
    const offset = await offsets(joined);

    expect(alone).toHaveLength(6);
    expect(offset).toHaveLength(36);
    for (const each of offset) expect(Math.abs(each - (alone[1] ?? 0))).toBeLessThanOrEqual(0.0011);
    rig.store.objects.clear();
    const mixed = await offsets(await recorded([two, one, two]));
    expect(mixed).toHaveLength(4 + 6 + 4);
    for (const each of mixed) expect(Math.abs(each - (alone[1] ?? 0))).toBeLessThanOrEqual(0.0021);
  });

  it('has the mono sound at the same times', async () => {
    const take = await encodeTake({ seconds: 5.5 });
    const { recording, audio } = await recorded([take, take, take]);

    const [stereo, mono] = [await beepTimes(recording), await beepTimes(audio)];
    expect(mono).toHaveLength(18);
    mono.forEach((time, index) => {
      expect(Math.abs(time - (stereo[index] ?? 0))).toBeLessThanOrEqual(0.0021);
    });
  });

  it('decodes whole when a take has other decoder parameters', async () => {
    const [small, other] = [
      await encodeTake({ seconds: 4 }),
      await encodeTake({ seconds: 4, x264: ['-bf', '2', '-profile:v', 'high'] }),
    ];
    const { recording } = await recorded([small, other, small]);

    expect((await probe(recording)).streams[0]).toMatchObject({ nb_frames: '300', nb_read_frames: '300' });
  });

  it('is the same for a successor that finds it in S3', async () => {
    const take = await encodeTake({ seconds: 8 });
    const lost = await rig.open(1);
    rig.recordEncoded(lost, take);
    await rig.until(() => lost.durableSeconds() >= 8);
    rig.kill(lost);
    const successor = await rig.open(2);
    rig.recordEncoded(successor, take, 20);
    const manifest = await successor.finish({ reason: 'HostEnded' });
    await successor.close();
    // And once more, on top of the finished file, whose segments are gone.
    const third = await rig.open(3);
    rig.recordEncoded(third, take, 40);
    const last = await third.finish({ reason: 'HostEnded' });

    expect(manifest.gaps.map((gap) => Math.round(gap.seconds))).toEqual([12]);
    expect(last.gaps.map((gap) => Math.round(gap.seconds))).toEqual([12, 12]);
    const joined = await offsets({ recording: saved('recording.mp4') });
    expect(joined).toHaveLength(24);
    for (const each of joined) expect(Math.abs(each - (joined[1] ?? 0))).toBeLessThanOrEqual(0.0021);
    expect((await probe(saved('recording.mp4'))).streams[0]).toMatchObject({ nb_read_frames: '600' });
  });
});

/** Flash against beep, in seconds, for every second of the media. */
async function offsets({ recording }: { recording: string }): Promise<number[]> {
  const [flashes, beeps] = [await flashTimes(recording), await beepTimes(recording)];
  expect(beeps).toHaveLength(flashes.length);
  return flashes.map((flash, index) => (beeps[index] ?? 0) - flash);
}
