import { MOVIE_TIMESCALE } from './moov.ts';
import type { MovieFile } from './movie-file.ts';
import { inBandParameterSets } from './parameter-sets.ts';
import type { SampleRun } from './sample-run.ts';
import { AAC_FRAME, SILENT_FRAME } from './silence.ts';
import type { TrackInfo } from './track-info.ts';
import type { TrackTable } from './track-table.ts';

/** Writes runs of one stretch into a file, moved by `placedAt` (movie ticks). */
export class StretchWriter {
  readonly #placedAt: number;
  /** The tracks of sound that it has written, by their files. */
  readonly #sound = new Map<MovieFile, TrackInfo>();
  #pictureBegun = false;

  constructor(placedAt: number) {
    this.#placedAt = placedAt;
  }

  async write(file: MovieFile, run: SampleRun): Promise<void> {
    if (run.track.kind === 'video') await this.#writePicture(file, run);
    else await this.#writeSound(file, run);
  }

  /**
   * Fills its sound up with silence to `end` (movie ticks), less than a frame short of it: an encoder that ends under load
   * has grabbed the picture up to its end, and not yet all of the sound.
   */
  async fillSound(end: number): Promise<void> {
    for (const [file, track] of this.#sound) {
      const table = file.tableFor(track);
      const silence = silenceOf(track);
      const fill = silentFrames(table, track, (end * table.timescale) / MOVIE_TIMESCALE);
      for (const at of fill) addSound(table, at, AAC_FRAME, silence.length);
      if (fill.length > 0) await file.appendChunk(track, fill.length, Buffer.concat(fill.map(() => silence)));
    }
  }

  async #writePicture(file: MovieFile, run: SampleRun): Promise<void> {
    const first = this.#pictureBegun ? 0 : run.sync.indexOf(1);
    // Pictures before a stretch's first key frame refer to some that are lost.
    if (first < 0) return;
    this.#pictureBegun = true;
    const table = file.tableFor(run.track);
    // Chromium reads parameter sets from the first sample entry only, and after a seek back its decoder still has those of
    // where it was: each key frame brings its own, since a later take of another encoder cannot be foreseen.
    const sets = inBandParameterSets(run.track.sampleEntry);
    const pieces: Buffer[] = [];
    let offset = 0;
    this.#eachSample(table, run, (index, decodeTime, duration) => {
      const bytes = run.data.subarray(offset, offset + (run.sizes[index] ?? 0));
      offset += bytes.length;
      if (index < first) return;
      const sync = run.sync[index] === 1;
      const bare = sync && !bytes.subarray(0, sets.length).equals(sets);
      if (bare) pieces.push(sets);
      pieces.push(bytes);
      const compositionOffset = Math.round(
        ((run.compositionOffsets[index] ?? 0) * table.timescale) / run.track.timescale,
      );
      // The movie opens with a picture: where sound came first, the first one is shown a little early.
      const at = table.count === 0 ? -compositionOffset : decodeTime;
      const size = bytes.length + (bare ? sets.length : 0);
      table.add({ decodeTime: at, duration: decodeTime + duration - at, size, compositionOffset, sync });
    });
    await file.appendChunk(run.track, run.sizes.length - first, Buffer.concat(pieces));
  }

  async #writeSound(file: MovieFile, run: SampleRun): Promise<void> {
    this.#sound.set(file, run.track);
    const table = file.tableFor(run.track);
    const silence = silenceOf(run.track);
    const pieces: Buffer[] = [];
    let offset = 0;
    this.#eachSample(table, run, (index, decodeTime, duration) => {
      const fill = silentFrames(table, run.track, decodeTime);
      for (const at of fill) addSound(table, at, AAC_FRAME, silence.length);
      for (let count = 0; count < fill.length; count++) pieces.push(silence);
      const size = run.sizes[index] ?? 0;
      addSound(table, decodeTime, duration, size);
      pieces.push(run.data.subarray(offset, offset + size));
      offset += size;
    });
    const filled = pieces.length > run.sizes.length;
    await file.appendChunk(run.track, pieces.length, filled ? Buffer.concat(pieces) : run.data);
  }

  /** Times in the table's ticks. Each is rounded from the stretch's own clock, so no error adds up. */
  #eachSample(table: TrackTable, run: SampleRun, visit: (index: number, decodeTime: number, duration: number) => void) {
    const scale = table.timescale / run.track.timescale;
    const base = Math.round((this.#placedAt * table.timescale) / MOVIE_TIMESCALE);
    let ticks = run.decodeTime;
    for (let index = 0; index < run.sizes.length; index++) {
      const next = ticks + (run.durations[index] ?? 0);
      const decodeTime = base + Math.round(ticks * scale);
      visit(index, decodeTime, base + Math.round(next * scale) - decodeTime);
      ticks = next;
    }
  }
}

function addSound(table: TrackTable, decodeTime: number, duration: number, size: number): void {
  table.add({ decodeTime, duration, size, compositionOffset: 0, sync: true });
}

function silenceOf({ kind }: TrackInfo): Buffer {
  return SILENT_FRAME[kind === 'mono' ? 'mono' : 'stereo'];
}

/** A frame's length in a table's ticks: 1024, unless two takes were made with different sample rates. */
function frameTicks(table: TrackTable, track: TrackInfo): number {
  return (AAC_FRAME * table.timescale) / track.timescale;
}

/** Where silent frames belong before `decodeTime`, so that the row of frames has no hole as long as a frame. */
function silentFrames(table: TrackTable, track: TrackInfo, decodeTime: number): number[] {
  const frame = frameTicks(table, track);
  if (table.count === 0) {
    const count = Math.max(0, Math.ceil(decodeTime / frame));
    return Array.from({ length: count }, (_, index) => Math.round(decodeTime - (count - index) * frame));
  }
  const end = table.lastDecodeTime + frame;
  const count = Math.max(0, Math.floor((decodeTime - end) / frame));
  return Array.from({ length: count }, (_, index) => Math.round(end + index * frame));
}
