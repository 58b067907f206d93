import type { Logger } from '@meetingbot/crds-schema';
import type { Browser } from 'puppeteer';
import { launchParticipantBrowser, type ParticipantBrowser } from './browser.ts';
import { demoJoinPlan } from './join-plan.ts';
import { participantNames } from './names.ts';
import { walkIn } from './walk-in.ts';

const PAGE_DEADLINE_MS = 30_000;
const LEAVE_DEADLINE_MS = 3_000;

export interface JoinParticipantsOptions {
  meetingUrl: string;
  /** How many participants, 1 or more, a browser process tree each. */
  count: number;
  log: Logger;
  /** Default /usr/bin/chromium. */
  browserPath?: string;
  /** Frames per second of each camera; default 25. */
  framesPerSecond?: number;
}

export interface Participants {
  names: string[];
  /** The process group of each participant's browser, for whoever attributes CPU time. */
  pids: number[];
  /** The participant clicks `#leave`; its browser ends. Counted from 0. May be called twice. */
  leave(index: number): Promise<void>;
  leaveAll(): Promise<void>;
  /** Ends all browsers at once, without a goodbye: what a crash of theirs looks like. */
  close(): Promise<void>;
}

/**
 * Brings participants into a demo meeting who show moving pictures and talk in turns. The first one also flashes its
 * whole picture white for 80 ms and beeps (1 kHz, 80 ms) at every whole second.
 * @throws when a browser can't be started or doesn't get in within 30 s; nothing is left running then.
 */
export async function joinParticipants({
  meetingUrl,
  count,
  log,
  browserPath = '/usr/bin/chromium',
  framesPerSecond = 25,
}: JoinParticipantsOptions): Promise<Participants> {
  const names = participantNames(count);
  const browsers = await Promise.allSettled(names.map(() => launchParticipantBrowser(browserPath)));
  const started = browsers.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const close = async () => {
    await Promise.all(started.map((participant) => participant.close()));
  };
  try {
    for (const result of browsers) if (result.status === 'rejected') throw result.reason;
    for (const [index, { browser }] of started.entries()) {
      const name = names[index] ?? '';
      const query = new URLSearchParams({
        role: 'participant',
        index: String(index),
        count: String(count),
        fps: String(framesPerSecond),
        pulse: index === 0 ? '1' : '0',
      });
      await enter(browser, `${meetingUrl}?${query}`, name, log.child({ participant: name }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ names, meetingUrl }, 'participants joined');
  const leave = async (index: number) => {
    const participant = started[index];
    if (participant === undefined) throw new RangeError(`no participant ${index}; there are ${count}`);
    await sayGoodbye(participant);
    await participant.close();
  };
  return {
    names,
    pids: started.map(({ pid }) => pid),
    leave,
    async leaveAll() {
      await Promise.all(started.map((_, index) => leave(index)));
    },
    close,
  };
}

async function enter(browser: Browser, url: string, name: string, log: Logger): Promise<void> {
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  page.on('pageerror', (error) => log.warn({ err: error }, "error in a participant's page"));
  // Whoever may use a camera has all its addresses as ICE candidates; others have the default route's only.
  await browser.defaultBrowserContext().overridePermissions(new URL(url).origin, ['camera', 'microphone']);
  await page.goto(url, { timeout: PAGE_DEADLINE_MS });
  await walkIn(page, demoJoinPlan, name);
  await page.waitForSelector(demoJoinPlan.joined, { visible: true, timeout: PAGE_DEADLINE_MS });
}

/** A page that has left already, or hangs, has nothing to say: its browser is closed all the same. */
async function sayGoodbye({ browser }: ParticipantBrowser): Promise<void> {
  if (!browser.connected) return;
  const [page] = await browser.pages();
  if (page === undefined || (await page.$('#call:not([hidden])')) === null) return;
  await page.click('#leave');
  await page.waitForSelector('#bye', { visible: true, timeout: LEAVE_DEADLINE_MS });
}
