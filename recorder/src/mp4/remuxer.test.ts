import { describe, expect, it } from 'vitest';
import { boxesIn } from './boxes.ts';
import {
  asMade,
  type MadeTake,
  madeFragment,
  madeInit,
  madeSample,
  madeTake,
  VIDEO_TIMESCALE,
} from './made-media.fixture.ts';
import { MovieFile } from './movie-file.ts';
import { type MovieChunk, readMovie } from './movie-reader.ts';
import { Remuxer } from './remuxer.ts';
import { parseFragment } from './sample-run.ts';
import { SILENT_FRAME } from './silence.ts';
import { parseTracks, type TrackKind } from './track-info.ts';

function memorySink() {
  const pieces: Buffer[] = [];
  return { pieces, append: async (media: Buffer) => void pieces.push(Buffer.from(media)) };
}

function newRemuxer(kinds: TrackKind[] = ['video', 'stereo', 'mono']) {
  const sinks = { recording: memorySink(), audio: memorySink() };
  const recording = new MovieFile({ brand: 'mp4', sink: sinks.recording, kinds: ['video', 'stereo'] });
  const audio = new MovieFile({ brand: 'm4a', sink: sinks.audio, kinds: ['mono'] });
  const remuxer = new Remuxer({ recording, audio, kinds });
  return {
    remuxer,
    recording,
    recordingBytes: () => Buffer.concat([recording.header(0), ...sinks.recording.pieces]),
    audioBytes: () => Buffer.concat([audio.header(0), ...sinks.audio.pieces]),
  };
}

async function feed(remuxer: Remuxer, take: number, { init, fragments }: { init: Buffer; fragments: Buffer[] }) {
  const tracks = parseTracks(init);
  await remuxer.beginTake({ attempt: 1, take, startedAt: take * 100_000 });
  for (const fragment of fragments) await remuxer.add(parseFragment(fragment, tracks), fragment.length);
  await remuxer.endTake();
}

const taking = (...takes: MadeTake[]) =>
  takes.reduce(async (before, take, index) => {
    const made = await before;
    await feed(made.remuxer, index + 1, madeTake(take));
    return made;
  }, Promise.resolve(newRemuxer()));

/** Every sample of a track: when it is decoded and what it holds. */
function samplesOf(file: Buffer, kind: TrackKind) {
  const moov = [...boxesIn(file)].find((box) => box.type === 'moov');
  const chunks: MovieChunk[] = moov ? readMovie(file.subarray(moov.start, moov.end)) : [];
  const found: { time: number; composition: number; sync: boolean; bytes: Buffer; stored: Buffer; entry: Buffer }[] =
    [];
  for (const chunk of chunks.filter((each) => each.track.kind === kind)) {
    let { offset, decodeTime } = chunk;
    chunk.sizes.forEach((size, index) => {
      found.push({
        time: decodeTime / chunk.track.timescale,
        composition: (decodeTime + (chunk.compositionOffsets[index] ?? 0)) / chunk.track.timescale,
        sync: chunk.sync[index] === 1,
        bytes: asMade(file.subarray(offset, offset + size), chunk.track),
        stored: file.subarray(offset, offset + size),
        entry: chunk.track.sampleEntry,
      });
      offset += size;
      decodeTime += chunk.durations[index] ?? 0;
    });
  }
  return found;
}

const findTime = (samples: ReturnType<typeof samplesOf>, bytes: Buffer) =>
  samples.find((each) => each.bytes.equals(bytes))?.time;

describe('a remuxed take', () => {
  it('has every sample once, in order, at its time, with the index in front of one mdat', async () => {
    const { recordingBytes, audioBytes } = await taking({ name: 'a', seconds: 5 });

    expect([...boxesIn(recordingBytes())].map((box) => box.type)).toEqual(['ftyp', 'moov', 'mdat']);
    const pictures = samplesOf(recordingBytes(), 'video');
    expect(pictures.map((each) => each.bytes.toString())).toEqual(
      Array.from({ length: 125 }, (_, index) => madeSample('video', 'a', index).toString()),
    );
    expect(pictures.map((each) => Math.round(each.time * 25))).toEqual(
      Array.from({ length: 125 }, (_, index) => index),
    );
    expect(pictures.flatMap((each, index) => (each.sync ? [index] : []))).toEqual([0, 50, 100]);
    const [stereo, mono] = [samplesOf(recordingBytes(), 'stereo'), samplesOf(audioBytes(), 'mono')];
    expect(stereo).toHaveLength(Math.ceil((5 * 48_000) / 1024));
    expect(mono.map((each) => each.time)).toEqual(stereo.map((each) => each.time));
    expect(mono[7]?.bytes).toEqual(madeSample('mono', 'a', 7));
  });

  it('starts with its first picture where there are B-frames, and the sound moves with it', async () => {
    const { recordingBytes } = await taking({ name: 'a', seconds: 2, compositionOffset: 1024 });

    const pictures = samplesOf(recordingBytes(), 'video');
    expect(pictures[0]?.composition).toBe(0);
    // Sound frame 0 is the priming: frame 1 is heard at 1024/48000, and the first picture was due at 1024/12800.
    const sound = samplesOf(recordingBytes(), 'stereo');
    const [picture, frame] = [pictures[10]?.composition ?? 0, findTime(sound, madeSample('stereo', 'a', 10)) ?? 0];
    expect(picture - frame).toBeCloseTo((10 * 512 + 1024) / 12_800 - (10 * 1024) / 48_000, 4);
  });

  it('knows the true start of a first sound frame that the encoder stretched', async () => {
    const { remuxer, recordingBytes } = newRemuxer();
    const frames = Array.from({ length: 40 }, (_, index) => ({
      duration: index === 0 ? 3840 : 1024,
      bytes: madeSample('stereo', 'a', index),
      sync: true,
    }));
    const pictures = Array.from({ length: 25 }, (_, index) => ({
      duration: 512,
      bytes: madeSample('video', 'a', index),
      sync: index === 0,
      compositionOffset: 1024,
    }));
    const runs = [
      { kind: 'video', decodeTime: 0, samples: pictures } as const,
      { kind: 'stereo', decodeTime: 0, samples: frames } as const,
    ];
    await feed(remuxer, 1, { init: madeInit(), fragments: [madeFragment(runs)] });

    const sound = samplesOf(recordingBytes(), 'stereo');
    // The first sound after the priming and the first picture are both due at 0.08 s of the encoder's clock.
    expect(sound[1]?.time).toBe(0);
    expect(samplesOf(recordingBytes(), 'video')[0]?.composition).toBe(0);
  });

  it('leaves out pictures that come before its first key frame', async () => {
    const { remuxer, recordingBytes } = newRemuxer();
    const { init, fragments } = madeTake({ name: 'a', seconds: 6, keyFrames: 75 });
    await feed(remuxer, 1, { init, fragments: fragments.slice(1) });

    expect(samplesOf(recordingBytes(), 'video')[0]?.bytes).toEqual(madeSample('video', 'a', 75));
  });

  it('has sound as long as its picture, though its encoder had not yet all of the sound when it ended', async () => {
    const made = newRemuxer();
    const { init, fragments } = madeTake({ name: 'a', seconds: 2 });
    const more = Array.from({ length: 15 }, (_, index) => ({
      duration: 512,
      bytes: madeSample('video', 'a', 50 + index),
    }));
    const tail = madeFragment([{ kind: 'video', decodeTime: 2 * VIDEO_TIMESCALE, samples: more }]);
    await feed(made.remuxer, 1, { init, fragments: [...fragments, tail] });

    expect(made.recording.durationSeconds).toBeCloseTo(2.6, 5);
    for (const sound of [samplesOf(made.recordingBytes(), 'stereo'), samplesOf(made.audioBytes(), 'mono')]) {
      const end = (sound.at(-1)?.time ?? 0) + 1024 / 48_000;
      expect(end).toBeLessThanOrEqual(2.6);
      expect(end).toBeGreaterThan(2.6 - 1024 / 48_000);
      sound.forEach((each, index) => {
        expect(each.time).toBeCloseTo((index * 1024) / 48_000 + (sound[0]?.time ?? 0), 6);
      });
    }
    expect(samplesOf(made.recordingBytes(), 'stereo').at(-1)?.bytes).toEqual(SILENT_FRAME.stereo);
  });

  it('of sound alone makes a movie of sound', async () => {
    const { remuxer, recording, recordingBytes } = newRemuxer(['stereo', 'mono']);
    await feed(remuxer, 1, madeTake({ name: 'a', seconds: 4, kinds: ['stereo', 'mono'] }));

    expect(samplesOf(recordingBytes(), 'stereo')[1]).toMatchObject({ time: 0, bytes: madeSample('stereo', 'a', 1) });
    expect(recording.durationSeconds).toBeCloseTo((188 * 1024) / 48_000 - 1024 / 48_000, 5);
  });
});

describe('several takes', () => {
  it('follow each other with the same offset between sound and picture in each, however many there are', async () => {
    const takes = Array.from({ length: 12 }, (_, index) => ({ name: String.fromCharCode(97 + index), seconds: 3.04 }));
    const { remuxer, recording, recordingBytes } = await taking(...takes);

    const [pictures, sound] = [samplesOf(recordingBytes(), 'video'), samplesOf(recordingBytes(), 'stereo')];
    const offsets = takes.map(({ name }) => {
      const picture = findTime(pictures, madeSample('video', name, 30)) ?? Number.NaN;
      return picture - (findTime(sound, madeSample('stereo', name, 30)) ?? Number.NaN);
    });
    for (const offset of offsets) expect(offset).toBeCloseTo(30 / 25 - (30 * 1024) / 48_000, 4);
    // The row of sound frames has no hole.
    sound.forEach((each, index) => {
      expect(each.time).toBeCloseTo((index * 1024) / 48_000 + (sound[0]?.time ?? 0), 6);
    });
    const total = remuxer.stretches.reduce((sum, stretch) => sum + stretch.durationSeconds, 0);
    expect(total).toBeCloseTo(recording.durationSeconds, 6);
  });

  it('share decoder parameters that are equal, and each key frame brings its own along', async () => {
    const { recording, recordingBytes } = await taking(
      { name: 'a', seconds: 2 },
      { name: 'b', seconds: 2 },
      { name: 'c', seconds: 2, parameters: 'other' },
      { name: 'd', seconds: 2 },
    );

    expect(recording.table('video')?.entries).toHaveLength(2);
    expect(recording.table('stereo')?.entries).toHaveLength(1);
    const keyFrames = samplesOf(recordingBytes(), 'video').filter((each) => each.sync);
    const sets = (name: string) => `\0\0\0${String.fromCharCode(name.length)}${name}\0\0\0\x03pps`;
    expect(keyFrames.map((each) => each.stored.toString())).toEqual(
      [sets('sps'), sets('sps'), sets('other'), sets('sps')].map(
        (prefix, index) => `${prefix}${madeSample('video', 'abcd'.charAt(index), 0)}`,
      ),
    );
  });

  it('have parameter sets once in each key frame, though a finished recording is the beginning of another', async () => {
    const once = await taking({ name: 'a', seconds: 4 });
    const [picture] = parseTracks(madeInit(['video']));
    const again = newRemuxer();
    await again.remuxer.beginTake({ attempt: 0, take: 0, startedAt: 0 });
    const stored = samplesOf(once.recordingBytes(), 'video').map((sample) => sample.stored);
    const samples = stored.map((bytes, index) => ({ bytes, duration: 512, sync: index % 50 === 0 }));
    const fragment = madeFragment([{ kind: 'video', decodeTime: 0, samples }]);
    await again.remuxer.add(parseFragment(fragment, picture ? [picture] : []), fragment.length);
    await again.remuxer.endTake();

    expect(samplesOf(again.recordingBytes(), 'video').map((sample) => sample.stored)).toEqual(stored);
  });

  it('are filled up with silence where the picture lasts longer than the sound', async () => {
    const made = newRemuxer();
    const { init, fragments } = madeTake({ name: 'a', seconds: 2 });
    const more = Array.from({ length: 25 }, (_, index) => ({
      duration: 512,
      bytes: madeSample('video', 'a', 50 + index),
    }));
    const tail = madeFragment([{ kind: 'video', decodeTime: 2 * VIDEO_TIMESCALE, samples: more }]);
    await feed(made.remuxer, 1, { init, fragments: [...fragments, tail] });
    await feed(made.remuxer, 2, madeTake({ name: 'b', seconds: 2 }));

    const [recording, audio] = [made.recordingBytes(), made.audioBytes()];
    const sound = samplesOf(recording, 'stereo');
    const silent = sound.filter((each) => each.bytes.equals(SILENT_FRAME.stereo));
    expect(silent).toHaveLength(Math.ceil((3 * 48_000 - 94 * 1024) / 1024));
    const start = findTime(sound, madeSample('stereo', 'b', 0)) ?? 0;
    expect(findTime(samplesOf(recording, 'video'), madeSample('video', 'b', 0))).toBeCloseTo(start, 3);
    expect(findTime(samplesOf(audio, 'mono'), madeSample('mono', 'b', 0))).toBeCloseTo(start, 6);
  });

  it('are made of one take with a lost fragment', async () => {
    const made = newRemuxer();
    const { init, fragments } = madeTake({ name: 'a', seconds: 8 });
    await feed(made.remuxer, 1, { init, fragments: fragments.filter((_, index) => index !== 1) });

    expect(made.remuxer.stretches.map((each) => each.startedAt)).toEqual([100_000, 104_000]);
    expect(made.remuxer.stretches.map((each) => Math.round(each.durationSeconds))).toEqual([2, 4]);
    expect(made.recording.durationSeconds).toBeLessThan(6.1);
  });
});
