import { describe, expect, it } from 'vitest';
import { boxesIn, requireBox } from './boxes.ts';
import { madeInit } from './made-media.fixture.ts';
import { writeMoov } from './moov.ts';
import { readMovie } from './movie-reader.ts';
import { parseTracks } from './track-info.ts';
import { TrackTable } from './track-table.ts';

const [video] = parseTracks(madeInit(['video']));

function tableOf(chunkBytes: number, chunks: number): TrackTable {
  if (!video) throw new Error('expected a video track');
  const table = new TrackTable(video);
  for (let index = 0; index < chunks; index++) {
    table.add({ decodeTime: index * 512, duration: 512, size: 10, compositionOffset: 0, sync: index % 5 === 0 });
    table.addChunk(index * chunkBytes, 1, table.entryOf(video));
  }
  return table;
}

describe('the index', () => {
  it('uses 64-bit offsets where the media is too large for 32', () => {
    const gib = 1024 ** 3;
    const tracks = [tableOf(gib, 6)];

    const moov = writeMoov({ tracks, mediaOffset: 1000, mediaBytes: 6 * gib, createdAt: 0 });

    expect(readMovie(moov).map((chunk) => chunk.offset)).toEqual([0, 1, 2, 3, 4, 5].map((each) => each * gib + 1000));
    expect(writeMoov({ tracks, mediaOffset: 0, mediaBytes: 6 * gib, createdAt: 0 })).toHaveLength(moov.length);
  });

  it('says the whole length in the movie, track and media headers', () => {
    const moov = writeMoov({ tracks: [tableOf(10, 75)], mediaOffset: 0, mediaBytes: 750, createdAt: 0 });

    const [movie] = boxesIn(moov);
    if (!movie) throw new Error('expected moov');
    expect(moov.readUInt32BE(requireBox(moov, movie, 'mvhd').body + 16)).toBe(3 * 48_000);
    expect(moov.readUInt32BE(requireBox(moov, movie, 'trak', 'tkhd').body + 20)).toBe(3 * 48_000);
    expect(moov.readUInt32BE(requireBox(moov, movie, 'trak', 'mdia', 'mdhd').body + 16)).toBe(75 * 512);
  });

  it('says of each frame of sound that it needs the one before, and of no picture', () => {
    const [stereo] = parseTracks(madeInit(['stereo']));
    if (!stereo) throw new Error('expected a sound track');
    const table = new TrackTable(stereo);
    for (const decodeTime of [-1024, 0, 1024]) {
      table.add({ decodeTime, duration: 1024, size: 10, compositionOffset: 0, sync: true });
    }
    table.addChunk(0, 3, table.entryOf(stereo));

    const groups = [table, tableOf(10, 3)].map((track) => {
      const moov = writeMoov({ tracks: [track], mediaOffset: 0, mediaBytes: 30, createdAt: 0 });
      const [movie] = boxesIn(moov);
      const stbl = movie && requireBox(moov, movie, 'trak', 'mdia', 'minf', 'stbl');
      const boxes = stbl ? [...boxesIn(moov, stbl.body, stbl.end)] : [];
      return boxes
        .filter(({ type }) => /^s[gb]/.test(type))
        .map(({ body, end }) => moov.toString('hex', body + 8, end));
    });

    expect(groups).toEqual([['00000002' + '00000001' + 'ffff', '00000001' + '00000003' + '00000001'], []]);
  });

  it('keeps negative composition offsets', () => {
    if (!video) throw new Error('expected a video track');
    const table = new TrackTable(video);
    const offsets = [0, 1024, -512, -512, 0];
    offsets.forEach((compositionOffset, index) => {
      table.add({ decodeTime: index * 512, duration: 512, size: 10, compositionOffset, sync: index === 0 });
    });
    table.addChunk(0, offsets.length, table.entryOf(video));

    const [chunk] = readMovie(writeMoov({ tracks: [table], mediaOffset: 0, mediaBytes: 50, createdAt: 0 }));

    expect([...(chunk?.compositionOffsets ?? [])]).toEqual(offsets);
    expect([...(chunk?.sync ?? [])]).toEqual([1, 0, 0, 0, 0]);
  });
});

describe('a track table', () => {
  it('lets a sample last until the next one begins, and never lets time stand still', () => {
    if (!video) throw new Error('expected a video track');
    const table = new TrackTable(video);
    for (const decodeTime of [0, 512, 2048, 2048, 2560]) {
      table.add({ decodeTime, duration: 512, size: 1, compositionOffset: 0, sync: true });
    }
    table.addChunk(0, 5, table.entryOf(video));

    const [chunk] = readMovie(writeMoov({ tracks: [table], mediaOffset: 0, mediaBytes: 5, createdAt: 0 }));

    expect([...(chunk?.durations ?? [])]).toEqual([512, 1536, 1, 511, 512]);
  });
});
