import { parseBrowserIdentities } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { Identities } from './identities.ts';

const key = (name: string) => ({ namespace: 'default', name });
const MEET = 'google-meet';

function someIdentities(setting = 'a=google-meet:file:/a,b=google-meet:file:/b,z=zoom:file:/z') {
  const woken: string[] = [];
  const identities = new Identities(parseBrowserIdentities(setting), (id) => woken.push(id.replace('default/', '')));
  return { identities, woken };
}

describe('Identities', () => {
  it('knows those of the platform that is asked for, by name or any', () => {
    const { identities } = someIdentities();

    expect(identities.ask(key('1'), 'b', MEET)).toEqual({ kind: 'free', names: ['b'] });
    expect(identities.ask(key('1'), 'any', MEET)).toEqual({ kind: 'free', names: ['a', 'b'] });
    expect(identities.ask(key('2'), 'z', MEET)).toEqual({ kind: 'unknown' });
    expect(identities.ask(key('2'), 'any', 'jitsi')).toEqual({ kind: 'unknown' });
    expect(identities.secretOf('z')).toBe('file:/z');
    expect(identities.secretOf('y')).toBeUndefined();
  });

  it('serves whoever has waited longest, and wakes him when one is free', () => {
    const { identities, woken } = someIdentities();
    identities.hold(key('1'), 'a');

    expect(identities.ask(key('2'), 'a', MEET)).toEqual({ kind: 'taken', names: ['a'] });
    expect(identities.ask(key('3'), 'a', MEET)).toEqual({ kind: 'taken', names: ['a'] });
    identities.release(key('1'), false);

    expect(woken).toEqual(['2']);
    expect(identities.ask(key('3'), 'a', MEET)).toEqual({ kind: 'taken', names: ['a'] });
    expect(identities.ask(key('2'), 'a', MEET)).toEqual({ kind: 'free', names: ['a'] });
  });

  it('wakes the next when the one before wants none any more', () => {
    const { identities, woken } = someIdentities();
    identities.ask(key('1'), 'a', MEET);
    identities.ask(key('2'), 'a', MEET);

    identities.release(key('1'), true);
    expect(woken).toEqual([]);
    identities.release(key('1'), false);
    expect(woken).toEqual(['2']);
  });

  it('does not let one who waits for another identity wait for his turn', () => {
    const { identities } = someIdentities();
    identities.hold(key('1'), 'a');
    identities.ask(key('2'), 'a', MEET);

    expect(identities.ask(key('3'), 'any', MEET)).toEqual({ kind: 'free', names: ['b'] });
  });

  it('goes round the identities: the one that rested longest is the next', () => {
    const { identities } = someIdentities();
    for (const name of ['a', 'b', 'a']) {
      const asked = identities.ask(key(name), 'any', MEET);
      expect(asked).toMatchObject({ kind: 'free', names: expect.any(Array) });
      expect(asked.kind === 'unknown' ? [] : asked.names[0]).toBe(name);
      identities.hold(key(name), name);
      identities.release(key(name), false);
    }
  });
});
