import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a recorder's token says: whose status it opens, and for which attempt. */
export interface RecorderClaims {
  namespace: string;
  name: string;
  uid: string;
  attempt: number;
}

export const RECORDER_TOKEN_PREFIX = 'mtb_';
const SEPARATOR = '/';

/**
 * The token of one attempt: `mtb_<claims>.<HMAC-SHA256 of the claims>`, both base64url. The same claims make the
 * same token, so that every try of a launch makes the same request.
 * @param key - at least 32 bytes, the same in all replicas and over restarts
 */
export function issueRecorderToken(key: Uint8Array, { namespace, name, uid, attempt }: RecorderClaims): string {
  const claims = Buffer.from([namespace, name, uid, attempt].join(SEPARATOR)).toString('base64url');
  return `${RECORDER_TOKEN_PREFIX}${claims}.${sign(key, claims).toString('base64url')}`;
}

/** The claims of a token; undefined when this key did not sign it. */
export function verifyRecorderToken(key: Uint8Array, token: string): RecorderClaims | undefined {
  if (!token.startsWith(RECORDER_TOKEN_PREFIX) || token.length > 1024) return undefined;
  const [claims = '', signature = ''] = token.slice(RECORDER_TOKEN_PREFIX.length).split('.');
  const given = Buffer.from(signature, 'base64url');
  const wanted = sign(key, claims);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const [namespace, name, uid, attempt] = Buffer.from(claims, 'base64url').toString().split(SEPARATOR);
  if (namespace === undefined || name === undefined || uid === undefined || attempt === undefined) return undefined;
  return { namespace, name, uid, attempt: Number(attempt) };
}

function sign(key: Uint8Array, claims: string): Buffer {
  return createHmac('sha256', key).update(RECORDER_TOKEN_PREFIX).update(claims).digest();
}
