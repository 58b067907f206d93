import { join } from 'node:path';
import type { SignedInProfile } from '@meetingbot/crds-schema';
import { audioServiceOf, displaySize, isAudioService, launchBrowser, type MeetingBrowser } from '../browser/index.ts';
import { type Display, type Sound, startDisplay, startSound } from '../capture/index.ts';
import { makeQuarters, type ProcessDeps, type ProcessUser, type Quarters } from '../process/index.ts';
import type { CapturePlace } from './takes.ts';

export interface StageOptions {
  /** Readable by us only. */
  readonly workDir: string;
  /** Whom they run as, and where that user's directories are made. */
  readonly user: ProcessUser;
  readonly root: string;
  readonly width: number;
  readonly height: number;
  /** Pictures a second that are drawn; see {@link drawnRate}. */
  readonly refreshRate: number;
  readonly browser: {
    /** CHROMIUM_PATH */
    readonly program: string;
    readonly extraArgs: readonly string[];
    readonly proxyUrl: string;
    readonly privateUdp: boolean;
    /** Cookies and local storage of an identity. */
    readonly signedIn?: SignedInProfile | undefined;
  };
  /** Display, sound, browser or its page are gone. */
  readonly onLost: (what: string) => void;
  readonly deps: ProcessDeps;
}

/** What one browser plays on: display, sound and the browser itself. */
interface StageSet {
  readonly quarters: Quarters;
  readonly display: Display;
  readonly sound: Sound;
  readonly browser: MeetingBrowser;
  /** The process that played the browser's sound when it was last looked for. */
  audioService?: number | undefined;
}

/** What a session does with its {@link Stage}. */
export type StagePort = Pick<Stage, 'place' | 'hasLostAudioService' | 'condemn' | 'renew' | 'close'>;

/** Display, sound and browser of one recorder. They live and die together: a fault in one makes a new set of all three. */
export class Stage {
  readonly #options: StageOptions;
  #sets = 0;
  #set: StageSet | undefined;
  /** Given up already: whatever else dies of it is no news. */
  #condemned: StageSet | undefined;
  #closed = false;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Where the encoder finds picture and sound; undefined while there is no set. */
  get place(): CapturePlace | undefined {
    const set = this.#set;
    if (set === undefined) return undefined;
    const { display, sound } = set;
    return { display: display.name, source: sound.source, env: { ...display.env, ...sound.env } };
  }

  /** Whether the process that played the browser's sound has gone since this was asked last. */
  hasLostAudioService(): boolean {
    const set = this.#set;
    if (set === undefined) return false;
    const was = set.audioService;
    if (was !== undefined && isAudioService(was)) return false;
    set.audioService = audioServiceOf(set.browser.pid);
    return was !== undefined;
  }

  /** The present set is given up: nothing that happens to it is told any more. */
  condemn(): void {
    this.#condemned = this.#set;
  }

  /**
   * Makes a new set; the one before it ends first.
   * @throws BrowserError, ProcessError
   */
  renew(): Promise<MeetingBrowser> {
    const renewing = this.#changing.then(async () => {
      await this.#strike();
      if (this.#closed) throw new Error('the stage is closed');
      const set = await this.#build();
      this.#set = set;
      this.#watch(set);
      return set.browser;
    });
    this.#changing = renewing.catch(() => undefined);
    return renewing;
  }

  /** Ends all of it. May be called again. */
  close(): Promise<void> {
    this.#closed = true;
    const closing = this.#changing.then(() => this.#strike());
    this.#changing = closing;
    return closing;
  }

  async #build(): Promise<StageSet> {
    const { workDir, user, root, width, height, refreshRate, browser: settings, deps } = this.#options;
    this.#sets += 1;
    const quarters = await makeQuarters({ user, root, keys: join(workDir, `set-${this.#sets}`) }, deps);
    const size = { width, height };
    const [displaying, sounding] = await Promise.allSettled([
      startDisplay({ ...displaySize(size), refreshRate, quarters }, deps),
      startSound({ quarters }, deps),
    ]);
    const parts = [displaying, sounding].flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
    try {
      if (displaying.status === 'rejected') throw displaying.reason;
      if (sounding.status === 'rejected') throw sounding.reason;
      const [display, sound] = [displaying.value, sounding.value];
      const env = { ...display.quartersEnv, ...sound.quartersEnv };
      const browser = await launchBrowser({ ...settings, ...size, quarters, env }, deps);
      deps.logger.info({ version: browser.version, display: display.name }, 'browser started');
      return { quarters, display, sound, browser };
    } catch (error) {
      await Promise.all(parts.map((part) => part.stop()));
      await quarters.remove();
      throw error;
    }
  }

  #watch(set: StageSet): void {
    const lost = (what: string) => {
      if (this.#set === set && this.#condemned !== set) this.#options.onLost(what);
    };
    void set.display.exited.then(({ code, signal }) => lost(`Xvfb ended with ${signal ?? `code ${code}`}`));
    void set.sound.exited.then(({ code, signal }) => lost(`PulseAudio ended with ${signal ?? `code ${code}`}`));
    void set.browser.lost.then(lost);
  }

  async #strike(): Promise<void> {
    const set = this.#set;
    if (set === undefined) return;
    this.#set = undefined;
    await set.browser.stop();
    await Promise.all([set.display.stop(), set.sound.stop()]);
    await set.quarters.remove();
  }
}
