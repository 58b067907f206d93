import { type Box, boxesIn, findBox } from './boxes.ts';
import { Mp4Error } from './mp4-error.ts';
import type { TrackInfo } from './track-info.ts';

/** Samples of one track that follow each other in time and in bytes. */
export interface SampleRun {
  readonly track: TrackInfo;
  /** Decode time of the first sample, in the track's ticks. */
  readonly decodeTime: number;
  readonly durations: Uint32Array;
  readonly sizes: Uint32Array;
  /** Composition minus decode time of each sample, in ticks; negative ones are legal. */
  readonly compositionOffsets: Int32Array;
  /** 1 where decoding can begin. */
  readonly sync: Uint8Array;
  /** The samples' bytes, back to back. */
  readonly data: Buffer;
}

/** The ticks that a run lasts. */
export function runTicks(run: SampleRun): number {
  return run.durations.reduce((sum, each) => sum + each, 0);
}

const NON_SYNC_FLAG = 0x10000;

/**
 * Reads one fragment (`moof` + `mdat`).
 * @throws Mp4Error `BadFragment` when the index points outside the fragment or names an unknown track.
 */
export function parseFragment(fragment: Buffer, tracks: readonly TrackInfo[]): SampleRun[] {
  const [moof] = boxesIn(fragment);
  if (moof?.type !== 'moof') throw new Mp4Error('BadFragment', `expected moof, got ${moof?.type}`);
  const runs: SampleRun[] = [];
  for (const traf of boxesIn(fragment, moof.body, moof.end)) {
    if (traf.type === 'traf') runs.push(...readTrackFragment(fragment, traf, tracks));
  }
  return runs;
}

function readTrackFragment(bytes: Buffer, traf: Box, tracks: readonly TrackInfo[]): SampleRun[] {
  const header = readFragmentHeader(bytes, requireChild(bytes, traf, 'tfhd'), tracks);
  const tfdt = requireChild(bytes, traf, 'tfdt');
  let decodeTime =
    bytes[tfdt.body] === 1 ? Number(bytes.readBigUInt64BE(tfdt.body + 4)) : bytes.readUInt32BE(tfdt.body + 4);
  const runs: SampleRun[] = [];
  for (const trun of boxesIn(bytes, traf.body, traf.end)) {
    if (trun.type !== 'trun') continue;
    const run = readRun(bytes, trun, header, decodeTime);
    if (run.sizes.length > 0) runs.push(run);
    decodeTime += runTicks(run);
  }
  return runs;
}

interface FragmentHeader {
  readonly track: TrackInfo;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

function readFragmentHeader(bytes: Buffer, tfhd: Box, tracks: readonly TrackInfo[]): FragmentHeader {
  const boxFlags = bytes.readUInt32BE(tfhd.body) & 0xffffff;
  const id = bytes.readUInt32BE(tfhd.body + 4);
  const track = tracks.find((each) => each.id === id);
  if (!track) throw new Mp4Error('BadFragment', `a fragment of track ${id}, which the initialisation does not have`);
  if (!(boxFlags & 0x020000)) throw new Mp4Error('BadFragment', 'expected offsets from the moof (default_base_moof)');
  let at = tfhd.body + 8 + (boxFlags & 0x1 ? 8 : 0) + (boxFlags & 0x2 ? 4 : 0);
  const next = (flag: number, fallback: number) => {
    if (!(boxFlags & flag)) return fallback;
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const duration = next(0x8, track.defaults.duration);
  const size = next(0x10, track.defaults.size);
  return { track, duration, size, flags: next(0x20, track.defaults.flags) };
}

function readRun(bytes: Buffer, trun: Box, header: FragmentHeader, decodeTime: number): SampleRun {
  const boxFlags = bytes.readUInt32BE(trun.body) & 0xffffff;
  const count = bytes.readUInt32BE(trun.body + 4);
  const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => boxFlags & flag).length;
  let at = trun.body + 8 + (boxFlags & 0x1 ? 4 : 0) + (boxFlags & 0x4 ? 4 : 0);
  if (at + count * fields * 4 > trun.end) throw new Mp4Error('BadFragment', `trun is too short for ${count} samples`);
  const durations = new Uint32Array(count).fill(header.duration);
  const sizes = new Uint32Array(count).fill(header.size);
  const compositionOffsets = new Int32Array(count);
  const sync = new Uint8Array(count);
  const firstFlags = boxFlags & 0x4 ? bytes.readUInt32BE(trun.body + 8 + (boxFlags & 0x1 ? 4 : 0)) : undefined;
  for (let index = 0; index < count; index++) {
    let flags = index === 0 && firstFlags !== undefined ? firstFlags : header.flags;
    if (boxFlags & 0x100) {
      durations[index] = bytes.readUInt32BE(at);
      at += 4;
    }
    if (boxFlags & 0x200) {
      sizes[index] = bytes.readUInt32BE(at);
      at += 4;
    }
    if (boxFlags & 0x400) {
      flags = bytes.readUInt32BE(at);
      at += 4;
    }
    if (boxFlags & 0x800) {
      // Version 0 is unsigned, but no real offset needs the top bit.
      compositionOffsets[index] = bytes.readInt32BE(at);
      at += 4;
    }
    sync[index] = flags & NON_SYNC_FLAG ? 0 : 1;
  }
  const start = boxFlags & 0x1 ? bytes.readInt32BE(trun.body + 8) : Number.NaN;
  const end = start + sizes.reduce((sum, each) => sum + each, 0);
  if (!(start > 0 && end <= bytes.length)) {
    throw new Mp4Error('BadFragment', `samples at ${start}..${end} of a fragment of ${bytes.length} bytes`);
  }
  const data = bytes.subarray(start, end);
  return { track: header.track, decodeTime, durations, sizes, compositionOffsets, sync, data };
}

function requireChild(bytes: Buffer, parent: Box, type: string): Box {
  const child = findBox(bytes, parent, type);
  if (!child) throw new Mp4Error('BadFragment', `expected a box ${type} in ${parent.type}`);
  return child;
}
