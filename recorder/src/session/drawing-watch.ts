import type { Clock } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { isDrawn } from '../browser/index.ts';
import type { Takes } from './takes.ts';

/** The recorded picture stands still for so long before the page is asked, in milliseconds. */
const STILL_MS = 2500;
/** While it stands still and is drawn it is asked so often, in milliseconds. */
const PAUSE_MS = 3000;
/** So many answers in a row are a fault: one may be a machine that is out of time. */
const NOT_DRAWN = 2;
const LOOK_MS = 500;

export interface DrawingWatchOptions {
  readonly takes: Pick<Takes, 'stillMs'>;
  /** The page that is open now. */
  readonly page: () => Page | undefined;
  /** It is not drawn any more: a new browser is needed. */
  readonly onLost: (what: string) => void;
  /** Default: {@link isDrawn}. */
  readonly ask?: (page: Page, clock: Clock) => Promise<boolean>;
  readonly clock: Clock;
}

/**
 * Notices that a page lives and is not drawn any more, as when Chromium's GPU process hangs. A picture that stands still is no
 * fault, and only then is the page asked; where sound alone is recorded nobody misses the picture, and it is never asked.
 */
export class DrawingWatch {
  readonly #options: DrawingWatchOptions;
  readonly #stopping = new AbortController();
  #askedAt = Number.NEGATIVE_INFINITY;
  #notDrawn = 0;

  constructor(options: DrawingWatchOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#run();
  }

  /** An answer that is still to come is waited for by nobody, and tells nothing any more. May be called again. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Looks once; to be called about twice a second. */
  async look(): Promise<void> {
    const { takes, page, onLost, clock } = this.#options;
    const [open, now] = [page(), clock.monotonic()];
    if (open === undefined || (takes.stillMs() ?? 0) < STILL_MS) {
      this.#notDrawn = 0;
      return;
    }
    if (this.#notDrawn === 0 && now - this.#askedAt < PAUSE_MS) return;
    this.#askedAt = now;
    const isNotDrawn = await this.#isNotDrawn(open);
    if (page() !== open || this.#stopping.signal.aborted) return;
    this.#notDrawn = isNotDrawn ? this.#notDrawn + 1 : 0;
    if (this.#notDrawn < NOT_DRAWN) return;
    this.#notDrawn = 0;
    onLost('the page lives, and is not drawn any more');
  }

  /** Whether a page that does not answer hangs, is gone or only moves is noticed by those who look at it anyway. */
  async #isNotDrawn(page: Page): Promise<boolean> {
    const { ask = isDrawn, clock } = this.#options;
    return ask(page, clock).then(
      (drawn) => !drawn,
      () => false,
    );
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look();
      await this.#options.clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }
}
