import { ControllerError } from '../errors.ts';

/** What the SDK tells of a failed call, whatever service it was. */
export interface AwsFailure {
  /** As `ThrottlingException`, or Node's code for a failed connection. */
  name: string;
  message: string;
  /** Absent when no answer came. */
  httpStatus?: number;
  /** Tries made; above 1 an earlier one may have had its effect. */
  attempts: number;
}

const THROTTLES = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
]);

/** Refusals that pass: credentials are renewed, clocks are set right. */
const PASSING = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired', 'RequestTimeTooSkewed']);

/** Failures before any answer: the connection, the time-out, the source of the credentials. */
const NO_ANSWER =
  /^(E[A-Z]+|TimeoutError|AbortError|RequestTimeout|NetworkingError|CredentialsProviderError|ProviderError|UNKNOWN_ERROR)$/;

export function awsFailureOf(error: unknown): AwsFailure {
  const raw = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number; attempts?: number };
  };
  const status = raw.$metadata?.httpStatusCode;
  const generic = raw.name === undefined || raw.name === 'Error' || raw.name === 'AggregateError';
  return {
    name: String((generic ? raw.code : raw.name) ?? raw.name ?? 'Error'),
    message: String(raw.message ?? error),
    attempts: raw.$metadata?.attempts ?? 1,
    ...(status === undefined ? {} : { httpStatus: status }),
  };
}

/** Whether a conditional write to DynamoDB found something else than it expected. */
export function isConditionFailed(error: unknown): boolean {
  return awsFailureOf(error).name === 'ConditionalCheckFailedException';
}

/** Whether AWS asked us to slow down. */
export function isThrottle({ name, httpStatus }: AwsFailure): boolean {
  return THROTTLES.has(name) || httpStatus === 429;
}

/**
 * The SDK's error in our words. `Throttled` and `Unavailable` leave the outcome of a write open.
 * @param call - what was tried, as `RunTask`
 */
export function toControllerError(error: unknown, call: string): ControllerError {
  if (error instanceof ControllerError) return error;
  const failure = awsFailureOf(error);
  const message = `${call}: ${failure.name}: ${failure.message}`;
  const status = failure.httpStatus;
  if (isThrottle(failure)) return new ControllerError('Throttled', message, { cause: error });
  if (PASSING.has(failure.name) || NO_ANSWER.test(failure.name) || status === 408 || (status ?? 0) >= 500) {
    return new ControllerError('Unavailable', message, { cause: error });
  }
  return new ControllerError(status === undefined ? 'Internal' : 'Misconfigured', message, { cause: error });
}
