import { audioKey, type MeetingIdentity, type RecordingManifest, recordingKey } from '@meetingbot/crds-schema';
import { leadingBox, type MovieChunk, readMovie } from '../mp4/movie-reader.ts';
import { Mp4Error } from '../mp4/mp4-error.ts';
import type { Assembly } from './assembly.ts';
import { isStoreError, type ObjectStore } from './object-store.ts';
import type { Persistence } from './persistence.ts';

/** How much of a finished file is read at once. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** The manifest's times are rounded to microseconds, a file's to its ticks: what begins so close to an end comes after it. */
const ROUNDED_SECONDS = 0.01;

/** Chunks of both files that are fed together, in seconds. */
const STEP_SECONDS = 2;

/**
 * Feeds what an earlier attempt has already finished, whose segments are gone, so that what follows is added to it and
 * replaces nothing. It is the beginning of the time line again, sample by sample as it was, under attempt number 0.
 *
 * What lies beyond the manifest's last take is left out: an attempt that was lost between completing the file and writing
 * its manifest left segments, and those come next.
 */
export async function feedFinished(
  assembly: Assembly,
  options: { store: ObjectStore; persistence: Persistence; meeting: MeetingIdentity; manifest: RecordingManifest },
): Promise<void> {
  const { manifest, meeting } = options;
  const last = manifest.takes.at(-1);
  if (!manifest.recording || !last) return;
  const end = last.mediaStart + last.durationSeconds;
  const files = [await openMovie(options, recordingKey(meeting)), await openMovie(options, audioKey(meeting))];
  await assembly.remuxer.beginTake({
    attempt: 0,
    take: 0,
    startedAt: Date.parse(manifest.startedAt ?? manifest.createdAt),
  });
  for (let until = STEP_SECONDS; files.some((file) => file.more); until += STEP_SECONDS) {
    const limit = Math.min(until, end);
    const chunks = files.flatMap((file) => file.takeUntil(limit));
    const runs = [];
    for (const { file, chunk } of chunks) runs.push({ ...chunk, data: await file.read(chunk) });
    const bytes = runs.reduce((sum, run) => sum + run.data.length, 0);
    await assembly.remuxer.add(runs, bytes);
    if (limit === end) break;
  }
  await assembly.remuxer.endTake();
}

class FinishedFile {
  readonly #read: (start: number, end: number) => Promise<Buffer>;
  readonly #chunks: readonly MovieChunk[];
  #next = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(chunks: readonly MovieChunk[], read: (start: number, end: number) => Promise<Buffer>) {
    this.#chunks = chunks;
    this.#read = read;
  }

  get more(): boolean {
    return this.#next < this.#chunks.length;
  }

  /** The next chunks, in the order of the file, that begin before `seconds`. */
  takeUntil(seconds: number): { file: FinishedFile; chunk: MovieChunk }[] {
    const taken: { file: FinishedFile; chunk: MovieChunk }[] = [];
    for (let chunk = this.#chunks[this.#next]; chunk; chunk = this.#chunks[++this.#next]) {
      if (chunk.decodeTime / chunk.track.timescale >= seconds - ROUNDED_SECONDS) break;
      taken.push({ file: this, chunk });
    }
    return taken;
  }

  async read(chunk: MovieChunk): Promise<Buffer> {
    const length = chunk.sizes.reduce((sum, each) => sum + each, 0);
    const inside =
      chunk.offset >= this.#windowStart && chunk.offset + length <= this.#windowStart + this.#window.length;
    if (!inside) {
      this.#windowStart = chunk.offset;
      this.#window = await this.#read(chunk.offset, chunk.offset + Math.max(length, WINDOW_BYTES) - 1);
      if (this.#window.length < length) throw new Mp4Error('BadFragment', `a chunk at ${chunk.offset} is cut off`);
    }
    const from = chunk.offset - this.#windowStart;
    return this.#window.subarray(from, from + length);
  }
}

async function openMovie(
  { store, persistence }: { store: ObjectStore; persistence: Persistence },
  key: string,
): Promise<FinishedFile> {
  const read = (start: number, end: number) =>
    persistence.until(`read ${key}`, (signal) => store.get(key, { range: { start, end }, signal }));
  try {
    const head = await read(0, 64 * 1024 - 1);
    const box = leadingBox(head);
    // Our files begin with ftyp and moov; anything else is not ours to add to.
    if (box?.type !== 'moov') throw new Mp4Error('BadInit', `${key}: expected moov at its beginning, got ${box?.type}`);
    const moov = box.end <= head.length ? head.subarray(box.start, box.end) : await read(box.start, box.end - 1);
    return new FinishedFile(readMovie(moov), read);
  } catch (error) {
    if (!isStoreError(error, 'NotFound')) throw error;
    return new FinishedFile([], read);
  }
}
