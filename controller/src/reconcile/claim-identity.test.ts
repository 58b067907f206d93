import { keyString, type Meeting } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ConflictError } from '../errors.ts';
import { MemoryIdentityLocks } from '../store/memory-identity-locks.ts';
import { aMeetingWith, anAttempt, anEndedAttempt, type Change } from './a-meeting-with.ts';
import { claimIdentity } from './claim-identity.ts';

/** A Meeting of that name at a version, with the attempts it has. */
const meeting = (name: string, version: number, attempts: NonNullable<Change['status']>['attempts'] = []): Meeting =>
  aMeetingWith({ metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) }, status: { attempts } });

function aTable(...meetings: Meeting[]) {
  const rows = new Map(meetings.map((each) => [keyString(each.metadata), each]));
  const locks = new MemoryIdentityLocks();
  const store = { get: async (key: { namespace: string; name: string }) => rows.get(keyString(key)) };
  return {
    locks,
    write: (changed: Meeting) => rows.set(keyString(changed.metadata), changed),
    remove: (gone: Meeting) => rows.delete(keyString(gone.metadata)),
    claim: (by: Meeting) => claimIdentity({ locks, store }, 'bot', by),
  };
}

describe('an identity', () => {
  const first = meeting('first', 1);
  const second = meeting('second', 1);

  it('goes to the first that takes it, who may ask again', async () => {
    const { claim } = aTable(first, second);

    expect(await claim(first)).toBe(true);
    expect(await claim(first)).toBe(true);
    expect(await claim(second)).toBe(false);
  });

  it('is held as long as the intent may still be written, and by the open attempt then', async () => {
    const { claim, write } = aTable(first, second);
    await claim(first);

    write(meeting('first', 2, [anAttempt({ identity: 'bot' })]));
    expect(await claim(second)).toBe(false);
    write(meeting('first', 9, [anAttempt({ identity: 'bot' })]));
    expect(await claim(second)).toBe(false);
  });

  it('is free once the attempt has ended, and for nobody else then', async () => {
    const { claim, write } = aTable(first, second, meeting('third', 1));
    await claim(first);

    write(meeting('first', 3, [anEndedAttempt('HostEnded', { identity: 'bot' })]));
    expect(await claim(second)).toBe(true);
    expect(await claim(meeting('third', 1))).toBe(false);
  });

  it('is free when the intent can not be written any more: a crash leaves nothing locked', async () => {
    const { claim, write } = aTable(first, second);
    await claim(first);

    write(meeting('first', 2));
    expect(await claim(second)).toBe(true);
  });

  it('is free when its Meeting is gone, or is another one of the same name', async () => {
    const { claim, remove, write } = aTable(first, second, meeting('third', 1));
    await claim(first);
    remove(first);
    expect(await claim(second)).toBe(true);
    write({ ...second, metadata: { ...second.metadata, uid: 'uid-of-another' } });
    expect(await claim(meeting('third', 1))).toBe(true);
  });

  it('is not held by an attempt that joins as somebody else, or as a guest', async () => {
    const { claim, write } = aTable(first, second);
    await claim(first);
    write(meeting('first', 2, [anAttempt({ identity: 'other' })]));

    expect(await claim(second)).toBe(true);
  });

  it('is not taken by a leader that has slept: its Meeting has gone on, and the lock with it', async () => {
    const { claim, locks } = aTable(meeting('first', 5));
    await claim(meeting('first', 5));

    await expect(claim(meeting('first', 4))).rejects.toThrow(ConflictError);
    expect(await locks.read('bot')).toMatchObject({ version: '5' });
  });

  it('goes to one of two leaders that find it free at the same time', async () => {
    const { claim, write } = aTable(first, second, meeting('third', 1));
    await claim(first);
    write(meeting('first', 2));

    const won = await Promise.all([claim(second), claim(meeting('third', 1))]);
    expect(won.filter(Boolean)).toHaveLength(1);
  });
});
