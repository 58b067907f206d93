import type { Logger } from '@meetingbot/crds-schema';
import { launchParticipantBrowser } from './browser.ts';

const NAMES = ['Ada Lovelace', 'Alan Turing', 'Grace Hopper', 'Edsger Dijkstra'];
const FRAMES_PER_SECOND = 30;
const JOIN_DEADLINE_MS = 30_000;
const LEAVE_DEADLINE_MS = 3_000;

export interface ReferenceCall {
  names: readonly string[];
  /** The process group of the one browser that sends everything: leave its CPU time out of a recorder's. */
  pid: number;
  /** All participants leave by `#leave`; the browser ends. May be called twice. */
  leaveAll(): Promise<void>;
  /** Ends the browser at once, without a goodbye. */
  close(): Promise<void>;
}

/**
 * Brings the reference call of the CPU budget into a demo meeting: four participants of 640×480 at 30 frames a second
 * who talk in turns, the first with flash and beep. Each has a peer connection of its own to whoever watches, but
 * all live in one page, so that sending costs this machine as little as can be.
 * @throws when they are not in within 30 s; nothing is left running then.
 */
export async function joinReferenceCall({
  meetingUrl,
  log,
  browserPath = '/usr/bin/chromium',
}: {
  meetingUrl: string;
  log: Logger;
  browserPath?: string;
}): Promise<ReferenceCall> {
  const { browser, pid, close } = await launchParticipantBrowser(browserPath);
  const { origin, pathname } = new URL(meetingUrl);
  const query = new URLSearchParams({ room: pathname.slice(1), fps: String(FRAMES_PER_SECOND) });
  for (const name of NAMES) query.append('name', name);
  try {
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    page.on('pageerror', (error) => log.warn({ err: error }, 'error in the page of the reference call'));
    // Whoever may use a camera has all its addresses as ICE candidates; others have the default route's only.
    await browser.defaultBrowserContext().overridePermissions(origin, ['camera', 'microphone']);
    await page.goto(`${origin}/assets/reference.html?${query}`, { timeout: JOIN_DEADLINE_MS });
    const joined = (count: number, timeout: number) =>
      page.waitForFunction((n) => document.querySelector('#joined')?.textContent === String(n), { timeout }, count);
    await joined(NAMES.length, JOIN_DEADLINE_MS);
    log.info({ names: NAMES, meetingUrl }, 'reference call joined');
    return {
      names: NAMES,
      pid,
      async leaveAll() {
        if (browser.connected) {
          await page.click('#leave');
          await joined(0, LEAVE_DEADLINE_MS);
        }
        await close();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
