import type { FastifyError } from 'fastify';
import { ControllerError } from '../errors.ts';
import { JSON_PATCH, JSON_TYPE, MERGE_PATCH, YAML_TYPE } from './body-parser.ts';
import { ApiError, badRequest, type StatusReason, unsupportedMediaType } from './status-error.ts';

/** Seconds a client is told to wait when the database would not take more. */
const RETRY_AFTER_SECONDS = 1;
const MEDIA_TYPES = [JSON_TYPE, YAML_TYPE, MERGE_PATCH, JSON_PATCH];

/** The one table from whatever was thrown to what is answered. What is unexpected says nothing of its inside. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ControllerError) return ofControllerError(error);
  const { code, statusCode, validation, message } = error as Partial<FastifyError>;
  if (validation !== undefined) return badRequest(String(message));
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_TYPE':
      return unsupportedMediaType(MEDIA_TYPES);
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('RequestEntityTooLarge', 'the body of the request is too large');
    default:
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return badRequest(String(message));
  return internal(error);
}

function ofControllerError(error: ControllerError): ApiError {
  const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS };
  const as = (reason: StatusReason, details?: typeof retry) => new ApiError(reason, error.message, details, error);
  switch (error.code) {
    case 'AlreadyExists':
    case 'Conflict':
    case 'NotFound':
    case 'Unauthorized':
      return as(error.code);
    case 'Invalid':
      return as('BadRequest');
    case 'Throttled':
      return new ApiError('TooManyRequests', 'the database is busy, please try again', retry, error);
    case 'Unavailable':
      return new ApiError('ServiceUnavailable', 'the database could not be reached, please try again', retry, error);
    default:
      return internal(error);
  }
}

function internal(cause: unknown): ApiError {
  return new ApiError('InternalError', 'an unexpected error; the log of the controller has it', undefined, cause);
}
