import type { CompleteMeetingSpec, PlatformPages } from '@meetingbot/crds-schema';
import { bounded } from '../browser/index.ts';
import { Announcement } from './announcement.ts';
import { Attendance } from './attendance.ts';
import { leavePage } from './leave-page.ts';
import { nameAtDoor } from './name-at-door.ts';
import { openPage, refusalByStatus } from './open-page.ts';
import { viewOf } from './page-view.ts';
import { BOT_NAMES } from './people.ts';
import { JoinError, type Platform, type Visit } from './platform.ts';
import { clickTarget } from './targets.ts';

/** Two sightings of the call so far apart are being in it: lobbies draw the call's controls seconds before their text. */
const CONFIRM_MS = 3000;
/** Nobody else is in a lobby: where the page shows nobody, its text is given more time to come. */
const CONFIRM_ALONE_MS = 8000;
const END_CONFIRM_MS = 1500;
const LEAVE_MS = 5000;
const AFTER_CLICK_MS = 300;
/** A click on Leave may meet what lies over it; whoever looks on clears that away. */
const LEAVE_TRIES = 2;
/** After the last one: the page says goodbye to the others, which a page that is taken away at once does not. */
const AFTER_LEAVE_MS = 1500;

/** What of a platform cannot be data. */
export interface ConferenceFunctions {
  /**
   * The address that is opened for the one that the user gave.
   * @param passcode - of the meeting, where it is known: some platforms take it by the address only
   */
  entranceOf(url: URL, passcode?: string): URL;
  /** The passcode in the user's address. */
  passcodeOf(url: URL): string | undefined;
  /** The entrance with the token of somebody who vouches for us. Absent: the platform has no such thing. */
  vouchedFor?(entrance: URL, token: string): URL;
}

/** Gets a token that vouches for us; undefined: there is none, and we go without. Never throws but for the signal. */
export type Vouch = (signal: AbortSignal) => Promise<string | undefined>;

/** A platform that is described by a document: the same way in, the same looking and leaving for all of them. */
export function conferencePlatform(
  spec: CompleteMeetingSpec,
  pages: PlatformPages,
  { entranceOf, passcodeOf, vouchedFor }: ConferenceFunctions,
  vouch?: Vouch,
): Platform {
  const url = new URL(spec.url);
  const displayName = nameAtDoor(spec.displayName, pages.join);
  const words = { displayName, passcode: spec.passcode ?? passcodeOf(url) };
  const who = { displayName, botNames: spec.leave.botNames ?? BOT_NAMES };
  const answered = new Map<string, number>();
  const announcement = spec.announce === undefined ? undefined : new Announcement(spec.announce);
  const attendances = new WeakMap<Visit, Attendance>();
  /** The document that the call was last seen in. */
  const seenIn = new WeakMap<Visit, number | undefined>();
  /** Visits in which the lobby was seen, and the call not since. */
  const waiting = new WeakSet<Visit>();
  return {
    name: pages.platform,
    confirmMs: CONFIRM_MS,
    confirmAloneMs: CONFIRM_ALONE_MS,
    endConfirmMs: END_CONFIRM_MS,
    async enter(visit) {
      visit.logger.info({ platform: pages.platform, pages: pages.version }, 'joining by the description');
      const entrance = entranceOf(url, words.passcode);
      // Asked for at the door: it is good for an hour only.
      const token = vouchedFor === undefined ? undefined : await vouch?.(visit.signal);
      const vouched = token === undefined ? undefined : vouchedFor?.(entrance, token);
      await openPage(visit, (vouched ?? entrance).href, { isRead: true });
      const onAnswered = (dialog: string) => answered.set(dialog, (answered.get(dialog) ?? 0) + 1);
      const attendance = new Attendance(visit, pages, words, onAnswered, announcement);
      attendances.set(visit, attendance);
      await attendance.arrive().catch(async (error: unknown) => {
        if (!(error instanceof JoinError) || error.reason !== 'UnknownPage') throw error;
        throw (await refusalByStatus(visit)) ?? error;
      });
      void attendance.stay();
    },
    async observe(visit) {
      const attendance = attendances.get(visit);
      if (attendance === undefined) return { state: 'unknown', evidence: 'the page is not open yet' };
      const look = await attendance.look();
      if (look.view.state === 'inCall') {
        seenIn.set(visit, look.snapshot.frames[0]?.since);
        waiting.delete(visit);
      } else if (look.view.state === 'lobby') {
        // Controls of the call that were seen before the lobby's text were the lobby's.
        seenIn.delete(visit);
        waiting.add(visit);
      } else if (waiting.has(visit)) attendance.mustGetIn(look);
      return viewOf(look, pages, { who, seenIn: seenIn.get(visit), waited: waiting.has(visit) });
    },
    async leave(visit) {
      const attendance = attendances.get(visit);
      for (let tries = 1; tries <= LEAVE_TRIES; tries++) {
        await clickLeave(visit, attendance);
        const look = await attendance?.look(LEAVE_MS).catch(() => undefined);
        if (look?.view.state !== 'inCall') break;
      }
      await visit.clock.sleep(AFTER_LEAVE_MS);
      await leavePage(visit, LEAVE_MS);
    },
    isGuest: (visit) => attendances.get(visit)?.isGuest ?? false,
    answered: () => answered,
    notes: (visit) => ({ pages: pages.version, ...attendances.get(visit)?.notes() }),
  };

  async function clickLeave({ page, clock, logger }: Visit, attendance: Attendance | undefined): Promise<void> {
    for (const targets of pages.leave) {
      await attendance?.wakeControls(LEAVE_MS).catch(() => undefined);
      for (const target of targets) {
        const clicked = await bounded('leaving', LEAVE_MS, clickTarget(page, target, clock, pages), clock).catch(
          (error: unknown) => {
            logger.info({ target, error: String(error) }, 'could not be clicked for leaving');
            return false;
          },
        );
        if (clicked) break;
      }
      // It may open a menu that the next click is for.
      await clock.sleep(AFTER_CLICK_MS);
    }
  }
}
