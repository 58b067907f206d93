import { type BoxNode, boxTree } from './box-tree.fixture.ts';
import { broken } from './decoder-rules.fixture.ts';
import { type PlacedSample, placeSamples, readTables } from './sample-table.fixture.ts';
import { brokenTrack, isAscending, isIdentity, readEdit, timedHeader } from './track-rules.fixture.ts';

/** Sound and picture of one moment lie at most so far from each other in the file, in seconds of media: a fragment and a bit. */
const MAX_APART_SECONDS = 2.5;

/**
 * What keeps a finished file from being one progressive movie that QuickTime plays and anybody can seek in by ranges
 * (ISO/IEC 14496-12 and -14; QuickTime File Format). Empty where all is well.
 * @throws Error for what is not made of boxes, or lacks one that has to be there.
 */
export function brokenMovie(file: Uint8Array, brand: 'isom' | 'M4A '): string[] {
  const [ftyp, moov, mdat, ...others] = boxTree(file);
  if (
    `${ftyp?.type} ${moov?.type} ${mdat?.type}` !== 'ftyp moov mdat' ||
    !ftyp ||
    !moov ||
    !mdat ||
    others.length > 0
  ) {
    return ['a file is ftyp, moov and one mdat'];
  }
  const traks = moov.all('trak');
  const timescale = timedHeader(moov.one('mvhd'), 4).middle;
  return [
    ...brokenBrands(ftyp, brand),
    ...brokenMovieHeader(moov, traks),
    ...traks.flatMap((trak) => brokenTrack(trak, timescale)),
    ...brokenMedia(mdat, traks),
  ];
}

function brokenBrands(ftyp: BoxNode, brand: string): string[] {
  const brands = Array.from({ length: ftyp.body.byteLength / 4 - 2 }, (_, index) => ftyp.text(8 + index * 4));
  return broken({
    [`the brand is ${brand}`]: ftyp.text(0) === brand && brands.includes(brand),
    'a player of MP4 is told that it can play this':
      brands.includes('isom') && brands.some((each) => /mp4[12]/.test(each)),
    'no brand is one of fragments': !brands.some((each) => /iso[56789]|dash|cmf|msdh/.test(each)),
  });
}

function brokenMovieHeader(moov: BoxNode, traks: readonly BoxNode[]): string[] {
  const mvhd = moov.one('mvhd');
  const { duration, middle: timescale, rest } = timedHeader(mvhd, 4);
  const ids = traks.map((trak) => timedHeader(trak.one('tkhd'), 8).middle);
  const kinds = traks.map((trak) => trak.one('mdia', 'hdlr').text(8));
  return broken({
    'nothing says that fragments follow': !moov.has('mvex'),
    'there is one sound, and one picture at most':
      kinds.filter((kind) => kind === 'soun').length === 1 && kinds.filter((kind) => kind === 'vide').length <= 1,
    'tracks have numbers of their own': new Set(ids).size === ids.length && !ids.includes(0),
    'the next track has a number of its own': mvhd.body.getUint32(mvhd.body.byteLength - 4) > Math.max(...ids),
    'the movie lasts as long as its longest track':
      timescale > 0 && duration === Math.max(...traks.map((trak) => timedHeader(trak.one('tkhd'), 8).duration)),
    'the movie plays at its own speed, and is heard':
      mvhd.body.getUint32(rest) === 0x10000 && mvhd.body.getUint16(rest + 4) === 0x100,
    'the movie is not turned': isIdentity(mvhd, rest + 16),
  });
}

interface TimedSample extends PlacedSample {
  /** Seconds of the movie at which it is decoded. */
  readonly seconds: number;
}

function brokenMedia(mdat: BoxNode, traks: readonly BoxNode[]): string[] {
  const tracks = traks.map((trak) => {
    const timescale = timedHeader(trak.one('mdia', 'mdhd'), 4).middle;
    const { mediaTime } = readEdit(trak);
    return placeSamples(readTables(trak.one('mdia', 'minf', 'stbl'))).map<TimedSample>((sample) => ({
      ...sample,
      seconds: (sample.decodeTime - mediaTime) / timescale,
    }));
  });
  const samples = tracks.flat().sort((a, b) => a.offset - b.offset);
  const media = mdat.end - mdat.body.byteLength;
  return broken({
    'samples fill mdat: none is outside it, none lies over another, nothing is between them':
      samples[0]?.offset === media &&
      samples.every((sample, index) => sample.offset + sample.size === (samples[index + 1]?.offset ?? mdat.end)),
    'each track lies in the order of time': tracks.every((each) => isAscending(each.map((sample) => sample.offset))),
    'what is played together lies together': furthestBack(samples) <= MAX_APART_SECONDS,
  });
}

/** How far, in seconds of media, a player that reads on has to look back at most. */
function furthestBack(samples: readonly TimedSample[]): number {
  let latest = Number.NEGATIVE_INFINITY;
  let back = 0;
  for (const { seconds } of samples) {
    latest = Math.max(latest, seconds);
    back = Math.max(back, latest - seconds);
  }
  return back;
}
