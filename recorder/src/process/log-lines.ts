import type { Clock, Logger } from '@meetingbot/crds-schema';

/** Longest line that is kept, in characters; the rest of it is cut off. */
const MAX_LINE_LENGTH = 500;
/** Lines logged in any window of `WINDOW_MS`; a program that shouts must not fill the log or slow us down. */
const MAX_LINES_PER_WINDOW = 60;
const WINDOW_MS = 60_000;
/** Last lines kept for the message of an error. */
const TAIL_LINES = 12;

/** Turns a child's output into log lines, bounded in length and number. */
export class LogLines {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #tail: string[] = [];
  #rest = '';
  #windowStart: number;
  #inWindow = 0;
  #suppressed = 0;

  constructor(logger: Logger, clock: Clock, onLine?: (line: string) => void) {
    this.#logger = logger;
    this.#clock = clock;
    this.#onLine = onLine;
    this.#windowStart = clock.monotonic();
  }

  /** Takes the next piece of output; lines may be cut anywhere between two pieces. */
  push(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH);
    for (const line of lines) this.#take(line);
  }

  /** Takes what is left when the output has ended. */
  end(): void {
    this.#take(this.#rest);
    this.#rest = '';
    this.#reportSuppressed();
  }

  /** The last lines, oldest first, suppressed ones included. */
  tail(): string {
    return this.#tail.join('\n');
  }

  #take(whole: string): void {
    const line = whole.trim().slice(0, MAX_LINE_LENGTH);
    if (line === '') return;
    this.#onLine?.(line);
    this.#tail.push(line);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    const now = this.#clock.monotonic();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#reportSuppressed();
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    if (this.#inWindow > MAX_LINES_PER_WINDOW) this.#suppressed += 1;
    else this.#logger.debug({ line });
  }

  #reportSuppressed(): void {
    if (this.#suppressed > 0) this.#logger.debug({ lines: this.#suppressed }, 'lines left out');
    this.#suppressed = 0;
  }
}
