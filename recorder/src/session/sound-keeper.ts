import type { Clock, Logger, RecorderHealth } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { readPageSound, reopenPageSound } from './page-sound.ts';
import { SoundWatch } from './sound-watch.ts';
import type { StagePort } from './stage.ts';
import type { Takes } from './takes.ts';

const LOOK_MS = 1000;

export interface SoundKeeperOptions {
  readonly stage: Pick<StagePort, 'hasLostAudioService'>;
  readonly takes: Pick<Takes, 'sound'>;
  /** The page that is open now. */
  readonly page: () => Page | undefined;
  /** The sound path has to be made anew, and the page joined again. */
  readonly onLost: (what: string) => void;
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps the sound of a session: {@link SoundWatch} on the real page, processes and levels. */
export class SoundKeeper {
  readonly #clock: Clock;
  readonly #watch: SoundWatch;
  readonly #stopping = new AbortController();
  #hasRejoined = false;

  constructor({ stage, takes, page, onLost, onChange, clock, logger }: SoundKeeperOptions) {
    this.#clock = clock;
    const ask = async <T>(what: (page: Page) => Promise<T>): Promise<T | undefined> => {
      const open = page();
      if (open === undefined) return undefined;
      // Whether a page hangs or is gone is noticed by those who look at it anyway.
      const answer = await what(open).catch(() => undefined);
      return this.#stopping.signal.aborted ? undefined : answer;
    };
    this.#watch = new SoundWatch({
      ...{ clock, logger },
      port: {
        recorded: () => takes.sound(),
        hasLostService: () => stage.hasLostAudioService(),
        look: () => ask((open) => readPageSound(open, clock)),
        reopen: () => ask((open) => reopenPageSound(open, clock)),
        rejoin: (what) => {
          this.#hasRejoined = true;
          onLost(what);
        },
        onChange,
      },
    });
  }

  start(): void {
    void this.#run();
  }

  /** An answer that is still to come, which may take seconds, is waited for by nobody, and tells nothing. May be called again. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Whether the take that begins now comes after sound that was lost. Asked once for each take. */
  hasRejoined(): boolean {
    const has = this.#hasRejoined;
    this.#hasRejoined = false;
    return has;
  }

  health(): Pick<RecorderHealth, 'pageAudioRmsDb' | 'soundFaults'> {
    const { pageRmsDb, faults } = this.#watch;
    return { soundFaults: faults, ...(pageRmsDb === undefined ? {} : { pageAudioRmsDb: pageRmsDb }) };
  }

  losses(): ReturnType<SoundWatch['losses']> {
    return this.#watch.losses();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#watch.look();
      await this.#clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }
}
