import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenMovie } from '../mp4/movie-rules.fixture.ts';
import { encodeTake } from './encoded-media.fixture.ts';
import { encodeNumberedTake } from './numbered-media.fixture.ts';
import { WriterRig } from './writer-rig.fixture.ts';

/** What another release of the encoder might make: other parameter sets. */
const OTHER_X264 = ['-preset', 'veryfast', '-profile:v', 'high'];

let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

async function record(takes: readonly Buffer[], kind: 'video' | 'audio' = 'video') {
  const writer = await rig.open(1, { kind });
  takes.forEach((take, index) => {
    rig.recordEncoded(writer, take, index * 60);
  });
  return writer.finish({ reason: 'HostEnded' });
}

async function packetsOf(file: Buffer, kind: 'video' | 'audio') {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(file) });
  const track = kind === 'video' ? await input.getPrimaryVideoTrack() : await input.getPrimaryAudioTrack();
  if (!track) throw new Error(`expected a track of ${kind}`);
  const packets = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return { packets, seconds: await track.computeDuration() };
}

/** Types of the NAL units that fill a sample. */
function nalTypes(sample: Uint8Array): number[] {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength);
  const types: number[] = [];
  let at = 0;
  while (at < sample.length) {
    types.push(view.getUint8(at + 4) & 0x1f);
    at += 4 + view.getUint32(at);
  }
  if (at !== sample.length) throw new Error(`a NAL unit ends at ${at} of a sample of ${sample.length} bytes`);
  return types;
}

describe('the finished files keep the rules of MP4 and of QuickTime', () => {
  it.each([
    ['of one take', () => [encodeNumberedTake({ first: 0, seconds: 5 })]],
    ['of takes by different encoders with a gap between them', () => twoEncoders()],
    ['whose sound starts late', () => [encodeTake({ seconds: 6, soundDelay: 1 })]],
    ['of takes too short for a fragment', () => [1, 2].map((first) => encodeNumberedTake({ first, seconds: 1 }))],
  ])('%s', async (_, encode) => {
    const manifest = await record(await Promise.all(encode()));

    expect(brokenMovie(rig.file('recording.mp4'), 'isom')).toEqual([]);
    expect(brokenMovie(rig.file('audio.m4a'), 'M4A ')).toEqual([]);
    expect(manifest.recording?.sizeBytes).toBe(rig.file('recording.mp4').length);
  });

  it('of sound alone', async () => {
    await record([await encodeTake({ seconds: 5, kind: 'audio' })], 'audio');

    expect(brokenMovie(rig.file('recording.mp4'), 'isom')).toEqual([]);
    expect(brokenMovie(rig.file('audio.m4a'), 'M4A ')).toEqual([]);
  });

  it('to another reader: samples are whole, key frames are such, and the last ones end where the header says', async () => {
    const manifest = await record(await Promise.all(twoEncoders()));

    const [picture, sound] = [
      await packetsOf(rig.file('recording.mp4'), 'video'),
      await packetsOf(rig.file('recording.mp4'), 'audio'),
    ];
    const isIdr = picture.packets.map(({ data }) => nalTypes(data).includes(5));
    expect(picture.packets.map(({ type }) => type === 'key')).toEqual(isIdr);
    expect(isIdr.flatMap((key, index) => (key ? [index] : []))).toEqual([0, 50, 75, 125]);
    for (const { packets, seconds } of [picture, sound]) {
      const [first, last] = [packets[0], packets.at(-1)];
      expect((last?.timestamp ?? 0) + (last?.duration ?? 0)).toBeCloseTo(seconds, 4);
      expect(manifest.recording?.durationSeconds).toBeGreaterThanOrEqual(seconds - 0.0001);
      expect(manifest.recording?.durationSeconds).toBeLessThan(seconds + 0.04);
      expect(first?.timestamp).toBeLessThanOrEqual(0);
    }
  });
});

function twoEncoders(): Promise<Buffer>[] {
  return [
    encodeNumberedTake({ first: 0, seconds: 3 }),
    encodeNumberedTake({ first: 1000, seconds: 3, x264: OTHER_X264 }),
  ];
}
