import { isOrderly, type Logger } from '@meetingbot/crds-schema';
import type { MeetingEnd } from '../meeting/index.ts';
import type { Platform, Visit } from '../platforms/index.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { Stage } from './stage.ts';

/** Leaves as a guest does and ends the browser; a page that did not let us stay is looked at first. Never throws. */
export async function leaveMeeting(options: {
  readonly end: MeetingEnd;
  readonly platform: Platform;
  /** The page that is open; undefined: none. */
  readonly visit: Visit | undefined;
  readonly stage: Stage;
  readonly evidence: EvidenceStore;
  /** What the page showed at the last look. */
  readonly lastLook: string;
  readonly logger: Logger;
}): Promise<void> {
  const { end, platform, visit, stage, evidence, lastLook, logger } = options;
  const isAsItShould = end.reason === 'Terminated' || isOrderly(end.reason);
  try {
    if (visit !== undefined && !isAsItShould) {
      await evidence.keep(visit, end.message, { reason: end.reason, lastLook });
    }
    if (visit !== undefined) await platform.leave(visit);
  } catch (error) {
    logger.warn({ error: String(error) }, 'leaving failed');
  }
  await stage.close();
}
