import { keyString } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { type SlotLimits, Slots } from './slots.ts';

const key = (namespace: string, name: string) => ({ namespace, name });

/** Slots whose waiting Meetings ask again when they are woken, as the reconciler does. */
function someSlots(limits: SlotLimits) {
  const served: string[] = [];
  const slots = new Slots(limits, (id) => {
    const [namespace = '', name = ''] = id.split('/');
    ask(key(namespace, name));
  });
  const ask = (of: { namespace: string; name: string }) => {
    const answer = slots.ask(of);
    if (answer.kind === 'free') served.push(keyString(of));
    return answer;
  };
  return { slots, served, ask };
}

describe('Slots', () => {
  it('gives places until the limit is reached and says the place in the queue from 1', () => {
    const { ask } = someSlots({ total: 2, perNamespace: 2 });

    expect(ask(key('a', '1'))).toEqual({ kind: 'free' });
    expect(ask(key('a', '2'))).toEqual({ kind: 'free' });
    expect(ask(key('a', '3'))).toEqual({ kind: 'taken', position: 1 });
    expect(ask(key('a', '4'))).toEqual({ kind: 'taken', position: 2 });
  });

  it('gives the same Meeting its place again', () => {
    const { slots, ask } = someSlots({ total: 1, perNamespace: 1 });

    ask(key('a', '1'));

    expect(ask(key('a', '1'))).toEqual({ kind: 'free' });
    expect(slots.held).toBe(1);
  });

  it('wakes the one that has waited longest when a place becomes free', () => {
    const { slots, served, ask } = someSlots({ total: 1, perNamespace: 1 });
    for (const name of ['1', '2', '3']) ask(key('a', name));

    slots.release(key('a', '1'));
    slots.release(key('a', '2'));

    expect(served).toEqual(['a/1', 'a/2', 'a/3']);
  });

  it('goes round the namespaces, so that a crowd does not keep a single one out', () => {
    const { slots, served, ask } = someSlots({ total: 1, perNamespace: 1 });
    for (const name of ['1', '2', '3', '4']) ask(key('crowd', name));
    ask(key('single', '1'));

    slots.release(key('crowd', '1'));
    slots.release(key('crowd', '2'));

    expect(served.slice(0, 3)).toEqual(['crowd/1', 'crowd/2', 'single/1']);
  });

  it('lets no namespace have more than its limit, also when places are free', () => {
    const { slots, served, ask } = someSlots({ total: 3, perNamespace: 1 });
    ask(key('a', '1'));

    expect(ask(key('a', '2')).kind).toBe('taken');
    expect(ask(key('b', '1'))).toEqual({ kind: 'free' });
    slots.release(key('a', '1'));

    expect(served).toEqual(['a/1', 'b/1', 'a/2']);
  });

  it('counts recorders that are alive beyond the limits', () => {
    const { slots, ask } = someSlots({ total: 1, perNamespace: 1 });

    slots.hold(key('a', '1'));
    slots.hold(key('a', '2'));
    expect(ask(key('a', '3')).kind).toBe('taken');
    slots.release(key('a', '1'));

    expect(slots.held).toBe(1);
    expect(ask(key('a', '3')).kind).toBe('taken');
  });

  it('forgets one that leaves the queue', () => {
    const { slots, served, ask } = someSlots({ total: 1, perNamespace: 1 });
    for (const name of ['1', '2', '3']) ask(key('a', name));

    slots.release(key('a', '2'));
    slots.release(key('a', '1'));

    expect(served).toEqual(['a/1', 'a/3']);
    expect(slots.waiting).toBe(0);
  });
});
