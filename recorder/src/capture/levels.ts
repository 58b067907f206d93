import type { Clock } from '@meetingbot/crds-schema';

/** How loud the recording is, measured on the mono track once a second. */
export interface SoundLevels {
  /** Root mean square of the last second in dB of full scale, at least -120; undefined before the first second. */
  readonly rmsDb: number | undefined;
  /** Seconds since a second that was not silent, or since the start; grows also when no sound arrives at all. */
  readonly secondsSinceSound: number;
}

/** Below this a second counts as silent: a quiet room in a call lies above it, digital silence and dither below. */
export const SILENCE_DB = -60;
const LOWEST_DB = -120;

/** Reads the levels that ffmpeg's `astats` prints through `ametadata`, one line a second. */
export class LevelMeter {
  readonly #clock: Clock;
  #rmsDb: number | undefined;
  #lastSoundAt: number;
  #rest = '';

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastSoundAt = clock.monotonic();
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const level = /RMS_level=(\S+)/.exec(line)?.[1];
      if (level === undefined) continue;
      // Digital silence is printed as "-inf".
      this.#rmsDb = Math.max(LOWEST_DB, Number.parseFloat(level) || LOWEST_DB);
      if (this.#rmsDb > SILENCE_DB) this.#lastSoundAt = this.#clock.monotonic();
    }
  }

  levels(): SoundLevels {
    return { rmsDb: this.#rmsDb, secondsSinceSound: (this.#clock.monotonic() - this.#lastSoundAt) / 1000 };
  }
}
