import type { Clock } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { bounded } from './bounded.ts';

/** What is drawn comes within some pictures' time; it is given so many turns of the page's own, so far apart. */
const TURNS = 20;
const TURN_MS = 100;
/** A page that has not had these turns by then is busy, or hangs. */
const ANSWER_MS = 6000;

/**
 * Asks a page whether it is drawn. Pictures are asked for by Chromium's GPU process, which puts all of them together and on
 * the screen, with a graphics card or without; where it hangs, the page lives on and nothing more is seen of it. A page that
 * stands still is asked for a picture like any other, and gives one in which nothing is new.
 * @returns false: its scripts run, and no picture was wanted of it for two seconds
 * @throws BrowserError `PageHung` (busy, or hanging), `PageGone`; the call's own error where it is on its way elsewhere (isMoved)
 */
export function isDrawn(page: Page, clock: Clock): Promise<boolean> {
  return bounded('asking whether it is drawn', ANSWER_MS, page.evaluate(draw, TURNS, TURN_MS), clock);
}

/** Runs in the page. One turn after the other: while it is busy none passes, and time alone says nothing of drawing. */
function draw(turns: number, turnMs: number): Promise<boolean> {
  return new Promise((answer) => {
    // Nobody draws what is hidden.
    if (document.hidden) return answer(true);
    const picture = requestAnimationFrame(() => answer(true));
    const turn = (left: number) => {
      if (left > 0) {
        setTimeout(turn, turnMs, left - 1);
        return;
      }
      cancelAnimationFrame(picture);
      answer(false);
    };
    turn(turns);
  });
}
