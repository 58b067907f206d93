import type { BoxNode } from './box-tree.fixture.ts';

/** The rules, by their sentences, that do not hold. */
export function broken(rules: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]));
}

/** What is wrong with a sample entry for a picture (ISO/IEC 14496-15 §5.3.3 and 5.4.2). */
export function brokenPictureEntry(entry: BoxNode): string[] {
  // avc3 would have its parameter sets in the samples alone: QuickTime knows it in streams only.
  if (entry.type !== 'avc1' || !entry.has('avcC')) return [`a picture is avc1 with avcC, not ${entry.type}`];
  const { body } = entry.one('avcC');
  const sets = parameterSets(body);
  const isType = (type: number) => (set: DataView) => set.byteLength > 3 && (set.getUint8(0) & 0x1f) === type;
  const tells = (set: DataView) => [1, 2, 3].every((byte) => set.getUint8(byte) === body.getUint8(byte));
  const colours = entry.all('colr');
  return broken({
    'avcC is of version 1': body.getUint8(0) === 1,
    'avcC has NAL lengths of four bytes': (body.getUint8(4) & 3) === 3,
    'avcC has a sequence parameter set': sets.sequence.length > 0 && sets.sequence.every(isType(7)),
    'avcC has a picture parameter set': sets.picture.length > 0 && sets.picture.every(isType(8)),
    'avcC names the profile and level of its sets': sets.sequence.every(tells),
    'a picture has a size': body.byteLength > 0 && entry.body.getUint16(24) > 0 && entry.body.getUint16(26) > 0,
    'colours are told once, as MP4 does': colours.length <= 1 && colours.every((colr) => colr.text(0) === 'nclx'),
  });
}

function parameterSets(config: DataView): { sequence: DataView[]; picture: DataView[] } {
  let at = 5;
  const list = (mask: number) =>
    Array.from({ length: config.getUint8(at++) & mask }, () => {
      const length = config.getUint16(at);
      at += 2 + length;
      return new DataView(config.buffer, config.byteOffset + at - length, length);
    });
  return { sequence: list(0x1f), picture: list(0xff) };
}

/** What is wrong with a sample entry for sound (ISO/IEC 14496-14 §5.6, 14496-1 §7.2.6). */
export function brokenSoundEntry(entry: BoxNode): string[] {
  if (entry.type !== 'mp4a' || !entry.has('esds')) return [`sound is mp4a with esds, not ${entry.type}`];
  const { body } = entry.one('esds');
  const { objectType, config } = readEsds(body);
  const specific = config === undefined ? 0 : config.getUint16(0);
  return broken({
    'esds is of MPEG-4 audio': objectType === 0x40,
    'sound is AAC-LC': specific >> 11 === 2,
    'sound is at 48 kHz': ((specific >> 7) & 15) === 3 && entry.body.getUint16(24) === 48_000,
    'entry and decoder have the same channels': ((specific >> 3) & 15) === entry.body.getUint16(16),
  });
}

/** The DecoderConfigDescriptor's object type, and its AudioSpecificConfig. */
function readEsds(body: DataView): { objectType?: number; config?: DataView } {
  let at = 4;
  const open = (tag: number) => {
    if (body.getUint8(at++) !== tag) throw new Error(`esds has no descriptor ${tag} at ${at - 1}`);
    let length = 0;
    let byte = 0x80;
    while (byte & 0x80) {
      byte = body.getUint8(at++);
      length = length * 128 + (byte & 0x7f);
    }
    if (at + length > body.byteLength) throw new Error(`descriptor ${tag} is longer than esds`);
    return length;
  };
  open(3);
  at += 3;
  open(4);
  const objectType = body.getUint8(at);
  at += 13;
  const length = open(5);
  return { objectType, config: new DataView(body.buffer, body.byteOffset + at, length) };
}
