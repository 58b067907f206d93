import { type Box, boxesIn, findBox, readHeader, requireBox } from './boxes.ts';
import { Mp4Error } from './mp4-error.ts';

/** The three tracks of a take: the picture, the sound for people, the sound for transcription. */
export type TrackKind = 'video' | 'stereo' | 'mono';

/** One track as its initialisation describes it. */
export interface TrackInfo {
  readonly id: number;
  readonly kind: TrackKind;
  /** Ticks a second. */
  readonly timescale: number;
  /** The whole sample entry (`avc1`, `mp4a`) with the decoder's parameters. */
  readonly sampleEntry: Buffer;
  /** Pixels; 0 for sound. */
  readonly width: number;
  readonly height: number;
  readonly defaults: { readonly duration: number; readonly size: number; readonly flags: number };
}

/**
 * Reads the tracks of `ftyp` + `moov`.
 * @throws Mp4Error `BadInit` for what is malformed, `Unsupported` for a codec or track that the encoder never writes.
 */
export function parseTracks(init: Buffer): TrackInfo[] {
  const moov = [...boxesIn(init)].find((each) => each.type === 'moov');
  if (!moov) throw new Mp4Error('BadInit', 'expected a moov box in the initialisation');
  const defaults = readDefaults(init, moov);
  const tracks = [...boxesIn(init, moov.body, moov.end)].filter((each) => each.type === 'trak');
  return tracks.map((trak) => readTrack(init, trak, defaults));
}

function readDefaults(init: Buffer, moov: Box): Map<number, TrackInfo['defaults']> {
  const defaults = new Map<number, TrackInfo['defaults']>();
  const mvex = findBox(init, moov, 'mvex');
  if (!mvex) return defaults;
  for (const trex of boxesIn(init, mvex.body, mvex.end)) {
    if (trex.type !== 'trex') continue;
    defaults.set(init.readUInt32BE(trex.body + 4), {
      duration: init.readUInt32BE(trex.body + 12),
      size: init.readUInt32BE(trex.body + 16),
      flags: init.readUInt32BE(trex.body + 20),
    });
  }
  return defaults;
}

function readTrack(init: Buffer, trak: Box, defaults: Map<number, TrackInfo['defaults']>): TrackInfo {
  const tkhd = requireBox(init, trak, 'tkhd');
  const id = init.readUInt32BE(tkhd.body + (init[tkhd.body] === 1 ? 20 : 12));
  const mdhd = requireBox(init, trak, 'mdia', 'mdhd');
  const timescale = init.readUInt32BE(mdhd.body + (init[mdhd.body] === 1 ? 20 : 12));
  if (timescale === 0) throw new Mp4Error('BadInit', `track ${id} has timescale 0`);
  const stsd = requireBox(init, trak, 'mdia', 'minf', 'stbl', 'stsd');
  const [entry] = boxesIn(init, stsd.body + 8, stsd.end);
  if (!entry) throw new Mp4Error('BadInit', `track ${id} has no sample entry`);
  return {
    id,
    timescale,
    ...describeEntry(Buffer.from(init.subarray(entry.start, entry.end))),
    defaults: defaults.get(id) ?? { duration: 0, size: 0, flags: 0 },
  };
}

/** What a sample entry alone says: what kind of track it is for, and the picture's size. */
export function describeEntry(sampleEntry: Buffer): Pick<TrackInfo, 'kind' | 'width' | 'height' | 'sampleEntry'> {
  const header = readHeader(sampleEntry, 0);
  if (header?.type === 'avc1') {
    const width = sampleEntry.readUInt16BE(header.body + 24);
    return { kind: 'video', width, height: sampleEntry.readUInt16BE(header.body + 26), sampleEntry };
  }
  if (header?.type === 'mp4a') {
    const channels = channelsOf(sampleEntry, header);
    if (channels !== 1 && channels !== 2)
      throw new Mp4Error('Unsupported', `AAC with channel configuration ${channels}`);
    // ffmpeg writes 2 here for mono too (the field is a mere template in MP4); QuickTime reads it.
    sampleEntry.writeUInt16BE(channels, header.body + 16);
    return { kind: channels === 1 ? 'mono' : 'stereo', width: 0, height: 0, sampleEntry };
  }
  throw new Mp4Error('Unsupported', `sample entry ${JSON.stringify(header?.type)}: expected avc1 or mp4a`);
}

/** The channel configuration of the AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1) inside `esds`. */
function channelsOf(entry: Buffer, header: Box): number {
  const esds = findBox(entry, header, 'esds', 28);
  if (!esds) throw new Mp4Error('BadInit', 'expected an esds box in mp4a');
  let at = esds.body + 4;
  while (at < esds.end) {
    const tag = entry[at++];
    let byte = entry[at++] ?? 0;
    while (byte & 0x80) byte = entry[at++] ?? 0;
    if (tag === 0x03) at += 3;
    else if (tag === 0x04) at += 13;
    else if (tag === 0x05 && at + 2 <= esds.end) return ((entry[at + 1] ?? 0) >> 3) & 0x0f;
    else break;
  }
  throw new Mp4Error('BadInit', 'no AudioSpecificConfig in esds');
}
