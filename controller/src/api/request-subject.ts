import type { Meeting } from '@meetingbot/crds-schema';
import type { FastifyRequest } from 'fastify';
import { identityOf, type MeetingIdentity } from '../log.ts';
import type { RecorderClaims } from './recorder-token.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The Meeting that it is about, once that is known. */
    subject: MeetingIdentity | undefined;
  }
}

/** Notes for the request's log lines which Meeting it is about; of a recorder's request its token has said so. */
export function noteSubject(request: FastifyRequest, meeting: Meeting): void {
  request.subject ??= identityOf(meeting);
}

/** The Meeting and the attempt that a recorder's token is for. */
export function subjectOfClaims({ namespace, name, uid, attempt }: RecorderClaims): MeetingIdentity {
  return { meeting: `${namespace}/${name}`, uid, attempt };
}

/**
 * A request for a log: its route, never its query, headers or body. Namespace and name are what its path says; there
 * may be no such Meeting.
 */
export function describeRequest({ method, params, routeOptions, subject }: FastifyRequest): object {
  const { ns: namespace, name } = (params ?? {}) as { ns?: string; name?: string };
  return { method, route: routeOptions.url ?? 'unknown', namespace, name, ...subject };
}
