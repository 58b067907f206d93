import { findBox, readHeader, u16, u32 } from './boxes.ts';
import { Mp4Error } from './mp4-error.ts';

/** An `avc1` entry's visual fields, before its child boxes (ISO/IEC 14496-12 §12.1.3). */
const VISUAL_FIELDS_BYTES = 78;

/**
 * The parameter sets of an `avc1` sample entry as they stand in front of a key frame inside the media: each with its length.
 * @throws Mp4Error `BadInit` for a decoder configuration (ISO/IEC 14496-15 §5.3.3.1) that is cut off
 */
export function inBandParameterSets(sampleEntry: Buffer): Buffer {
  const header = readHeader(sampleEntry, 0);
  const avcC = header && findBox(sampleEntry, header, 'avcC', VISUAL_FIELDS_BYTES);
  if (!avcC) throw new Mp4Error('BadInit', 'expected an avcC box in avc1');
  const config = sampleEntry.subarray(avcC.body, avcC.end);
  const lengthBytes = ((config[4] ?? 0) & 3) + 1;
  const sets: Buffer[] = [];
  let at = 5;
  // Sequence parameter sets first, then picture parameter sets; the first count shares its byte with reserved bits.
  for (const mask of [0x1f, 0xff]) {
    const count = (config[at++] ?? 0) & mask;
    for (let index = 0; index < count; index++) {
      const end = at + 2 + (at + 2 <= config.length ? config.readUInt16BE(at) : 0);
      if (end > config.length) throw new Mp4Error('BadInit', 'avcC is cut off');
      const set = config.subarray(at + 2, end);
      sets.push((lengthBytes === 4 ? u32 : u16)(set.length), set);
      at = end;
    }
  }
  if (lengthBytes !== 4 && lengthBytes !== 2) throw new Mp4Error('Unsupported', `NAL lengths of ${lengthBytes} bytes`);
  return Buffer.concat(sets);
}
