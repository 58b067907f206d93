import { box, fullBox, u16, u32, u64 } from './boxes.ts';
import { inBandParameterSets } from './parameter-sets.ts';
import type { TrackInfo, TrackKind } from './track-info.ts';

/** Media in the encoder's shape, made in code: its samples say which they are, and no decoder would like them. */

const IDS: Record<TrackKind, number> = { video: 1, stereo: 2, mono: 3 };
const KIND_BYTES: Record<TrackKind, string> = { video: 'V', stereo: 'S', mono: 'M' };
export const VIDEO_TIMESCALE = 12_800;
const FRAME_TICKS = 512;
export const MADE_FPS = 25;

export interface MadeSample {
  readonly duration: number;
  readonly bytes: Buffer;
  readonly compositionOffset?: number;
  readonly sync?: boolean;
}

export interface MadeRun {
  readonly kind: TrackKind;
  readonly decodeTime: number;
  readonly samples: readonly MadeSample[];
}

function videoEntry(parameters: string): Buffer {
  const shape = Buffer.concat([u32(0, 0, 0, 0), u16(320, 180), u32(0x480000, 0x480000, 0), u16(1), Buffer.alloc(32)]);
  const set = Buffer.from(parameters);
  const sets = Buffer.concat([Buffer.from([0xe1]), u16(set.length), set, Buffer.from([1]), u16(3), Buffer.from('pps')]);
  return box(
    'avc1',
    u32(0),
    u16(0, 1),
    shape,
    u16(24, 0xffff),
    box('avcC', Buffer.from([1, 0x4d, 0, 0x1f, 0xff]), sets),
  );
}

function soundEntry(channels: number): Buffer {
  const config = Buffer.from([0x11, 0x80 | (channels << 3)]);
  const specific = Buffer.concat([Buffer.from([0x05, config.length]), config]);
  const decoder = Buffer.concat([Buffer.from([0x04, 13 + specific.length, 0x40, 0x15]), Buffer.alloc(11), specific]);
  const esds = fullBox('esds', 0, 0, Buffer.from([0x03, 3 + decoder.length, 0, 1, 0]), decoder);
  // Two channels whatever the decoder is told: that is what ffmpeg writes.
  return box('mp4a', u32(0), u16(0, 1), u32(0, 0), u16(2, 16, 0, 0), u32(48_000 * 0x10000), esds);
}

function trak(kind: TrackKind, parameters: string): Buffer {
  const video = kind === 'video';
  const entry = video ? videoEntry(parameters) : soundEntry(kind === 'mono' ? 1 : 2);
  return box(
    'trak',
    fullBox('tkhd', 0, 3, u32(0, 0, IDS[kind], 0, 0), Buffer.alloc(60)),
    box(
      'mdia',
      fullBox('mdhd', 0, 0, u32(0, 0, video ? VIDEO_TIMESCALE : 48_000, 0), u16(0x55c4, 0)),
      fullBox('hdlr', 0, 0, u32(0), Buffer.from(video ? 'vide' : 'soun'), u32(0, 0, 0), Buffer.from('\0')),
      box('minf', box('stbl', fullBox('stsd', 0, 0, u32(1), entry))),
    ),
  );
}

export function madeInit(kinds: readonly TrackKind[] = ['video', 'stereo', 'mono'], parameters = 'sps'): Buffer {
  const trex = kinds.map((kind) => fullBox('trex', 0, 0, u32(IDS[kind], 1, 0, 0, 0)));
  const moov = box('moov', ...kinds.map((kind) => trak(kind, parameters)), box('mvex', ...trex));
  return Buffer.concat([box('ftyp', Buffer.from('iso5'), u32(512), Buffer.from('iso5')), moov]);
}

export function madeFragment(runs: readonly MadeRun[]): Buffer {
  const build = (offsets: readonly number[]) =>
    box('moof', fullBox('mfhd', 0, 0, u32(1)), ...runs.map((run, index) => traf(run, offsets[index] ?? 0)));
  const media = runs.map((run) => Buffer.concat(run.samples.map((sample) => sample.bytes)));
  let at = build([]).length + 8;
  const offsets = media.map((bytes) => {
    at += bytes.length;
    return at - bytes.length;
  });
  return Buffer.concat([build(offsets), box('mdat', ...media)]);
}

function traf(run: MadeRun, dataOffset: number): Buffer {
  const samples = run.samples.map((sample) =>
    u32(sample.duration, sample.bytes.length, sample.sync ? 0x2000000 : 0x1010000, sample.compositionOffset ?? 0),
  );
  return box(
    'traf',
    fullBox('tfhd', 0, 0x20000, u32(IDS[run.kind])),
    fullBox('tfdt', 1, 0, u64(run.decodeTime)),
    fullBox('trun', 1, 0xf01, u32(run.samples.length, dataOffset), ...samples),
  );
}

/** What the n-th sample of a track of a made take holds. */
export function madeSample(kind: TrackKind, name: string, index: number, size = 24): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(`${KIND_BYTES[kind]}${name}${String(index).padStart(6, '0')}`);
  return bytes;
}

/** A sample of a finished file as it was made: key frames without the parameter sets that were put in front of them. */
export function asMade(sample: Buffer, { kind, sampleEntry }: Pick<TrackInfo, 'kind' | 'sampleEntry'>): Buffer {
  const sets = kind === 'video' ? inBandParameterSets(sampleEntry) : Buffer.alloc(0);
  return sample.subarray(0, sets.length).equals(sets) ? sample.subarray(sets.length) : sample;
}

export interface MadeTake {
  /** Up to three characters that every sample of the take carries. */
  readonly name: string;
  readonly seconds: number;
  /** Default: all three. */
  readonly kinds?: readonly TrackKind[];
  /** Bytes of a picture, default 24. */
  readonly pictureBytes?: number;
  /** Pictures between two key frames, default 50. */
  readonly keyFrames?: number;
  readonly parameters?: string;
  /** Composition offset of all pictures, in ticks. */
  readonly compositionOffset?: number;
}

/** The units of an encoder run: initialisation and fragments of two seconds, sound frames of 1024 from time 0. */
export function madeTake(take: MadeTake): { init: Buffer; fragments: Buffer[] } {
  const kinds = take.kinds ?? ['video', 'stereo', 'mono'];
  const fragments: Buffer[] = [];
  for (let start = 0; start < take.seconds; start += 2) {
    const end = Math.min(start + 2, take.seconds);
    fragments.push(
      madeFragment(
        kinds.map((kind) => (kind === 'video' ? pictures(take, start, end) : sound(kind, take, start, end))),
      ),
    );
  }
  return { init: madeInit(kinds, take.parameters), fragments };
}

function pictures(take: MadeTake, start: number, end: number): MadeRun {
  const samples: MadeSample[] = [];
  for (let index = start * MADE_FPS; index < end * MADE_FPS; index++) {
    samples.push({
      duration: FRAME_TICKS,
      bytes: madeSample('video', take.name, index, take.pictureBytes),
      sync: index % (take.keyFrames ?? 50) === 0,
      compositionOffset: take.compositionOffset ?? 0,
    });
  }
  return { kind: 'video', decodeTime: start * VIDEO_TIMESCALE, samples };
}

function sound(kind: TrackKind, take: MadeTake, start: number, end: number): MadeRun {
  const first = Math.ceil((start * 48_000) / 1024);
  const samples: MadeSample[] = [];
  for (let index = first; index * 1024 < end * 48_000; index++) {
    samples.push({ duration: 1024, bytes: madeSample(kind, take.name, index), sync: true });
  }
  return { kind, decodeTime: first * 1024, samples };
}
