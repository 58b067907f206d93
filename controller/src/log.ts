import { keyString, LOG_LINES, type Logger, type Meeting } from '@meetingbot/crds-schema';
import { type DestinationStream, pino, stdSerializers } from 'pino';

/**
 * The process's log: JSON lines, secrets blotted out.
 * @param destination - where the lines go, @default stdout
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    ...LOG_LINES,
    level,
    base: { name: 'controller' },
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What every line on a Meeting carries. */
export interface MeetingIdentity {
  meeting: string;
  uid: string;
  /** Absent: there was none yet. */
  attempt?: number;
}

export function identityOf({ metadata, status }: Meeting): MeetingIdentity {
  const attempt = status.attempts.at(-1)?.number;
  return { meeting: keyString(metadata), uid: metadata.uid, ...(attempt === undefined ? {} : { attempt }) };
}
