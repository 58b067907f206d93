import { endianness } from 'node:os';
import { box, fullBox, u16, u32, u64 } from './boxes.ts';
import type { NumberList, RunLengths } from './number-list.ts';
import type { TrackTable } from './track-table.ts';

/** Ticks a second of the movie header and of edit lists: our sound's rate, so that sound is cut to the sample. */
export const MOVIE_TIMESCALE = 48_000;

const LITTLE_ENDIAN = endianness() === 'LE';
const UINT32_MAX = 0xffffffff;
const IDENTITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** Seconds from 1904-01-01, where MP4 counts from, to 1970-01-01. */
const EPOCH_1904_SECONDS = 2_082_844_800;

/** What the index of a file is made from. */
export interface MoovOptions {
  readonly tracks: readonly TrackTable[];
  /** Where the first byte of media lies in the file. */
  readonly mediaOffset: number;
  /** Bytes of media; decides between 32-bit and 64-bit chunk offsets. */
  readonly mediaBytes: number;
  /** Wall clock, milliseconds since 1970. */
  readonly createdAt: number;
}

/** How long a track is shown, in movie ticks: from time 0 to the end of its last sample. */
export function shownTicks(track: TrackTable): number {
  return Math.max(0, Math.ceil((track.compositionEnd * MOVIE_TIMESCALE) / track.timescale));
}

/**
 * Writes `moov` (ISO/IEC 14496-12 §8). Its length depends on the tables and on the width of the offsets, never on
 * `mediaOffset` itself.
 */
export function writeMoov({ tracks, mediaOffset, mediaBytes, createdAt }: MoovOptions): Buffer {
  const duration = Math.max(0, ...tracks.map(shownTicks));
  const time = Math.floor(createdAt / 1000) + EPOCH_1904_SECONDS;
  // 32 MiB of slack: the index of a day is smaller, so the choice is the same before and after the offset is known.
  const wide = mediaBytes + 32 * 1024 * 1024 > UINT32_MAX;
  return box(
    'moov',
    movieHeader(time, duration, tracks.length + 1),
    ...tracks.map((track, index) => writeTrack({ track, id: index + 1, time, mediaOffset, wide })),
  );
}

function movieHeader(time: number, duration: number, nextTrackId: number): Buffer {
  const tail = [u32(0x10000), u16(0x100, 0), u32(0, 0), IDENTITY_MATRIX, u32(0, 0, 0, 0, 0, 0), u32(nextTrackId)];
  return timedBox('mvhd', 0, time, [u32(MOVIE_TIMESCALE)], duration, tail);
}

/** mvhd, tkhd and mdhd share the same head: two times, one or two numbers, a duration that may need 64 bits. */
function timedBox(type: string, flags: number, time: number, middle: Buffer[], duration: number, tail: Buffer[]) {
  return duration > UINT32_MAX || time > UINT32_MAX
    ? fullBox(type, 1, flags, u64(time), u64(time), ...middle, u64(duration), ...tail)
    : fullBox(type, 0, flags, u32(time, time), ...middle, u32(duration), ...tail);
}

function writeTrack(options: { track: TrackTable; id: number; time: number; mediaOffset: number; wide: boolean }) {
  const { track, id, time } = options;
  const video = track.kind === 'video';
  const shape = [u32(0, 0), u16(0, 0, video ? 0 : 0x100, 0), IDENTITY_MATRIX];
  const size = u32(track.width * 0x10000, track.height * 0x10000);
  const media = track.decodeEnd - track.start;
  const name = video ? 'VideoHandler' : 'SoundHandler';
  return box(
    'trak',
    timedBox('tkhd', 3, time, [u32(id, 0)], shownTicks(track), [...shape, size]),
    box('edts', editList(track)),
    box(
      'mdia',
      timedBox('mdhd', 0, time, [u32(track.timescale)], media, [u16(0x55c4, 0)]),
      fullBox('hdlr', 0, 0, u32(0), Buffer.from(video ? 'vide' : 'soun'), u32(0, 0, 0), Buffer.from(`${name}\0`)),
      box(
        'minf',
        video ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : fullBox('smhd', 0, 0, u16(0, 0)),
        box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
        sampleTable(options),
      ),
    ),
  );
}

/** One edit: the media is shown from movie time 0 on; what lies before (B-frame delay, AAC priming) is skipped. */
function editList(track: TrackTable): Buffer {
  const mediaTime = track.kind === 'video' ? track.firstComposition - track.start : -track.start;
  const duration = shownTicks(track);
  return duration > UINT32_MAX || mediaTime > 0x7fffffff
    ? fullBox('elst', 1, 0, u32(1), u64(duration), u64(mediaTime), u16(1, 0))
    : fullBox('elst', 0, 0, u32(1), u32(duration, mediaTime), u16(1, 0));
}

function sampleTable({ track, mediaOffset, wide }: { track: TrackTable; mediaOffset: number; wide: boolean }): Buffer {
  const allSync = track.syncSamples.length === track.count;
  const offsets = track.compositionOffsets;
  const composed = offsets.values.length > 1 || (offsets.values.length === 1 && offsets.values.at(0) !== 0);
  return box(
    'stbl',
    fullBox('stsd', 0, 0, u32(track.entries.length), ...track.entries),
    durationTable(track),
    ...(composed ? [offsetTable(offsets)] : []),
    ...(allSync ? [] : [fullBox('stss', 0, 0, u32(track.syncSamples.length), numbers(track.syncSamples))]),
    chunkTable(track),
    fullBox('stsz', 0, 0, u32(0, track.count), numbers(track.sizes)),
    wide
      ? fullBox('co64', 0, 0, u32(track.chunkOffsets.length), numbers64(track.chunkOffsets, mediaOffset))
      : fullBox('stco', 0, 0, u32(track.chunkOffsets.length), numbers(track.chunkOffsets, mediaOffset)),
    ...(track.kind === 'video' ? [] : decoderDelay(track.count)),
  );
}

/**
 * Says that each sound frame needs the one before it. Without it QuickTime takes the edit list for incomplete and a priming
 * of 2112 samples for given, whatever it really is (QuickTime File Format, Appendix G).
 */
function decoderDelay(samples: number): Buffer[] {
  const roll = Buffer.from('roll');
  return [
    fullBox('sgpd', 1, 0, roll, u32(2, 1), u16(-1 & 0xffff)),
    fullBox('sbgp', 0, 0, roll, u32(1), u32(samples, 1)),
  ];
}

/** stts; the last sample's duration is not in the table yet, since a next sample would set it. */
function durationTable(track: TrackTable): Buffer {
  const { counts, values } = track.durations;
  const last = values.length - 1;
  if (track.count === 0) return fullBox('stts', 0, 0, u32(0));
  if (last >= 0 && values.at(last) === track.lastDuration) {
    const body = pairs(track.durations);
    body.writeUInt32BE(counts.at(last) + 1, last * 8);
    return fullBox('stts', 0, 0, u32(last + 1), body);
  }
  return fullBox('stts', 0, 0, u32(last + 2), pairs(track.durations), u32(1, track.lastDuration));
}

/** ctts: version 1 where an offset is negative. */
function offsetTable(offsets: RunLengths): Buffer {
  let negative = false;
  for (let i = 0; i < offsets.values.length; i++) negative ||= offsets.values.at(i) < 0;
  return fullBox('ctts', negative ? 1 : 0, 0, u32(offsets.counts.length), pairs(offsets));
}

/** stsc: one line where the number of samples a chunk, or their sample entry, changes. */
function chunkTable({ chunkSamples, chunkEntries }: TrackTable): Buffer {
  const lines: Buffer[] = [];
  for (let i = 0; i < chunkSamples.length; i++) {
    const changed =
      i === 0 || chunkSamples.at(i) !== chunkSamples.at(i - 1) || chunkEntries.at(i) !== chunkEntries.at(i - 1);
    if (changed) lines.push(u32(i + 1, chunkSamples.at(i), chunkEntries.at(i)));
  }
  return fullBox('stsc', 0, 0, u32(lines.length), ...lines);
}

function pairs({ counts, values }: RunLengths): Buffer {
  const bytes = Buffer.allocUnsafe(counts.length * 8);
  for (let i = 0; i < counts.length; i++) {
    bytes.writeUInt32BE(counts.at(i), i * 8);
    bytes.writeInt32BE(values.at(i), i * 8 + 4);
  }
  return bytes;
}

/** A million numbers in a few milliseconds: copied as they lie in memory, then swapped by the runtime. */
function numbers(list: NumberList, plus = 0): Buffer {
  const words = Uint32Array.from(list.view(), plus === 0 ? undefined : (value) => value + plus);
  const bytes = Buffer.from(words.buffer);
  return LITTLE_ENDIAN ? bytes.swap32() : bytes;
}

function numbers64(list: NumberList, plus: number): Buffer {
  const bytes = Buffer.allocUnsafe(list.length * 8);
  for (let i = 0; i < list.length; i++) bytes.writeBigUInt64BE(BigInt(list.at(i) + plus), i * 8);
  return bytes;
}
