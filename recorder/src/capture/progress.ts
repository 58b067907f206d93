import type { Clock } from '@meetingbot/crds-schema';

/** How the encoder is doing: counts as ffmpeg's `-progress` last told them, rates as of the moment of asking. */
export interface EncoderProgress {
  /** Pictures encoded since the start. */
  readonly frame: number;
  /** Pictures encoded a second, over the last ten seconds or what there is of them; 0 before the second report. */
  readonly fps: number;
  /** Pictures that ffmpeg put in twice because none came in time, since the start. */
  readonly dupFrames: number;
  /** Pictures that ffmpeg left out because they came too close, since the start. */
  readonly dropFrames: number;
  /** Seconds of media encoded a second, over the same time as `fps`; below 1 the encoder falls behind. */
  readonly speed: number;
  /** Media time that was written, in seconds. */
  readonly outTimeSeconds: number;
}

type Counts = Omit<EncoderProgress, 'fps' | 'speed'>;

interface Report {
  /** Monotonic clock at its arrival, milliseconds. */
  readonly at: number;
  readonly counts: Counts;
}

/** Rates are those of this time, in milliseconds. */
const WINDOW_MS = 10_000;
/** Reports come once a second. Where none came for this long, the time without one counts, in milliseconds. */
const LATE_MS = 2000;
const NO_COUNTS: Counts = { frame: 0, dupFrames: 0, dropFrames: 0, outTimeSeconds: 0 };

/**
 * Reads `-progress` output: blocks of `key=value` lines, each closed by a line `progress=continue|end`. ffmpeg's own `fps`
 * and `speed` are averages since the start, in which trouble after some hours is not seen; they are not used.
 */
export class ProgressMeter {
  readonly #clock: Clock;
  /** Those of the window, and the last one before it. */
  readonly #reports: Report[] = [];
  #rest = '';
  #block = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [key = '', value = ''] = line.split('=');
      this.#block.set(key.trim(), value.trim());
      if (key === 'progress') {
        this.#add(toCounts(this.#block));
        this.#block = new Map();
      }
    }
  }

  progress(): EncoderProgress {
    const last = this.#reports.at(-1);
    if (last === undefined) return { ...NO_COUNTS, fps: 0, speed: 0 };
    const end = Math.max(last.at, this.#clock.monotonic() - LATE_MS);
    const first = this.#reports.findLast(({ at }) => at <= end - WINDOW_MS) ?? this.#reports[0] ?? last;
    const seconds = (end - first.at) / 1000;
    const rate = (of: (counts: Counts) => number) =>
      seconds > 0 ? Math.max(0, of(last.counts) - of(first.counts)) / seconds : 0;
    return { ...last.counts, fps: rate(({ frame }) => frame), speed: rate(({ outTimeSeconds }) => outTimeSeconds) };
  }

  #add(counts: Counts): void {
    const at = this.#clock.monotonic();
    this.#reports.push({ at, counts });
    const firstUsed = this.#reports.findLastIndex((report) => report.at <= at - WINDOW_MS);
    if (firstUsed > 0) this.#reports.splice(0, firstUsed);
  }
}

/** Values that ffmpeg does not know yet ("N/A") or does not write (no picture) are zero. */
function toCounts(block: ReadonlyMap<string, string>): Counts {
  const value = (key: string) => Number.parseFloat(block.get(key) ?? '') || 0;
  return {
    frame: value('frame'),
    dupFrames: value('dup_frames'),
    dropFrames: value('drop_frames'),
    outTimeSeconds: value('out_time_us') / 1e6,
  };
}
