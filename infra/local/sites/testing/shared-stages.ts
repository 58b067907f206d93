import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PrivateHosts, silentLogger, systemClock } from '@meetingbot/crds-schema';
import {
  childEnvironment,
  hostMapping,
  type MeetingBrowser,
  Stage,
  type StageOptions,
  type StagePort,
  shellWords,
  startEgressProxy,
} from '@meetingbot/recorder';
import { makeOpenDirectory, openDirectory } from '../../../testing/open-directory.ts';

type Proxy = Awaited<ReturnType<typeof startEgressProxy>>;

/** A real stage that outlives the session it was made for. */
interface Kept {
  readonly dir: string;
  readonly stage: Stage;
  browser: MeetingBrowser;
  /** Something of it is gone or was given up: it is of no use to another session. */
  isBroken: boolean;
  onLost: (what: string) => void;
}

/**
 * Stages of guests, used by one session after the other: starting display, sound and browser costs more CPU than most
 * meetings. A session that makes its stage anew gets a new one, as it would alone; one that a session has broken is not
 * lent again. All have the size and rate of the first.
 */
export class SharedStages {
  readonly #root: string;
  readonly #proxy: Proxy;
  readonly #idle: Kept[] = [];
  #made = 0;

  private constructor(root: string, proxy: Proxy) {
    this.#root = root;
    this.#proxy = proxy;
  }

  /** @param chromeArgs - CHROME_EXTRA_ARGS of the sessions */
  static async start(chromeArgs: string): Promise<SharedStages> {
    const rules = new PrivateHosts('127.0.0.0/8');
    const mapping = hostMapping(shellWords(chromeArgs));
    const proxy = await startEgressProxy({ rules, mapping, logger: silentLogger });
    return new SharedStages(makeOpenDirectory('mb-stages-'), proxy);
  }

  /** For one session, until it closes it. */
  lend(options: StageOptions): BorrowedStage {
    return new BorrowedStage({
      take: () => this.#take(options),
      giveBack: (kept) => this.#giveBack(kept),
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.map(({ stage }) => stage.close()));
    await this.#proxy.close();
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #take(options: StageOptions): Promise<Kept> {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      if (!kept.isBroken) return Object.assign(kept, { onLost: options.onLost });
      await kept.stage.close();
    }
    return this.#make(options);
  }

  async #make(options: StageOptions): Promise<Kept> {
    this.#made += 1;
    const dir = join(this.#root, `stage-${this.#made}`);
    openDirectory(dir);
    const stage = new Stage({
      ...options,
      ...{ workDir: dir, root: dir },
      browser: { ...options.browser, proxyUrl: this.#proxy.url, privateUdp: true },
      onLost: (what) => {
        kept.isBroken = true;
        kept.onLost(what);
      },
      deps: { clock: systemClock, logger: silentLogger, env: childEnvironment(process.env, dir) },
    });
    const kept = { dir, stage, isBroken: false, onLost: options.onLost } as Kept;
    kept.browser = await stage.renew();
    return kept;
  }

  async #giveBack(kept: Kept): Promise<void> {
    kept.onLost = () => undefined;
    if (!kept.isBroken && (await isWiped(kept.browser).catch(() => false))) this.#idle.push(kept);
    else await kept.stage.close();
  }
}

/** What {@link SharedStages} lends. */
export class BorrowedStage implements StagePort {
  readonly #lender: { take(): Promise<Kept>; giveBack(kept: Kept): Promise<void> };
  #kept: Kept | undefined;
  #isClosed = false;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(lender: { take(): Promise<Kept>; giveBack(kept: Kept): Promise<void> }) {
    this.#lender = lender;
  }

  /** Of its processes; undefined while it has none. */
  get dir(): string | undefined {
    return this.#kept?.dir;
  }

  get place(): StagePort['place'] {
    return this.#kept?.stage.place;
  }

  hasLostAudioService(): boolean {
    return this.#kept?.stage.hasLostAudioService() ?? false;
  }

  condemn(): void {
    if (this.#kept === undefined) return;
    this.#kept.isBroken = true;
    this.#kept.stage.condemn();
  }

  renew(): Promise<MeetingBrowser> {
    const renewing = this.#changing.then(async () => {
      if (this.#isClosed) throw new Error('the stage is closed');
      const kept = this.#kept;
      if (kept === undefined) {
        this.#kept = await this.#lender.take();
        return this.#kept.browser;
      }
      kept.browser = await kept.stage.renew();
      kept.isBroken = false;
      return kept.browser;
    });
    this.#changing = renewing.catch(() => undefined);
    return renewing;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    const closing = this.#changing.then(async () => {
      const kept = this.#kept;
      this.#kept = undefined;
      if (kept !== undefined) await this.#lender.giveBack(kept);
    });
    this.#changing = closing;
    return closing;
  }
}

/** Leaves the page, and forgets what sites have kept in the browser. */
async function isWiped({ page }: MeetingBrowser): Promise<boolean> {
  await page.goto('about:blank', { timeout: 5000 });
  const session = await page.createCDPSession();
  await session.send('Network.clearBrowserCookies');
  await session.send('Storage.clearDataForOrigin', { origin: '*', storageTypes: 'all' });
  await session.detach();
  return true;
}
