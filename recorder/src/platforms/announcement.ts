import type { PlatformPages } from '@meetingbot/crds-schema';
import { bounded } from '../browser/index.ts';
import { LOOK_MS } from './elements.ts';
import type { OwnFrames } from './own-frames.ts';
import type { Visit } from './platform.ts';
import { clickFirst, fillField } from './targets.ts';

type Pages = Pick<PlatformPages, 'chat'> & OwnFrames;

/** We are in for so long before anything is said, in milliseconds: what looks like the call may still be its lobby. */
const SETTLED_MS = 6000;
/** For the chat to open, and between two tries. */
const PACE_MS = 700;
const TRIES = 3;

/** `spec.announce`: said once in the meeting, however often we have to go in. A page that has no chat for us is no fault. */
export class Announcement {
  readonly #text: string;
  #isOver = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param inCallMs - how long the call has been seen without a break */
  async say(visit: Visit, pages: Pages, inCallMs: number): Promise<void> {
    if (this.#isOver || inCallMs < SETTLED_MS) return;
    this.#isOver = true;
    const said = pages.chat !== undefined && (await this.#sayIn(visit, pages.chat, pages));
    visit.logger.info({ said }, said ? 'announced in the chat' : 'there is no chat to announce in');
  }

  async #sayIn({ page, clock, signal }: Visit, chat: NonNullable<Pages['chat']>, own: OwnFrames): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      for (const css of chat.field) {
        if (!(await fillField(page, css, this.#text, clock, own))) continue;
        if (!(await clickFirst(page, chat.send ?? [], clock, own)))
          await bounded('sending', LOOK_MS, page.keyboard.press('Enter'), clock);
        await clickFirst(page, chat.close, clock, own);
        return true;
      }
      await clickFirst(page, chat.open, clock, own);
      await clock.sleep(PACE_MS, signal);
    }
    return false;
  }
}
