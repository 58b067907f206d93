/**
 * What a recorder gives itself, so that the controller waits for longer. Milliseconds.
 * S3 may be away for so long at the end of a meeting until the recorder gives up.
 */
export const RECORDER_FINISH_MS = 30 * 60_000;

/** The same for a salvage, which begins with nothing and reads the whole meeting: hours of media. Milliseconds. */
export const RECORDER_SALVAGE_MS = 2 * 60 * 60_000;
