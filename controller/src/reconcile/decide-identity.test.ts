import { describe, expect, it } from 'vitest';
import { aMeetingWith, anEndedAttempt, type Change, CREATED } from './a-meeting-with.ts';
import { decide } from './decide.ts';
import { DEFAULT_POLICY as policy } from './policy.ts';
import type { Observed } from './steps.ts';
import * as to from './transitions/index.ts';

const NOW = CREATED + 60_000;
const spec = { identity: 'any' };
const free = { kind: 'free', names: ['a', 'b'] } as const;
const taken = { kind: 'taken', names: ['a', 'b'] } as const;
const slot = { kind: 'free' } as const;

const step = (seen: Partial<Observed>, change: Change = { spec }) =>
  decide(aMeetingWith(change), { delivering: false, ...seen }, NOW, policy);

describe('a Meeting that wants to join signed in', () => {
  it('asks for an identity, then for a place, and takes the identity last of all', () => {
    expect(step({})).toMatchObject({ do: 'observe', what: 'identity' });
    expect(step({ identity: free })).toMatchObject({ do: 'observe', what: 'slot' });
    expect(step({ identity: free, slot })).toMatchObject({ do: 'observe', what: 'claim' });
    expect(step({ identity: free, slot, claim: { name: 'b' } })).toMatchObject({ do: 'begin', identity: 'b' });
  });

  it('holds no place while it waits, says once which identities it waits for, and looks again', () => {
    const wait = step({ identity: taken });
    expect(wait).toMatchObject({ do: 'awaitIdentity', reason: 'WaitingForIdentity' });
    if (wait.do !== 'awaitIdentity') return;

    const waiting = to.identityAwaited(aMeetingWith({ spec, status: { queuePosition: 3 } }), wait, NOW);

    expect(waiting.status.queuePosition).toBeUndefined();
    expect(waiting.status).toMatchObject({
      phase: 'Pending',
      conditions: [
        { type: 'Launched', status: 'False', reason: 'WaitingForIdentity', message: expect.stringContaining('a, b') },
      ],
    });
    expect(decide(waiting, { delivering: false, identity: taken }, NOW, policy)).toMatchObject({
      do: 'wait',
      until: NOW + policy.identityRecheck,
    });
  });

  it('waits as well when another process has it, though this one thought it free', () => {
    expect(step({ identity: free, slot, claim: null })).toMatchObject({ do: 'awaitIdentity' });
  });

  it('says that the settings do not have it any more', () => {
    expect(step({ identity: { kind: 'unknown' } })).toMatchObject({
      do: 'awaitIdentity',
      reason: 'UnknownIdentity',
      message: 'setting BROWSER_IDENTITIES has no identity any of google-meet',
    });
  });

  it('is missed, or stopped, as any other that waits', () => {
    expect(decide(aMeetingWith({ spec }), { delivering: false }, CREATED + 6 * 3_600_000, policy)).toMatchObject({
      do: 'conclude',
      reason: 'Missed',
    });
    expect(step({ identity: taken }, { spec: { ...spec, stop: true } })).toMatchObject({ reason: 'StopRequested' });
  });

  it('writes the name into the intent, and not into that of a salvage', () => {
    const before = aMeetingWith({ spec, status: { attempts: [anEndedAttempt('RecorderLost', { identity: 'a' })] } });

    const begun = to.begun(before, { mode: 'record', taskDefinition: 'recorder:1', identity: 'b' }, NOW);

    expect(begun.status.attempts.map(({ identity }) => identity)).toEqual(['a', 'b']);
  });
});

it('a guest takes no identity', () => {
  expect(step({ slot }, {})).toEqual(expect.not.objectContaining({ identity: expect.anything() }));
});
