import type { Logger } from '@meetingbot/crds-schema';
import { type DestinationStream, pino, stdSerializers } from 'pino';

/** Names whose values never reach a log line, at the top and one level down. */
const SECRET_NAMES = [
  'authorization',
  'bearerToken',
  'token',
  'passcode',
  'password',
  'secret',
  'secretAccessKey',
  'MEETING_TOKEN',
];

/**
 * The process's log: JSON lines, secrets blotted out.
 * @param destination - where the lines go, @default stdout
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
