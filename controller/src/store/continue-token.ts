import type { MeetingKey } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';

/** The token that continues a list after `key`, whether or not that Meeting still exists. Opaque to clients. */
export function continueAfter(key: MeetingKey): string {
  return Buffer.from(`${key.namespace}/${key.name}`).toString('base64url');
}

/** @throws ControllerError `Invalid` when it is no token of ours */
export function parseContinue(token: string): MeetingKey {
  const match = /^([-a-z0-9]{1,63})\/([-a-z0-9]{1,63})$/.exec(Buffer.from(token, 'base64url').toString());
  const [, namespace, name] = match ?? [];
  if (namespace === undefined || name === undefined) {
    throw new ControllerError('Invalid', 'continue: expected a token of an earlier list');
  }
  return { namespace, name };
}
