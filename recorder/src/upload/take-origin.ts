import { GAP_CAUSES, type GapCause } from '@meetingbot/crds-schema';

/** What is written beside the media of a take when it begins. */
export interface TakeOriginRecord {
  /** Wall clock at media time 0, milliseconds since 1970. */
  readonly startedAt: number;
  /** Why there is a gap before it, if there is one. */
  readonly cause: GapCause;
}

export function writeTakeOrigin({ startedAt, cause }: TakeOriginRecord): Buffer {
  return Buffer.from(`${JSON.stringify({ version: 1, startedAt: new Date(startedAt).toISOString(), cause })}\n`);
}

/** Undefined for what {@link writeTakeOrigin} did not write. */
export function readTakeOrigin(bytes: Buffer): TakeOriginRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { startedAt, cause } = value as { startedAt?: unknown; cause?: unknown };
  const time = typeof startedAt === 'string' ? Date.parse(startedAt) : Number.NaN;
  const known = GAP_CAUSES.find((each) => each === cause);
  return Number.isNaN(time) || !known ? undefined : { startedAt: time, cause: known };
}
