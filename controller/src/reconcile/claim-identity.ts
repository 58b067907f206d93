import { keyOf, type Meeting } from '@meetingbot/crds-schema';
import { ConflictError } from '../errors.ts';
import type { IdentityHolder, IdentityLocks, MeetingStore } from '../ports.ts';
import { openAttempt } from './attempts.ts';

export interface ClaimDeps {
  locks: IdentityLocks;
  store: Pick<MeetingStore, 'get'>;
}

/**
 * Takes an identity for the attempt whose intent replaces this very version of the Meeting. It is held from now on, by the
 * Meeting's record: until that version is replaced by one without an open attempt that carries the identity. So nothing has to be given
 * back, and a crash anywhere leaves nothing locked.
 *
 * Two leaders can't both have it. The item names the last taker and the version it will write upon; it is replaced only
 * when that Meeting is gone, or at a later version without such an attempt. Then the taker's intent can't be written any
 * more, as writes are conditional on the version; and a later take of that Meeting would have to replace the item first.
 * @param meeting - as it is stored
 * @returns false: another recorder has it, or may have it in a moment
 * @throws ConflictError when the Meeting has a later version already
 */
export async function claimIdentity({ locks, store }: ClaimDeps, identity: string, meeting: Meeting): Promise<boolean> {
  const { uid, resourceVersion: version } = meeting.metadata;
  const self: IdentityHolder = { key: keyOf(meeting), uid, version };
  const seen = await locks.read(identity);
  if (seen !== undefined) {
    if (isSame(seen, self)) return true;
    if (!(await isOver(seen))) return false;
  }
  if (await locks.write(identity, self, seen)) return true;
  // A write that is tried again when its answer is lost fails against its own first try.
  const stored = await locks.read(identity);
  return stored !== undefined && isSame(stored, self);

  async function isOver(holder: IdentityHolder): Promise<boolean> {
    if (holder.uid === uid) {
      if (Number(holder.version) > Number(version)) throw new ConflictError('the Meeting has a later version');
      return true;
    }
    const other = await store.get(holder.key);
    if (other?.metadata.uid !== holder.uid) return true;
    if (openAttempt(other)?.identity === identity) return false;
    return Number(other.metadata.resourceVersion) > Number(holder.version);
  }
}

function isSame(a: IdentityHolder, b: IdentityHolder): boolean {
  return a.uid === b.uid && a.version === b.version;
}
