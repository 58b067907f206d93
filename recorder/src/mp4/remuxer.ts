import { MOVIE_TIMESCALE, shownTicks } from './moov.ts';
import type { MovieFile } from './movie-file.ts';
import { type PlacedEnd, placeStretch, type StretchStart } from './placement.ts';
import { runTicks, type SampleRun } from './sample-run.ts';
import { AAC_FRAME } from './silence.ts';
import { StretchWriter } from './stretch-writer.ts';
import type { TrackKind } from './track-info.ts';

/** Media that lies in the final file without a hole, and when it was captured. */
export interface Stretch {
  readonly attempt: number;
  readonly take: number;
  /** Wall clock of its first moment, milliseconds since 1970. */
  readonly startedAt: number;
  durationSeconds: number;
  fragments: number;
  bytes: number;
}

/** A take as the remuxer is told of it; `startedAt` is the wall clock, in milliseconds, at media time 0. */
export interface TakeOrigin {
  readonly attempt: number;
  readonly take: number;
  readonly startedAt: number;
}

/** A jump of all tracks by more than this is a lost fragment, not jitter. */
const HOLE_SECONDS = 0.5;

/** So many fragments are held back for a track that is late, before a stretch is placed without it. */
const PLACING_FRAGMENTS = 3;

interface OpenStretch {
  readonly stretch: Stretch;
  readonly expected: Map<TrackKind, number>;
  readonly held: SampleRun[][];
  writer?: StretchWriter;
}

/**
 * Puts the takes of a meeting behind each other on one time line, in two files at once: `recording` (picture and stereo
 * sound) and `audio` (mono). The same second of both files is the same moment. Calls must not overlap.
 */
export class Remuxer {
  readonly #recording: MovieFile;
  readonly #audio: MovieFile;
  readonly #kinds: readonly TrackKind[];
  readonly #stretches: Stretch[] = [];
  #take: TakeOrigin | undefined;
  #open: OpenStretch | undefined;
  #endTicks = 0;

  constructor(options: { recording: MovieFile; audio: MovieFile; kinds: readonly TrackKind[] }) {
    this.#recording = options.recording;
    this.#audio = options.audio;
    this.#kinds = options.kinds;
  }

  /** What has been written, in order. A hole inside a take makes two stretches of it. */
  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  /** Ends what was open and begins another take. */
  async beginTake(take: TakeOrigin): Promise<void> {
    await this.endTake();
    this.#take = take;
  }

  /** Adds the runs of one fragment; `bytes` is its size. */
  async add(runs: readonly SampleRun[], bytes: number): Promise<void> {
    const take = this.#take;
    if (!take) throw new Error('media before a take was begun');
    if (runs.length === 0) return;
    if (this.#open && isHole(this.#open, runs)) await this.#close();
    this.#open ??= { stretch: newStretch(take, runs), expected: new Map(), held: [] };
    const open = this.#open;
    open.stretch.fragments += 1;
    open.stretch.bytes += bytes;
    for (const run of runs) open.expected.set(run.track.kind, run.decodeTime + runTicks(run));
    if (open.writer) {
      await this.#write(open.writer, runs);
      return;
    }
    open.held.push([...runs]);
    if (open.held.length >= PLACING_FRAGMENTS || this.#kinds.every((kind) => open.expected.has(kind))) {
      await this.#place(open);
    }
  }

  /** Writes what is held back. Media of another take may follow. */
  async endTake(): Promise<void> {
    await this.#close();
    this.#take = undefined;
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    if (!open.writer) await this.#place(open);
    const end = Math.max(this.#endTicks, ...this.#recording.tracks.map(shownTicks));
    await open.writer?.fillSound(end);
    open.stretch.durationSeconds = (end - this.#endTicks) / MOVIE_TIMESCALE;
    this.#endTicks = end;
    if (open.stretch.durationSeconds > 0) this.#stretches.push(open.stretch);
  }

  async #place(open: OpenStretch): Promise<void> {
    const held = open.held.splice(0);
    trueStarts(held);
    const end = this.#placedEnd();
    open.writer = new StretchWriter(placeStretch(stretchStart(held.flat()), end));
    for (const runs of held) await this.#write(open.writer, runs);
  }

  async #write(writer: StretchWriter, runs: readonly SampleRun[]): Promise<void> {
    for (const kind of this.#kinds) {
      const file = kind === 'mono' ? this.#audio : this.#recording;
      for (const run of runs) if (run.track.kind === kind) await writer.write(file, run);
    }
  }

  #placedEnd(): PlacedEnd | undefined {
    const video = this.#recording.table('video');
    const sound = this.#recording.table('stereo');
    if (!video?.count && !sound?.count) return undefined;
    const ticks = (value: number, timescale: number) => (value * MOVIE_TIMESCALE) / timescale;
    return {
      videoDecode: video?.count ? ticks(video.decodeEnd, video.timescale) : 0,
      videoComposition: video?.count ? ticks(video.compositionEnd, video.timescale) : 0,
      ...(sound?.count ? { audio: ticks(sound.lastDecodeTime + AAC_FRAME, sound.timescale) } : {}),
    };
  }
}

function newStretch(take: TakeOrigin, runs: readonly SampleRun[]): Stretch {
  const first = Math.min(...runs.map((run) => run.decodeTime / run.track.timescale));
  const startedAt = Math.round(take.startedAt + first * 1000);
  return { attempt: take.attempt, take: take.take, startedAt, durationSeconds: 0, fragments: 0, bytes: 0 };
}

function isHole(open: OpenStretch, runs: readonly SampleRun[]): boolean {
  const jumps = runs.flatMap((run) => {
    const expected = open.expected.get(run.track.kind);
    return expected === undefined ? [] : [Math.abs(run.decodeTime - expected) / run.track.timescale];
  });
  return jumps.length > 0 && jumps.every((seconds) => seconds > HOLE_SECONDS);
}

/**
 * ffmpeg writes the first sample of every track of a stream without edit lists at time 0, and makes it last until the
 * second one begins (movenc.c, `mov_write_single_packet`). Its true start is its end minus a usual duration: 1024 samples of
 * sound, or what the next picture lasts.
 */
function trueStarts(held: SampleRun[][]): void {
  const begun = new Set<TrackKind>();
  for (const runs of held) {
    runs.forEach((run, index) => {
      const { kind } = run.track;
      if (begun.has(kind)) return;
      begun.add(kind);
      const [first = 0, second = first] = run.durations;
      const usual = kind === 'video' ? second : AAC_FRAME;
      if (run.decodeTime !== 0 || first <= usual) return;
      const durations = run.durations.slice();
      durations[0] = usual;
      runs[index] = { ...run, decodeTime: first - usual, durations };
    });
  }
}

function stretchStart(runs: readonly SampleRun[]): StretchStart {
  const ticks = (value: number, run: SampleRun) => (value * MOVIE_TIMESCALE) / run.track.timescale;
  const sound = runs.find((run) => run.track.kind === 'stereo');
  const audio = sound ? { audio: ticks(sound.decodeTime, sound) } : {};
  for (const run of runs) {
    const first = run.track.kind === 'video' ? run.sync.indexOf(1) : -1;
    if (first < 0) continue;
    const decode = run.decodeTime + run.durations.subarray(0, first).reduce((sum, each) => sum + each, 0);
    const composition = decode + (run.compositionOffsets[first] ?? 0);
    return { ...audio, videoDecode: ticks(decode, run), videoComposition: ticks(composition, run) };
  }
  return audio;
}
