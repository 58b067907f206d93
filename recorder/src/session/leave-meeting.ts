import { isOrderly, type Logger } from '@meetingbot/crds-schema';
import type { MeetingEnd } from '../meeting/index.ts';
import type { Platform, Visit } from '../platforms/index.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { StagePort } from './stage.ts';

/**
 * Looks at a page that did not let us in or stay, before it is left. Resolves to the key of what was kept of it; undefined:
 * nothing, since all is as it should be or there is no page. Bounded, never throws.
 */
export async function lookBack(options: {
  readonly end: MeetingEnd;
  readonly platform: Platform;
  /** The page that is open; undefined: none. */
  readonly visit: Visit | undefined;
  readonly evidence: EvidenceStore;
  /** What the page showed at the last look. */
  readonly lastLook: string;
  readonly logger: Logger;
}): Promise<string | undefined> {
  const { end, platform, visit, evidence, lastLook, logger } = options;
  const isAsItShould = end.reason === 'Terminated' || isOrderly(end.reason);
  if (visit === undefined || isAsItShould) return undefined;
  try {
    const notes = { reason: end.reason, lastLook, ...platform.notes?.(visit) };
    return await evidence.keep(visit, end.message, notes);
  } catch (error) {
    logger.warn({ error: String(error) }, 'the page could not be looked at');
    return undefined;
  }
}

/** Leaves as a guest does and ends the browser. Never throws. */
export async function leaveMeeting(options: {
  readonly platform: Platform;
  readonly visit: Visit | undefined;
  readonly stage: Pick<StagePort, 'close'>;
  readonly logger: Logger;
}): Promise<void> {
  const { platform, visit, stage, logger } = options;
  try {
    if (visit !== undefined) await platform.leave(visit);
  } catch (error) {
    logger.warn({ error: String(error) }, 'leaving failed');
  }
  await stage.close();
}
