import type { Clock } from '@meetingbot/crds-schema';

/** What the recorded picture looks like, judged once a second on a copy of 64 by 36 grey pixels. */
export interface PictureState {
  /** The last picture was black all over; undefined before the first one. */
  readonly black: boolean | undefined;
  /** Seconds since the picture changed, or since the start; a shared slide may stand still for many minutes. */
  readonly secondsSinceChange: number;
}

/** Brightness (0 to 255) up to which a pixel is black. */
const BLACK = 20;

/**
 * Reads what ffmpeg's `signalstats` prints through `metadata`: `YMAX`, the brightest pixel, and `YDIF`, the mean difference
 * to the picture before.
 */
export class PictureWatch {
  readonly #clock: Clock;
  #rest = '';
  #black: boolean | undefined;
  #lastChangeAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastChangeAt = clock.monotonic();
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, key, value] = /signalstats\.(YMAX|YDIF)=(\S+)/.exec(line) ?? [];
      if (key === 'YMAX') this.#black = Number(value) <= BLACK;
      if (key === 'YDIF' && Number(value) > 0) this.#lastChangeAt = this.#clock.monotonic();
    }
  }

  state(): PictureState {
    return { black: this.#black, secondsSinceChange: (this.#clock.monotonic() - this.#lastChangeAt) / 1000 };
  }
}
