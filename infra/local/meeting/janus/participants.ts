import type { Logger } from '@meetingbot/crds-schema';
import { launchParticipantBrowser } from '../browser.ts';
import { walkIn } from '../walk-in.ts';
import { janusJoinPlan } from './join-plan.ts';

const FAKE_MEDIA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const NAMES = ['Ada', 'Alan', 'Grace', 'Edsger'];
const PAGE_DEADLINE_MS = 30_000;

export interface JanusParticipants {
  names: string[];
  /** The process group of each participant's browser. */
  pids: number[];
  /** The participant's browser ends; Janus tells the room at once. May be called twice. */
  leave(index: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Brings participants with Chromium's fake camera and microphone into Janus's room, through its page.
 * @throws when one doesn't get in within 30 s; nothing is left running then.
 */
export async function joinJanusParticipants({
  pageUrl,
  count,
  log,
  browserPath = '/usr/bin/chromium',
}: {
  pageUrl: string;
  count: number;
  log: Logger;
  browserPath?: string;
}): Promise<JanusParticipants> {
  const names = Array.from({ length: count }, (_, index) => NAMES[index] ?? `Guest${index + 1}`);
  const started: Awaited<ReturnType<typeof launchParticipantBrowser>>[] = [];
  const close = async () => {
    await Promise.all(started.map((participant) => participant.close()));
  };
  try {
    for (const name of names) {
      const participant = await launchParticipantBrowser(browserPath, FAKE_MEDIA);
      started.push(participant);
      const page = (await participant.browser.pages())[0] ?? (await participant.browser.newPage());
      page.on('pageerror', (error) => log.warn({ err: error, participant: name }, "error in a participant's page"));
      await page.goto(pageUrl, { timeout: PAGE_DEADLINE_MS });
      await walkIn(page, janusJoinPlan, name);
      await page.waitForSelector(janusJoinPlan.joined, { visible: true, timeout: PAGE_DEADLINE_MS });
    }
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ names, pageUrl }, 'participants joined');
  return {
    names,
    pids: started.map(({ pid }) => pid),
    async leave(index) {
      await started[index]?.close();
    },
    close,
  };
}
