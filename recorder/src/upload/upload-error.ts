/** Why a recording could not be finished. */
export type UploadErrorCode =
  /** The time limit passed, or S3 refused for good. What S3 has stays there; the rest is in `directory`. */
  | 'UploadFailed'
  /** There is a larger recording without a manifest: it is left alone, and so are all segments. */
  | 'WouldShrink'
  /** There is a manifest that cannot be read: nothing is replaced, and all segments stay. */
  | 'Unreadable'
  /** A later recorder of the Meeting is making the files: what it has not seen of ours stays in segments. */
  | 'Contended'
  /** What is in S3 has changed since this recording looked: what it begins with, or what it was to replace. */
  | 'Outdated';

/** The recording is not whole in S3. Every segment that S3 took is still there, for a later attempt to assemble. */
export class UploadError extends Error {
  readonly code: UploadErrorCode;
  /** Where media that S3 did not take lies on this machine; undefined: S3 has all of it. */
  readonly directory: string | undefined;

  constructor(code: UploadErrorCode, message: string, options: { cause?: unknown; directory?: string } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UploadError';
    this.code = code;
    this.directory = options.directory;
  }
}
