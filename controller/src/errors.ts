/** What went wrong, in words that the edges map: to an HTTP status, to a requeue, to a metric label. */
export type ControllerErrorCode =
  | 'AlreadyExists'
  | 'Conflict'
  | 'NotFound'
  | 'Invalid'
  | 'Throttled'
  | 'Unavailable'
  | 'Unauthorized'
  | 'Misconfigured'
  | 'Internal';

/** Base of every error the controller throws on purpose. */
export class ControllerError extends Error {
  override readonly name: string = 'ControllerError';
  readonly code: ControllerErrorCode;
  /** true: the same call may succeed later. */
  readonly retryable: boolean;

  constructor(code: ControllerErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? (code === 'Throttled' || code === 'Unavailable' || code === 'Conflict');
  }
}

/** A conditional write lost: somebody else wrote first. Read again and decide again. */
export class ConflictError extends ControllerError {
  override readonly name = 'ConflictError';
  constructor(message: string, cause?: unknown) {
    super('Conflict', message, { cause });
  }
}
