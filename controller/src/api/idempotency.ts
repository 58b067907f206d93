import { createHash } from 'node:crypto';
import { GROUP, type Meeting } from '@meetingbot/crds-schema';
import type { FastifyRequest } from 'fastify';
import type { MeetingDraft } from './meeting-input.ts';
import { badRequest } from './status-error.ts';

/** Kept on the Meeting, so that it holds over restarts, on every replica, and as long as the Meeting does. */
export const IDEMPOTENCY_ANNOTATION = `${GROUP}/idempotency-key`;
const MAX_LENGTH = 255;
const DIGITS = 32;

/** Who asked for what, once. Neither the key nor the request can be read from it. */
export interface IdempotencyKey {
  /** Of the key, the namespace and who sent it. */
  id: string;
  /** Of the request. */
  fingerprint: string;
}

/**
 * Header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a string, in quotes or without.
 * @throws ApiError `BadRequest`
 */
export function idempotencyKey(
  { headers, principal }: FastifyRequest,
  draft: MeetingDraft,
  namespace: string,
): IdempotencyKey | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > MAX_LENGTH) {
    throw badRequest(`Idempotency-Key: expected 1 to ${MAX_LENGTH} printable characters`);
  }
  const sender = principal?.kind === 'user' ? principal.id : '';
  return { id: digest([key, namespace, sender]), fingerprint: digest([draft.metadata, draft.spec]) };
}

/** The annotation of a Meeting made for a key. */
export const annotationOf = ({ id, fingerprint }: IdempotencyKey): string => `${id}.${fingerprint}`;

/** Whose a stored Meeting is: of this very request, of another one with the same key, or neither. */
export function claimOf({ metadata }: Meeting, { id, fingerprint }: IdempotencyKey): 'same' | 'reused' | 'other' {
  const [storedId, storedFingerprint] = (metadata.annotations?.[IDEMPOTENCY_ANNOTATION] ?? '').split('.');
  if (storedId !== id) return 'other';
  return storedFingerprint === fingerprint ? 'same' : 'reused';
}

/** The end of a generated name: the same for every try of a request. @param attempt - counts names that were taken */
export function suffixOf({ id }: IdempotencyKey, generateName: string, attempt: number): string {
  const room = Math.min(12, 63 - generateName.length);
  return digest([id, attempt]).slice(0, room);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, DIGITS);
}
