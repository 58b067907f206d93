import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { GapCause, RecorderHealth } from '@meetingbot/crds-schema';
import { type Encoder, type EncoderOptions, SILENCE_DB, startEncoder } from '../capture/index.ts';
import type { ProcessDeps } from '../process/index.ts';
import type { RecordingWriter, TakeSink } from '../upload/index.ts';

/** An encoder that gets no further for so long is dead, in milliseconds; one that begins is given more. */
const STALL_MS = 7000;
const START_MS = 10_000;
const WATCH_MS = 1000;
/** So much of what may be the call is held in memory: half a minute of 1080p30, more of less. Then the encoder waits. */
const HELD_BYTES = 32 * 1024 * 1024;

export interface TakesOptions {
  readonly writer: () => Promise<RecordingWriter>;
  readonly size: Pick<EncoderOptions, 'kind' | 'width' | 'height' | 'frameRate'>;
  /** The encoder ended by itself. */
  readonly onLost: (what: string) => void;
  readonly deps: ProcessDeps;
}

/** How display and sound are reached. */
export interface CapturePlace {
  readonly display: string;
  readonly source: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Take {
  readonly encoder: Encoder;
  readonly sink: TakeSink;
  /** All of its output is in the sink. */
  readonly drained: Promise<void>;
  isEnding: boolean;
}

interface Running {
  readonly encoder: Encoder;
  /** All that it has written and will write. */
  readonly output: Readable;
}

/** Runs already while it is not certain that what it captures is the meeting. */
interface Prepared extends Running {
  hasEnded: boolean;
}

/** The takes of one recorder: at most one encoder runs at a time, its output goes to the writer. */
export class Takes {
  readonly #options: TakesOptions;
  #prepared: Prepared | undefined;
  #take: Take | undefined;
  #firstStartedAt: number | undefined;
  #framesLost = 0;
  #framesDuplicated = 0;

  constructor(options: TakesOptions) {
    this.#options = options;
  }

  /** Wall clock of the first frame of all, milliseconds; undefined: none yet. */
  get firstStartedAt(): number | undefined {
    return this.#firstStartedAt;
  }

  /** Starts an encoder whose output is held until {@link Takes.begin} takes it over. Where that fails `begin` starts one. */
  async prepare(place: CapturePlace): Promise<void> {
    const { deps } = this.#options;
    try {
      const { encoder, output: stream } = await this.#start(place);
      const output = new PassThrough({ highWaterMark: HELD_BYTES });
      pipeline(stream, output, () => undefined);
      const prepared: Prepared = { encoder, output, hasEnded: false };
      this.#prepared = prepared;
      void encoder.exited.then(() => {
        prepared.hasEnded = true;
      });
    } catch (error) {
      deps.logger.warn({ error: String(error) }, 'the encoder did not start before the call was proved');
    }
  }

  /** Ends what was prepared and keeps nothing of it. May be called again. */
  async discard(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    prepared?.output.destroy();
    await prepared?.encoder.stop({ graceMs: 0 });
  }

  /**
   * Begins a take, with what was prepared if that still runs; the one before it must have ended.
   * @param cause - of the gap before it; none for the first
   * @throws ProcessError when the encoder does not start
   */
  async begin(place: CapturePlace, cause: GapCause | undefined): Promise<void> {
    const recording = await this.#options.writer();
    const { encoder, output } = (await this.#claim()) ?? (await this.#start(place));
    const { startedAt } = encoder;
    const sink = recording.startTake({ startedAt, ...(cause === undefined ? {} : { cause }) });
    const take: Take = { encoder, sink, drained: this.#drain({ encoder, output }, sink), isEnding: false };
    this.#take = take;
    this.#firstStartedAt ??= startedAt;
    void encoder.exited.then(({ code, signal }) => {
      if (!take.isEnding) this.#lose(take, `ffmpeg ended with ${signal ?? `code ${code}`}`);
    });
    void this.#watch(take);
  }

  /** Ends the take, if there is one; resolves when all of it is with the writer. */
  async end(graceMs: number): Promise<void> {
    await this.discard();
    const take = this.#take;
    if (take === undefined) return;
    take.isEnding = true;
    await take.encoder.stop({ graceMs });
    await take.drained;
    this.#close(take);
  }

  /** Since when nothing was heard, in milliseconds; undefined while nothing is recorded. */
  silentMs(): number | undefined {
    const seconds = this.#take?.encoder.levels().secondsSinceSound;
    return seconds === undefined ? undefined : seconds * 1000;
  }

  /** How long the picture has not changed, in milliseconds; undefined while none is recorded. */
  stillMs(): number | undefined {
    if (this.#options.size.kind === 'audio') return undefined;
    const seconds = this.#take?.encoder.picture().secondsSinceChange;
    return seconds === undefined ? undefined : seconds * 1000;
  }

  /** How the recording sounds now; undefined while nothing is recorded, or not yet for a second. */
  sound(): { isSilent: boolean; silentMs: number } | undefined {
    const { rmsDb, secondsSinceSound = 0 } = this.#take?.encoder.levels() ?? {};
    return rmsDb === undefined ? undefined : { isSilent: rmsDb <= SILENCE_DB, silentMs: secondsSinceSound * 1000 };
  }

  /** Pictures lost and doubled, over all takes. */
  frames(): { lost: number; duplicated: number } {
    const { dropFrames = 0, dupFrames = 0 } = this.#take?.encoder.progress() ?? {};
    return { lost: this.#framesLost + dropFrames, duplicated: this.#framesDuplicated + dupFrames };
  }

  health(): RecorderHealth {
    const encoder = this.#take?.encoder;
    if (encoder === undefined) return {};
    const { fps, speed } = encoder.progress();
    const { rmsDb, secondsSinceSound } = encoder.levels();
    const { lost, duplicated } = this.frames();
    return {
      ...(this.#options.size.kind === 'video'
        ? { framesPerSecond: fps, frozenPictureSeconds: encoder.picture().secondsSinceChange }
        : {}),
      droppedFrames: lost,
      duplicatedFrames: duplicated,
      encoderSpeed: speed,
      ...(rmsDb === undefined ? {} : { audioRmsDb: rmsDb }),
      secondsSinceSound,
    };
  }

  /** What was prepared, if it still runs. */
  async #claim(): Promise<Running | undefined> {
    const prepared = this.#prepared;
    if (prepared === undefined || prepared.hasEnded) {
      await this.discard();
      return undefined;
    }
    this.#prepared = undefined;
    return prepared;
  }

  async #start(place: CapturePlace): Promise<Running> {
    const { deps, size } = this.#options;
    const encoder = await startEncoder({ ...size, ...place, readyMs: START_MS }, deps);
    return { encoder, output: encoder.stream };
  }

  #drain({ encoder, output }: Running, sink: TakeSink): Promise<void> {
    return new Promise((drained) => {
      output.on('data', (data: Buffer) => {
        try {
          sink.write(data);
        } catch (error) {
          this.#options.deps.logger.error({ error: String(error) }, "the encoder's output makes no sense");
          output.removeAllListeners('data').resume();
          void encoder.stop({ graceMs: 0 });
        }
      });
      output.once('error', () => drained());
      output.once('close', () => drained());
    });
  }

  async #watch(take: Take): Promise<void> {
    const { clock } = this.#options.deps;
    let reached = 0;
    let reachedAt = clock.monotonic();
    while (this.#take === take && !take.isEnding) {
      const { outTimeSeconds } = take.encoder.progress();
      if (outTimeSeconds > reached) {
        reached = outTimeSeconds;
        reachedAt = clock.monotonic();
      } else if (clock.monotonic() - reachedAt > STALL_MS) {
        this.#options.deps.logger.error({ seconds: reached }, 'the encoder gets no further');
        await take.encoder.stop({ graceMs: 0 });
        return;
      }
      await clock.sleep(WATCH_MS);
    }
  }

  #lose(take: Take, what: string): void {
    const last = take.encoder.progress();
    this.#options.deps.logger.error({ what, seconds: last.outTimeSeconds }, 'the encoder is lost');
    take.isEnding = true;
    void take.drained.then(() => {
      this.#close(take);
      this.#options.onLost(what);
    });
  }

  #close(take: Take): void {
    if (this.#take !== take) return;
    const { dropFrames, dupFrames } = take.encoder.progress();
    this.#framesLost += dropFrames;
    this.#framesDuplicated += dupFrames;
    this.#take = undefined;
    take.sink.end();
  }
}
