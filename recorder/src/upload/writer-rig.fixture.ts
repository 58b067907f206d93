import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Clock, type RecordingManifest, silentLogger } from '@meetingbot/crds-schema';
import { boxesIn } from '../mp4/boxes.ts';
import { asMade, type MadeTake, madeTake } from '../mp4/made-media.fixture.ts';
import { readMovie } from '../mp4/movie-reader.ts';
import { MemoryObjectStore } from './memory-object-store.ts';
import type { OpenRecordingOptions, RecordingWriter } from './recording.ts';
import { openRecording } from './recording-writer.ts';

export const meeting = { namespace: 'sales', name: 'weekly', uid: 'u-1' };
export const prefix = `meetings/${meeting.namespace}/${meeting.uid}/`;

/** A clock that stands still, and on which every sleep is over at once. */
export class QuickClock implements Clock {
  time = Date.parse('2026-02-06T15:00:00Z');

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  async sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    await setImmediate();
    signal?.throwIfAborted();
  }
}

/** A bucket, a clock and a work directory for recorders of one Meeting. */
export class WriterRig {
  readonly store = new MemoryObjectStore();
  readonly clock = new QuickClock();
  readonly workDir = mkdtempSync(join(tmpdir(), 'meetingbot-writer-'));
  readonly #open: RecordingWriter[] = [];

  async open(attempt: number, options: Partial<OpenRecordingOptions> = {}): Promise<RecordingWriter> {
    const writer = await openRecording({ ...this.options(attempt), ...options });
    this.#open.push(writer);
    return writer;
  }

  options(attempt: number): OpenRecordingOptions {
    const { store, clock, workDir } = this;
    return {
      store,
      clock,
      workDir,
      bucket: 'recordings',
      meeting,
      attempt,
      kind: 'video',
      log: silentLogger,
      random: () => 0,
    };
  }

  /** Records a whole take that began `startedAt` seconds after the clock's start. */
  record(writer: RecordingWriter, take: MadeTake, startedAt = 0): void {
    const sink = writer.startTake({ startedAt: this.clock.time + startedAt * 1000 });
    const { init, fragments } = madeTake(take);
    sink.write(Buffer.concat([init, ...fragments]));
    sink.end();
  }

  /** Records what an encoder wrote for a whole take, which began `startedAt` seconds after the clock's start. */
  recordEncoded(writer: RecordingWriter, take: Buffer, startedAt = 0): void {
    const sink = writer.startTake({ startedAt: this.clock.time + startedAt * 1000 });
    for (let at = 0; at < take.length; at += 65_536) sink.write(take.subarray(at, at + 65_536));
    sink.end();
  }

  /** A finished file; empty where there is none. */
  file(name: 'recording.mp4' | 'audio.m4a'): Buffer {
    return this.store.objects.get(prefix + name)?.body ?? Buffer.alloc(0);
  }

  /** Waits until `condition` holds; work goes on in between. */
  async until(condition: () => boolean): Promise<void> {
    for (const deadline = performance.now() + 30_000; performance.now() < deadline; await setImmediate()) {
      if (condition()) return;
    }
    throw new Error(`never came true: ${condition}`);
  }

  /** What a recorder that is killed leaves behind: all its calls fail from now on, and it is heard of no more. */
  kill(writer: RecordingWriter): void {
    this.#open.splice(this.#open.indexOf(writer), 1);
  }

  keys(): string[] {
    return [...this.store.objects.keys()].map((key) => key.slice(prefix.length)).sort();
  }

  manifest(): RecordingManifest | undefined {
    const found = this.store.objects.get(`${prefix}manifest.json`);
    return found && JSON.parse(found.body.toString());
  }

  /** Somebody else's words in place of the manifest. */
  putManifest(value: unknown): void {
    const key = `${prefix}manifest.json`;
    const found = this.store.objects.get(key);
    if (found === undefined) throw new Error('there is no manifest');
    this.store.objects.set(key, { ...found, body: Buffer.from(JSON.stringify(value)) });
  }

  /** Names of the takes in the order of the file, by the marks in the pictures: `aaab`, one letter for each 25. */
  pictures(): string {
    return this.#marks('recording.mp4', 'video', 25);
  }

  /** The same for the mono sound, one letter for each 47 frames. */
  sound(): string {
    return this.#marks('audio.m4a', 'mono', 47);
  }

  async close(): Promise<void> {
    for (const writer of this.#open) await writer.close();
    rmSync(this.workDir, { recursive: true, force: true });
  }

  #marks(name: 'recording.mp4' | 'audio.m4a', kind: string, every: number): string {
    const file = this.file(name);
    const moov = [...boxesIn(file)].find((box) => box.type === 'moov');
    if (!moov) return '';
    const marks: string[] = [];
    for (const chunk of readMovie(file.subarray(moov.start, moov.end))) {
      let { offset } = chunk;
      for (const size of chunk.sizes) {
        const made = asMade(file.subarray(offset, offset + size), chunk.track);
        if (chunk.track.kind === kind) marks.push(made.toString('latin1', 1, 2));
        offset += size;
      }
    }
    return marks.filter((_, index) => index % every === 0).join('');
  }
}
