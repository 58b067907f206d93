import { ObjectStoreError, type StoreErrorCode } from './object-store.ts';

/** S3's error codes (API reference, "Error responses") that are not what their HTTP status says. */
const BY_NAME: Record<string, StoreErrorCode> = {
  NoSuchKey: 'NotFound',
  NotFound: 'NotFound',
  NoSuchUpload: 'NoSuchUpload',
  PreconditionFailed: 'AlreadyExists',
  NoSuchBucket: 'Refused',
  InvalidAccessKeyId: 'Refused',
  SignatureDoesNotMatch: 'Refused',
  PermanentRedirect: 'Refused',
  AuthorizationHeaderMalformed: 'Refused',
  CredentialsProviderError: 'Refused',
  // Two conditional writes at once: the next try learns who won.
  ConditionalRequestConflict: 'Unavailable',
  OperationAborted: 'Unavailable',
  // Damaged on the way: sent again it may arrive whole.
  BadDigest: 'Unavailable',
  InvalidDigest: 'Unavailable',
  XAmzContentSHA256Mismatch: 'Unavailable',
  XAmzContentChecksumMismatch: 'Unavailable',
  IncompleteBody: 'Unavailable',
  RequestTimeout: 'Unavailable',
  // The clock is corrected by the SDK from this very answer; the task role's tokens are renewed.
  RequestTimeTooSkewed: 'Unavailable',
  ExpiredToken: 'Unavailable',
  InvalidToken: 'Unavailable',
  // What the same call would be told again, whatever anybody mends.
  EntityTooSmall: 'Invalid',
  EntityTooLarge: 'Invalid',
  InvalidPart: 'Invalid',
  InvalidPartOrder: 'Invalid',
  InvalidRange: 'Invalid',
  MalformedXML: 'Invalid',
};
/** S3 hands on what KMS answers, whose "slow down" has the status 400. */
const SLOW_DOWN = /throttl|slow ?down|too ?many ?requests|limit ?exceeded/i;

/** What an error of the SDK means to us. */
export function toStoreError(error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const {
    name = 'Error',
    message = String(error),
    $metadata,
  } = error as {
    name?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  const code = BY_NAME[name] ?? (SLOW_DOWN.test(name) ? 'Unavailable' : byStatus(status));
  return new ObjectStoreError(code, `${name}${status ? ` (${status})` : ''}: ${message}`, { cause: error });
}

function byStatus(status: number | undefined): StoreErrorCode {
  // No answer at all, or an answer that could not be read.
  if (status === undefined || status < 300 || status >= 500 || status === 408 || status === 429) return 'Unavailable';
  switch (status) {
    // Not one of those above: a key of KMS that is off, a policy of the bucket. Media waits for whoever mends it.
    case 400:
    case 401:
    case 403:
    case 301:
    case 307:
      return 'Refused';
    case 404:
      return 'NotFound';
    case 409:
      return 'Unavailable';
    case 412:
      return 'AlreadyExists';
    default:
      return 'Invalid';
  }
}
