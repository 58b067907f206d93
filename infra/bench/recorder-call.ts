import { silentLogger } from '@meetingbot/crds-schema';
import { type DemoMeeting, joinReferenceCall, type ReferenceCall, startDemoMeeting } from '../local/meeting/index.ts';

const ROOM = 'reference';

/** The reference call, going on, with nobody recording it yet. */
export interface ReferenceMeeting {
  readonly url: string;
  /** Process that all senders are below. */
  readonly sendersPid: number;
  /** Who is in the call, senders included. */
  guests(): number;
  /** The host ends the meeting for everyone. @returns when, in milliseconds since the epoch */
  end(): number;
  /** Ends it all. May be called twice. */
  close(): Promise<void>;
}

/** @throws when the senders are not in within 30 s; nothing is left running then */
export async function openReferenceMeeting(): Promise<ReferenceMeeting> {
  const meeting: DemoMeeting = await startDemoMeeting({ log: silentLogger });
  const url = meeting.createRoom({ name: ROOM });
  let call: ReferenceCall;
  try {
    call = await joinReferenceCall({ meetingUrl: url, log: silentLogger });
  } catch (error) {
    await meeting.close();
    throw error;
  }
  let isOpen = true;
  return {
    url,
    sendersPid: call.pid,
    guests: () => meeting.participants(ROOM).length,
    end() {
      meeting.endRoom(ROOM);
      return Date.now();
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await call.close();
      await meeting.close();
    },
  };
}
