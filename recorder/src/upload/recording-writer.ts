import { type GapCause, holdsSegment, type RecordingManifest } from '@meetingbot/crds-schema';
import { Assembler, type Source } from './assembler.ts';
import { Assembly } from './assembly.ts';
import { DurableQueue } from './durable-queue.ts';
import { type FinishedRecording, finishRecording } from './finish-recording.ts';
import { feedFinished } from './finished-source.ts';
import { writeKeptManifest } from './kept-media.ts';
import { DEFAULT_LOCAL_LIMITS, LocalMedia } from './local-media.ts';
import type { RecordingSummary } from './manifest-of.ts';
import { isStoreError, type StoredObject } from './object-store.ts';
import { OwnTake, takeSinkOf } from './own-take.ts';
import { Persistence } from './persistence.ts';
import {
  abortOrphans,
  type FoundTake,
  findTakes,
  loadTake,
  putTakeBeginning,
  readManifest,
  supersededKeys,
  takenFromFile,
} from './predecessors.ts';
import type { OpenRecordingOptions, RecordingWriter, UploadLag } from './recording.ts';
import type { TakeSink } from './take-sink.ts';
import { tryFor } from './try-for.ts';
import { UploadError } from './upload-error.ts';

/** How long opening waits for S3's first answer. */
const OPEN_MS = 5_000;
const CLOSE_MS = 20_000;
/** How often the files are made anew where another recorder of the Meeting has changed what there is in S3. */
const TIMES_ANEW = 3;
const TICK_MS = 1_000;
/** How often it is told how far the files are, in milliseconds, while more pieces wait than ever do in a healthy recording. */
const TELL_MS = 10_000;
const MANY_WAITING = 8;

/**
 * Opens the recording of a Meeting for this attempt. What earlier attempts left in S3 becomes its beginning, in the
 * background. S3 may be away: the recording then begins on this machine.
 * @throws ObjectStoreError `Refused` or `Invalid` when S3 answers that it will not take anything
 */
export async function openRecording(options: OpenRecordingOptions): Promise<RecordingWriter> {
  const recording = new Recording(options);
  await recording.open();
  return recording;
}

class Recording implements RecordingWriter {
  readonly #options: OpenRecordingOptions;
  /** How often its files have been made before, see UploadError `Outdated`. */
  readonly #timesAnew: number;
  readonly #stop = new AbortController();
  readonly #stopTicking = new AbortController();
  readonly #persistence: Persistence;
  readonly #local: LocalMedia;
  readonly #durable: DurableQueue;
  readonly #assembler: Assembler;
  /** Keys of everything under `attempts/` that we know of. */
  readonly #written: string[] = [];
  #inherited: RecordingManifest | undefined;
  /** What of it comes from its file. */
  #base: RecordingManifest | undefined;
  #takesBefore = 0;
  #takes = 0;
  #open: OwnTake | undefined;
  #durableSeconds = 0;
  #work: Promise<void> = Promise.resolve();
  /** What makes the files where ours were outdated. */
  #anew: Recording | undefined;
  /** See `hurry`. */
  #callMs: number | undefined;
  #finished: FinishedRecording | undefined;
  /** Uploads of earlier recorders may still be open. */
  #hasOrphans = false;
  #keepLocal = false;
  #closed: Promise<void> | undefined;

  constructor(options: OpenRecordingOptions, timesAnew = 0) {
    this.#options = options;
    this.#timesAnew = timesAnew;
    const { store, clock, log, kind, meeting } = options;
    const signal = this.#stop.signal;
    this.#persistence = new Persistence({ clock, log, signal, random: options.random ?? Math.random });
    const limits = options.limits ?? DEFAULT_LOCAL_LIMITS;
    this.#local = new LocalMedia({ directory: `${options.workDir}/media`, limits, log });
    this.#durable = new DurableQueue({ store, persistence: this.#persistence });
    const begin = () => new Assembly({ store, persistence: this.#persistence, meeting, kind });
    this.#assembler = new Assembler({ store, persistence: this.#persistence, log, begin });
  }

  async open(): Promise<void> {
    const signal = this.#stop.signal;
    const limit = AbortSignal.timeout(OPEN_MS);
    try {
      await readManifest(this.#options.store, this.#options.meeting, limit);
    } catch (error) {
      if (!limit.aborted && !isStoreError(error, 'Unavailable') && !(error instanceof UploadError)) throw error;
      this.#options.log.warn(
        { err: error },
        'S3 is away, or what is in it unreadable: the recording begins all the same',
      );
    }
    this.#work = Promise.all([this.#run(signal), this.#tick(signal)]).then(() => {});
    this.#work.catch((error: unknown) => {
      if (!signal.aborted) this.#options.log.error({ err: error }, 'the recording is no longer uploaded');
    });
  }

  startTake({ startedAt, cause }: { startedAt: number; cause?: GapCause }): TakeSink {
    this.#open?.sink.end();
    const { meeting, attempt, clock, log } = this.#options;
    const context = {
      ...{ meeting, attempt, clock, log, local: this.#local, durable: this.#durable, assembler: this.#assembler },
      nextTake: () => ++this.#takes,
      takesBefore: () => this.#takesBefore,
      written: (key: string, seconds: number) => {
        this.#written.push(key);
        this.#durableSeconds += seconds;
      },
    };
    // The first take of a process goes on where another process was lost.
    const why = cause ?? (this.#open ? 'EncoderRestarted' : 'RecorderLost');
    this.#open = new OwnTake(context, { startedAt, cause: why });
    return takeSinkOf(this.#open);
  }

  lag(): UploadLag {
    const { memory, disk } = this.#local.heldBytes;
    const oldest = this.#durable.oldestArrival ?? this.#open?.sink.waitingSince;
    const age = oldest === undefined ? 0 : this.#options.clock.monotonic() - oldest;
    const fault = this.#persistence.fault?.code;
    return {
      uploadLagSeconds: age / 1000,
      memoryBytes: memory,
      diskBytes: disk,
      losing: this.#open?.losing ?? false,
      ...(fault ? { fault } : {}),
    };
  }

  durableSeconds(): number {
    return this.#durableSeconds;
  }

  hurry(ms: number): void {
    this.#callMs = ms;
    this.#persistence.hurry(ms);
    this.#anew?.hurry(ms);
  }

  async finish(summary: RecordingSummary, signal?: AbortSignal): Promise<RecordingManifest> {
    const onAbort = () => this.#stop.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#open?.sink.end();
      this.#durable.close();
      await this.#work;
      return await this.#replace(summary).catch((error: unknown) => {
        if (!(error instanceof UploadError) || error.code !== 'Outdated') throw error;
        return this.#finishAnew(summary, signal, error);
      });
    } catch (error) {
      if (error instanceof UploadError) throw error;
      const fault = this.#persistence.fault;
      const message = `S3 did not take the recording: ${fault?.message ?? String(error)}`;
      const directory = this.#keepOnDisk(message);
      this.#options.log.error({ err: error, fault, ...directory }, 'the recording is not whole in S3');
      throw new UploadError('UploadFailed', message, { cause: fault ?? error, ...directory });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #replace(summary: RecordingSummary): Promise<RecordingManifest> {
    const { store, bucket, meeting, attempt, kind, clock, log } = this.#options;
    this.#finished = await finishRecording({
      ...{ store, bucket, meeting, attempt, kind, clock, log, summary },
      persistence: this.#persistence,
      assembler: this.#assembler,
      ...{ inherited: this.#inherited, base: this.#base, feedLate: () => this.#feedLate() },
      losing: this.#open?.losing ?? false,
    });
    return this.#finished.manifest;
  }

  /** Makes the files of what is in S3 now: all of ours is there, but another recorder's may have been added. */
  async #finishAnew(
    summary: RecordingSummary,
    signal: AbortSignal | undefined,
    outdated: UploadError,
  ): Promise<RecordingManifest> {
    if (this.#timesAnew === TIMES_ANEW) throw outdated;
    this.#options.log.warn({ err: outdated }, 'the files are made anew');
    this.#anew = new Recording(this.#options, this.#timesAnew + 1);
    if (this.#callMs !== undefined) this.#anew.hurry(this.#callMs);
    await this.#anew.open();
    return this.#anew.finish(summary, signal);
  }

  /** Leaves what S3 did not take in files, and a list of them. @returns where; nothing: S3 has all of it */
  #keepOnDisk(message: string): { directory?: string } {
    this.#keepLocal = true;
    const { meeting, attempt, bucket, log } = this.#options;
    log.info({ saved: this.#local.saveAll() }, 'what waits for S3 goes to disk');
    if (this.#local.heldBytes.disk === 0) return {};
    const { directory } = this.#local;
    const { namespace, name, uid } = meeting;
    try {
      const facts = { namespace, name, uid, attempt, bucket, message };
      const lost = writeKeptManifest(directory, facts, this.#durable.pending);
      if (lost > 0) log.error({ lost, directory }, 'the disk had no room for all that S3 did not take');
    } catch (error) {
      log.warn({ err: error, directory }, 'what S3 did not take is on disk, without a list');
    }
    return { directory };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#open?.sink.end();
    this.#stop.abort(new Error('the recording was closed'));
    await this.#work.catch(() => {});
    const { store, meeting } = this.#options;
    await Promise.all([
      this.#anew?.close(),
      this.#tidy('abort uploads', (signal) => this.#assembler.assembly.abort(signal)),
      this.#tidy('delete segments', (signal) => this.#deleteSuperseded(signal)),
    ]);
    // Whoever has written the manifest is the last one: no upload that is open now is anybody's.
    if (this.#hasOrphans && this.#finished?.manifest.writtenBy === this.#options.attempt)
      await this.#tidy('abort orphaned uploads', (signal) => abortOrphans(store, meeting, signal));
    if (!this.#keepLocal) this.#local.clear();
  }

  /** What the manifest's files hold is not needed any more. One try. */
  async #deleteSuperseded(signal: AbortSignal): Promise<void> {
    if (this.#finished === undefined) return;
    const { store, meeting, attempt, log } = this.#options;
    const { manifest, claim, written } = this.#finished;
    if (claim && !(await claim.holds(written, signal))) {
      log.warn({}, 'another recorder makes the files of this recording, too: our segments stay');
      await claim.withdraw(signal);
      return;
    }
    // What an earlier recorder has put since, if it lives.
    const others = (await this.#findEarlier(signal)).flatMap((take) => take.keys);
    const superseded = supersededKeys(meeting, { keys: this.#written, others, attempt }, manifest);
    await store.delete(superseded, { signal });
    await claim?.release(signal);
    if (manifest.writtenBy > attempt) await this.#leaveBegun(manifest, signal);
  }

  /**
   * What of ours a later attempt's recording does not hold is left for people to assemble; that attempt may have removed what
   * its takes begin with, when it had seen no more of them than it holds.
   */
  async #leaveBegun(manifest: RecordingManifest, signal: AbortSignal): Promise<void> {
    const { store, meeting, attempt, log } = this.#options;
    for (const { take, loaded } of await this.#assembler.takesOf(attempt)) {
      const { next } = this.#assembler.segmentsOf(attempt, take) ?? { next: 0 };
      if (next === 0 || holdsSegment(manifest, { attempt, take, sequence: next - 1 })) continue;
      log.error({ take, writtenBy: manifest.writtenBy }, 'media of this attempt is in segments, and in no recording');
      await putTakeBeginning({ store, meeting, attempt, take, loaded, signal });
    }
  }

  async #tidy(what: string, act: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await tryFor({ what, ms: CLOSE_MS, clock, logger: log }, act);
    } catch (error) {
      log.warn({ what, err: error }, 'segments or uploads are left behind in S3');
    }
  }

  /** Looks what earlier recorders left, then works until the last take is durable and assembled. */
  async #run(signal: AbortSignal): Promise<void> {
    await this.#inherit();
    const assembling = this.#assembler.run(signal);
    // Files that cannot be assembled are no reason to stop making media durable: it is looked at when all is put.
    assembling.catch((error: unknown) => {
      if (!signal.aborted) this.#options.log.error({ err: error }, 'the files cannot be assembled');
    });
    await this.#durable.run(signal);
    this.#assembler.close();
    await assembling;
    this.#stopTicking.abort();
  }

  async #inherit(): Promise<void> {
    const { store, meeting, attempt, log } = this.#options;
    // Media is made durable all the same; the end finds out that nothing may be replaced.
    const unreadable = (error: unknown): undefined => {
      if (!(error instanceof UploadError)) throw error;
      log.error({ err: error }, 'the manifest cannot be read');
    };
    const [manifest, takes, orphans] = await Promise.all([
      this.#persistence.until('read the manifest', (signal) => readManifest(store, meeting, signal)).catch(unreadable),
      this.#persistence.until('look for earlier takes', (signal) => findTakes(store, meeting, { signal })),
      // Orphans cost money, not media: recording does not wait until they can be removed.
      abortOrphans(store, meeting, this.#stop.signal).catch((error: unknown) => {
        log.warn({ err: error }, 'orphaned uploads are left until the end');
        this.#hasOrphans = true;
        return 0;
      }),
    ]);
    this.#inherited = manifest;
    this.#base = manifest && takenFromFile(manifest, (await this.#lookAtFile(manifest))?.etag, takes);
    this.#takesBefore = Math.max(0, ...takes.filter((each) => each.attempt === attempt).map((each) => each.take));
    if (manifest || takes.length > 0 || orphans > 0) {
      log.info(
        { manifest: manifest?.writtenBy, takes: takes.length, orphans },
        'going on with what earlier recorders left',
      );
    }
    if (this.#base?.recording) {
      const finished = { store, persistence: this.#persistence, meeting, manifest: this.#base };
      this.#assembler.push({ kind: 'finished', feed: (assembly) => feedFinished(assembly, finished) });
    }
    for (const source of this.#unknownSources(takes)) this.#assembler.push(source);
  }

  async #lookAtFile({ recording }: RecordingManifest): Promise<StoredObject | undefined> {
    if (recording === undefined) return undefined;
    const { store } = this.#options;
    return this.#persistence.until('look for the file', (signal) => store.head(recording.key, { signal }));
  }

  /** An earlier recorder that was thought lost may have put media while we recorded. */
  async #feedLate(): Promise<void> {
    const takes = await this.#persistence.until('look for late media', (signal) => this.#findEarlier(signal));
    for (const source of this.#unknownSources(takes)) await this.#assembler.add(source);
  }

  /** What there is in S3 of attempts before this one. */
  async #findEarlier(signal: AbortSignal): Promise<FoundTake[]> {
    const { store, meeting, attempt: own } = this.#options;
    const before = Array.from({ length: own - 1 }, (_, index) => index + 1);
    return (await Promise.all(before.map((attempt) => findTakes(store, meeting, { signal, attempt })))).flat();
  }

  /** The media of `takes` that is neither in what we begin with nor known by now; it is known then. */
  #unknownSources(takes: readonly FoundTake[]): Source[] {
    const { store, meeting, clock } = this.#options;
    const [known, base] = [new Set(this.#written), this.#base];
    return takes.flatMap((found) => {
      const { attempt, take } = found;
      const isInFile = (sequence: number) => base !== undefined && holdsSegment(base, { attempt, take, sequence });
      const fresh = found.segments.filter(({ key, sequence }) => !known.has(key) && !isInFile(sequence));
      this.#written.push(...found.keys.filter((key) => !known.has(key)));
      if (fresh.length === 0) return [];
      const load = () => loadTake({ store, persistence: this.#persistence, meeting, found, clock });
      const begin: Source = { kind: 'take', attempt, take, load };
      return [begin, ...fresh.map((segment): Source => ({ kind: 'segment', ...segment }))];
    });
  }

  /** An encoder that stalls must not keep its last fragments from S3; and whoever waits for a salvage sees that it goes on. */
  async #tick(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const either = AbortSignal.any([signal, this.#stopTicking.signal]);
    let told = clock.monotonic();
    while (!either.aborted) {
      await clock.sleep(TICK_MS, either).catch(() => {});
      this.#open?.sink.flushIfDue();
      const { waiting, assembled } = this.#assembler.progress;
      if (waiting <= MANY_WAITING || clock.monotonic() - told < TELL_MS) continue;
      told = clock.monotonic();
      log.info({ assembled, waiting }, 'the files are being assembled');
    }
  }
}
