/** RFC 3339 with milliseconds, from milliseconds since the epoch. */
export const timestamp = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds since the epoch; undefined stays undefined. */
export function millis(time: string): number;
export function millis(time: string | undefined): number | undefined;
export function millis(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
