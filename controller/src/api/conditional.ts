import type { Meeting } from '@meetingbot/crds-schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './status-error.ts';

/** The ETag of a Meeting: its resourceVersion. */
export const etagOf = ({ metadata }: Pick<Meeting, 'metadata'>): string => `"${metadata.resourceVersion}"`;

/** The tags of If-Match or If-None-Match (RFC 9110 §13.1); a header may come more than once. */
function tagsOf(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** Whether the client makes its write depend on the version that it read. */
export function isConditional(request: FastifyRequest): boolean {
  return request.headers['if-match'] !== undefined;
}

/**
 * If-Match and If-None-Match of a request that changes what is stored. A weak tag matches nothing here.
 * @throws ApiError `PreconditionFailed`
 */
export function expectPreconditions({ headers }: FastifyRequest, current: Meeting): void {
  const wanted = headers['if-match'];
  const etag = etagOf(current);
  if (wanted !== undefined && !tagsOf(wanted).some((tag) => tag === '*' || tag === etag)) {
    throw new ApiError(
      'PreconditionFailed',
      `If-Match: expected ${etag}, the stored version, got ${wanted.slice(0, 80)}`,
    );
  }
  if (isAmong(headers['if-none-match'], etag)) {
    throw new ApiError('PreconditionFailed', `If-None-Match: the stored version is ${etag}`);
  }
}

/** Sends a Meeting with its ETag, or 304 where the client has this version. */
export function sendIfNew(request: FastifyRequest, reply: FastifyReply, meeting: Meeting, body: object): FastifyReply {
  const etag = etagOf(meeting);
  reply.header('etag', etag);
  if (isAmong(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.send(body);
}

function isAmong(header: string | undefined, etag: string): boolean {
  return tagsOf(header).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
}
