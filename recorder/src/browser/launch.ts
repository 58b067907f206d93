import type { Duplex } from 'node:stream';
import type { SignedInProfile } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page, type Target } from 'puppeteer';
import { type Child, findProgram, type ProcessDeps, type Quarters, startChild } from '../process/index.ts';
import { bounded } from './bounded.ts';
import { BrowserError } from './errors.ts';
import { chromiumFlags } from './flags.ts';
import { pipeTransport } from './pipe-transport.ts';
import { makeProfile } from './profile.ts';
import { canSandbox } from './sandbox.ts';
import { putProfile } from './signed-in.ts';

export interface BrowserOptions {
  /** Path of the program, as CHROMIUM_PATH. */
  readonly program: string;
  /** Where it lives, with its profile and home; the caller removes them. */
  readonly quarters: Quarters;
  /** Size of the page in pixels; see {@link displaySize}. */
  readonly width: number;
  readonly height: number;
  /** All its traffic goes through this proxy: http://127.0.0.1:port */
  readonly proxyUrl: string;
  /** WebRTC may send to private addresses as well, which the proxy does not see. */
  readonly privateUdp: boolean;
  /** The operator's flags, split into words. */
  readonly extraArgs: readonly string[];
  /** How display and sound are reached from its quarters: `DISPLAY`, `XAUTHORITY`, `PULSE_…`. */
  readonly env: Readonly<Record<string, string>>;
  /** Cookies and local storage that are in it from the start; undefined: none, as of a guest. */
  readonly signedIn?: SignedInProfile | undefined;
  /** How long it may take until its page answers, in milliseconds. Default 60 000. */
  readonly readyMs?: number;
}

/**
 * Where processor time is short the page waits and not the recording of it: display, sound server and encoder get three times
 * its share of a core that they compete for.
 */
const NICENESS = 5;

/** A Chromium of our own with one page that fills the display. */
export interface MeetingBrowser {
  readonly pid: number;
  /** As "Chrome/156.0.8078.79". */
  readonly version: string;
  readonly page: Page;
  /** {@link BrowserOptions.signedIn} is in it. */
  readonly hasProfile: boolean;
  /** Resolves with a line for people when page, renderer or browser is gone, whatever the cause. */
  readonly lost: Promise<string>;
  /** Ends it with all its processes. May be called again. */
  stop(): Promise<void>;
}

/** The display that a page of this size wants: Chromium makes a window of exactly the display's size a pixel smaller. */
export function displaySize(page: { readonly width: number; readonly height: number }): {
  width: number;
  height: number;
} {
  return { width: page.width, height: page.height + 2 };
}

/**
 * Starts Chromium with a fresh profile on a display of {@link displaySize}.
 * Its environment is `deps.env` (no credentials) and `options.env`, nothing else.
 * @throws BrowserError `ChromiumMissing` or `NotStarted`
 */
export async function launchBrowser(options: BrowserOptions, deps: ProcessDeps): Promise<MeetingBrowser> {
  const path = deps.env['PATH'] ?? '';
  if (findProgram(options.program, path) === undefined) {
    const advice = 'install it (apt-get install chromium) or set CHROMIUM_PATH';
    throw new BrowserError('ChromiumMissing', `there is no Chromium at ${options.program}: ${advice}`);
  }
  const allowCapture = options.extraArgs.some((flag) => flag.startsWith('--use-fake-ui-for-media-stream'));
  const { quarters } = options;
  const { user } = quarters;
  const { profileDir, shimDir } = await makeProfile(quarters, { allowCapture });
  const sandbox = await canSandbox(user, deps);
  deps.logger.info({ sandbox, user: user.uid, ownUser: user.command.length > 0 }, 'the browser starts');
  const child = await startChild(
    {
      program: options.program,
      niceness: NICENESS,
      ...{ user, cwd: quarters.path },
      args: chromiumFlags({
        profileDir,
        width: options.width,
        height: options.height,
        proxyUrl: options.proxyUrl,
        privateUdp: options.privateUdp,
        noSandbox: !sandbox,
        extra: options.extraArgs,
      }),
      env: {
        ...options.env,
        ...quarters.env,
        XDG_CONFIG_HOME: quarters.env.HOME,
        XDG_CACHE_HOME: quarters.env.HOME,
        PATH: `${shimDir}:${path}`,
        LANG: 'en_US.UTF-8',
        LANGUAGE: 'en_US',
        // With no address at all it would try to start a bus.
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null',
        DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/dev/null',
      },
      pipes: 2,
    },
    deps,
  );
  try {
    return await connect(child, options, deps);
  } catch (cause) {
    await child.terminate({ graceMs: 0 });
    const why = child.lastLines().split('\n').at(-1) || (cause instanceof Error ? cause.message : String(cause));
    throw new BrowserError('NotStarted', `Chromium did not start: ${why}`, { cause });
  }
}

async function connect(
  child: Child,
  { readyMs = 60_000, signedIn }: Pick<BrowserOptions, 'readyMs' | 'signedIn'>,
  deps: ProcessDeps,
): Promise<MeetingBrowser> {
  const [toBrowser, fromBrowser] = child.pipes as unknown as Duplex[];
  if (toBrowser === undefined || fromBrowser === undefined) throw new Error('no pipes');
  const gone = child.exited.then(({ code, signal }) => {
    throw new BrowserError('NotStarted', `it ended with ${signal ?? `code ${code}`}`);
  });
  gone.catch(() => undefined);
  const answers = async () => {
    const browser = await puppeteer.connect({
      transport: pipeTransport(toBrowser, fromBrowser),
      defaultViewport: null,
      downloadBehavior: { policy: 'deny' },
      // Requests and issues are nothing to us: a meeting's chatter would cost CPU here.
      networkEnabled: false,
      issuesEnabled: false,
      protocolTimeout: 60_000,
    });
    const target = await browser.waitForTarget(isPage, { timeout: readyMs });
    const page = await target.page();
    if (page === null) throw new Error('it has no page');
    await keepClear(page);
    const isTaken = signedIn === undefined || (await isSignedIn(browser, page, signedIn, deps));
    return { browser, page, isTaken, version: await browser.version() };
  };
  const { browser, page, isTaken, version } = await Promise.race([
    bounded('starting', readyMs, answers(), deps.clock),
    gone,
  ]);
  return {
    pid: child.pid,
    version,
    page,
    hasProfile: signedIn !== undefined && isTaken,
    lost: watch(browser, page, child, deps),
    stop: async () => {
      await bounded('closing', 2000, browser.close(), deps.clock).catch(() => undefined);
      await child.terminate({ graceMs: 1000 });
    },
  };
}

/** A profile that the browser does not take keeps nobody from joining as a guest. */
async function isSignedIn(
  browser: Browser,
  page: Page,
  profile: SignedInProfile,
  { clock, logger }: ProcessDeps,
): Promise<boolean> {
  try {
    await putProfile(browser, page, profile, clock);
    return true;
  } catch (error) {
    // Its message may be about a value.
    logger.error({ error: (error as Error).name }, 'the browser does not take the profile');
    return false;
  }
}

const isPage = (target: Target): boolean => target.type() === 'page';

/** Keeps away what no flag and no setting does: dialogs for files, which take all input, and a video's own window. */
async function keepClear(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  // Without it the next call is taken, and does nothing.
  await session.send('Page.enable');
  await session.send('Page.setInterceptFileChooserDialog', { enabled: true, cancel: true });
  await page.evaluateOnNewDocument(() => {
    Reflect.deleteProperty(HTMLVideoElement.prototype, 'requestPictureInPicture');
  });
}

/** Keeps the one page in front, answers its dialogs, and tells when it is gone. */
function watch(browser: Browser, page: Page, child: Child, { logger }: ProcessDeps): Promise<string> {
  page.on('dialog', (dialog) => {
    logger.info({ dialog: dialog.type() }, 'dialog answered');
    const answer = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    answer.catch(() => undefined);
  });
  browser.on('targetcreated', (target) => {
    if (!isPage(target) || target === page.target()) return;
    logger.info({}, 'second window closed');
    target
      .page()
      .then((other) => other?.close())
      .catch(() => undefined);
  });
  return Promise.race([
    new Promise<string>((lost) => {
      page.once('error', () => lost('the renderer crashed'));
      page.once('close', () => lost('the page was closed'));
    }),
    child.exited.then(({ code, signal }) => `Chromium ended with ${signal ?? `code ${code}`}`),
  ]);
}
