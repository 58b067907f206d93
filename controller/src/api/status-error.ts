import { ATTEMPT_OVER, type FieldCause, GROUP, KIND, PLURAL } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';

/** Kubernetes' reasons of a failure and the HTTP status of each (apimachinery, meta/v1 StatusReason); 412 is ours. */
export const STATUS_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  PreconditionFailed: 412,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;
export type StatusReason = keyof typeof STATUS_CODES;

/** What is behind a failure: of a field, or that a recorder's time is over. */
export type StatusCause = FieldCause | (Omit<FieldCause, 'reason'> & { reason: typeof ATTEMPT_OVER });

export interface StatusDetails {
  name?: string;
  group?: string;
  /** Plural for 404 and 409, the kind for 422. */
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The body of every answer that is not the thing asked for. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetails;
  code: number;
}

/** An answer other than success, as Kubernetes words it. */
export class ApiError extends ControllerError {
  override readonly name = 'ApiError';
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;

  constructor(reason: StatusReason, message: string, details?: StatusDetails, cause?: unknown) {
    super('Invalid', message, { cause });
    this.reason = reason;
    this.details = details;
  }

  get httpCode(): number {
    return STATUS_CODES[this.reason];
  }

  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.httpCode,
    };
  }
}

const of = (name: string): StatusDetails => ({ name, group: GROUP, kind: PLURAL });
const quoted = (name: string): string => `${PLURAL}.${GROUP} "${name}"`;

export const badRequest = (message: string, causes?: FieldCause[]): ApiError =>
  new ApiError('BadRequest', message, causes && { causes });

export const notFound = (name: string): ApiError => new ApiError('NotFound', `${quoted(name)} not found`, of(name));

export const alreadyExists = (name: string): ApiError =>
  new ApiError('AlreadyExists', `${quoted(name)} already exists`, of(name));

export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === 'AlreadyExists';

/** @param why - as apimachinery words it, @default that somebody else wrote first */
export const conflict = (
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError => new ApiError('Conflict', `Operation cannot be fulfilled on ${quoted(name)}: ${why}`, of(name));

/** To a recorder: leave. Told by its cause from all other conflicts, which may be gone a moment later. */
export const attemptOver = (name: string, why: string): ApiError => {
  const { message, details } = conflict(name, why);
  const causes: StatusCause[] = [{ reason: ATTEMPT_OVER, message: why, field: 'status.attempts' }];
  return new ApiError('Conflict', message, { ...details, causes });
};

/** Others wrote it each time we tried: the same request will do a moment later. */
export const busy = (name: string): ApiError =>
  new ApiError('ServiceUnavailable', `${quoted(name)} is being written by others; please try again`, {
    ...of(name),
    retryAfterSeconds: 1,
  });

export function invalid(name: string, causes: FieldCause[]): ApiError {
  const what = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = what.length === 1 ? what[0] : `[${what.join(', ')}]`;
  return new ApiError('Invalid', `${KIND}.${GROUP} "${name}" is invalid: ${list}`, {
    name,
    group: GROUP,
    kind: KIND,
    causes,
  });
}

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
