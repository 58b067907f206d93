import type { BoxNode } from './box-tree.fixture.ts';
import { broken, brokenPictureEntry, brokenSoundEntry } from './decoder-rules.fixture.ts';
import { placeSamples, readTables, type SampleTables } from './sample-table.fixture.ts';

const IDENTITY = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const ENABLED_IN_MOVIE = 3;
const PLAYED_ONCE_AT_RATE_1 = 0x10000;

/** A header with two times, `middle` bytes, a duration, and what follows; with the 32 or 64 bits that its version says. */
export function timedHeader(box: BoxNode, middle: number): { middle: number; duration: number; rest: number } {
  const wide = box.version === 1;
  const at = wide ? 20 : 12;
  const end = at + middle;
  const duration = wide ? Number(box.body.getBigUint64(end)) : box.body.getUint32(end);
  return { middle: box.body.getUint32(at), duration, rest: end + (wide ? 8 : 4) };
}

/** The matrix at that byte of a header leaves pictures as they are. */
export function isIdentity(box: BoxNode, at: number): boolean {
  return IDENTITY.every((value, index) => box.body.getUint32(at + index * 4) === value);
}

/** The one edit of a track, in movie and media ticks. */
export function readEdit(trak: BoxNode): { duration: number; mediaTime: number; rate: number } {
  const elst = trak.one('edts', 'elst');
  if (elst.body.getUint32(4) !== 1) throw new Error(`${elst.body.getUint32(4)} edits`);
  const { body } = elst;
  return elst.version === 1
    ? { duration: Number(body.getBigUint64(8)), mediaTime: Number(body.getBigInt64(16)), rate: body.getUint32(24) }
    : { duration: body.getUint32(8), mediaTime: body.getInt32(12), rate: body.getUint32(16) };
}

/** What is wrong with a track for itself: its headers, its edit, its sample entries and its tables. */
export function brokenTrack(trak: BoxNode, movieTimescale: number): string[] {
  const handler = trak.one('mdia', 'hdlr').text(8);
  const video = handler === 'vide';
  const minf = trak.one('mdia', 'minf');
  const stbl = minf.one('stbl');
  const entries = stbl.one('stsd').children;
  const mediaHeader = timedHeader(trak.one('mdia', 'mdhd'), 4);
  const tables = readTables(stbl);
  const shown = timedHeader(trak.one('tkhd'), 8).duration;
  const edit = readEdit(trak);
  const [reference, ...others] = minf.one('dinf', 'dref').children;
  return [
    ...brokenShape(trak, entries, video),
    ...entries.flatMap(video ? brokenPictureEntry : brokenSoundEntry),
    ...brokenTables(tables, entries.length),
    ...(video ? brokenPictureTables(tables) : brokenSoundTables(stbl, tables)),
    ...broken({
      'a track is picture or sound, and has the header of its kind':
        (video && minf.has('vmhd')) || (handler === 'soun' && minf.has('smhd')),
      'its media lies in this very file': reference?.type === 'url ' && reference.flags === 1 && others.length === 0,
      'mdhd lasts as long as the samples do': mediaHeader.duration === sum(tables.durations),
      'tkhd lasts as long as the edit': edit.duration === shown,
      'the edit plays once, at the usual speed': edit.rate === PLAYED_ONCE_AT_RATE_1 && edit.duration > 0,
      'the edit begins in the media': edit.mediaTime >= 0,
      'the edit ends with the media, to a tick of the movie':
        Math.abs((mediaHeader.duration - edit.mediaTime) / mediaHeader.middle - edit.duration / movieTimescale) <
        1 / movieTimescale,
    }),
  ];
}

function brokenShape(trak: BoxNode, entries: readonly BoxNode[], video: boolean): string[] {
  const tkhd = trak.one('tkhd');
  const { rest } = timedHeader(tkhd, 8);
  const [width, height] = [tkhd.body.getUint32(rest + 52), tkhd.body.getUint32(rest + 56)];
  const sizes = entries.map(({ body }) =>
    video ? [body.getUint16(24) * 0x10000, body.getUint16(26) * 0x10000] : [0, 0],
  );
  return broken({
    'a track is enabled and in the movie': (tkhd.flags & ENABLED_IN_MOVIE) === ENABLED_IN_MOVIE,
    'a track is no alternative to another': tkhd.body.getUint16(rest + 10) === 0,
    'sound alone has a volume': tkhd.body.getUint16(rest + 12) === (video ? 0 : 0x100),
    'a track is not turned': isIdentity(tkhd, rest + 16),
    'tkhd has the size of the pictures': sizes.some((size) => size[0] === width && size[1] === height),
  });
}

function brokenTables(tables: SampleTables, entries: number): string[] {
  const count = tables.sizes.length;
  return broken({
    'there are samples, and none is empty': count > 0 && tables.sizes.every((size) => size > 0),
    'stts has each sample': tables.durations.length === count,
    'time goes on with each sample': tables.durations.every((duration) => duration > 0),
    'ctts has each sample': (tables.compositionOffsets?.length ?? count) === count,
    'stsc has each sample': sum(tables.chunkSamples) === count && tables.chunkSamples.every((samples) => samples > 0),
    'stsc names sample entries that there are': tables.chunkEntries.every((entry) => entry > 0 && entry <= entries),
    'every sample entry is used': new Set(tables.chunkEntries).size === entries,
    'chunks lie in the order of time': isAscending(tables.chunkOffsets),
  });
}

function brokenPictureTables(tables: SampleTables): string[] {
  const sync = tables.sync ?? [];
  const samples = placeSamples(tables);
  const changes = samples.filter((sample, index) => index > 0 && sample.entry !== samples[index - 1]?.entry);
  return broken({
    'the first picture is a key frame, by stss': sync[0] === 1,
    'stss is in order': isAscending(sync) && (sync.at(-1) ?? 0) <= samples.length,
    'other parameters begin with a key frame': changes.every((sample) => sample.sync),
  });
}

/** QuickTime File Format, Appendix G: without all of this QuickTime takes 2112 samples of priming for given. */
function brokenSoundTables(stbl: BoxNode, { sizes, sync }: SampleTables): string[] {
  const [sgpd, sbgp] = [stbl.one('sgpd'), stbl.one('sbgp')];
  return broken({
    'all of sound is key frames, without stss': sync === undefined,
    'sgpd says that a frame of sound needs the one before':
      sgpd.version === 1 && sgpd.text(4) === 'roll' && sgpd.body.getUint32(8) === 2 && sgpd.body.getInt16(16) === -1,
    'sbgp says so of all frames':
      sbgp.version === 0 && sbgp.text(4) === 'roll' && `${sbgp.lines(2, 8)}` === `${sizes.length},1`,
  });
}

export function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
