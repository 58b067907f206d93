import { describe, expect, it } from 'vitest';
import { box } from './boxes.ts';
import { FragmentSplitter } from './fragment-splitter.ts';
import { madeTake } from './made-media.fixture.ts';

const { init, fragments } = madeTake({ name: 'a', seconds: 6 });
const stream = Buffer.concat([init, ...fragments]);

describe('FragmentSplitter', () => {
  it.each([1, 7, 1000, stream.length])(
    'hands out the same units when the stream comes in pieces of %i bytes',
    (size) => {
      const splitter = new FragmentSplitter();
      const units = [];
      for (let at = 0; at < stream.length; at += size) units.push(...splitter.push(stream.subarray(at, at + size)));

      expect(units.map((unit) => unit.kind)).toEqual(['init', 'fragment', 'fragment', 'fragment']);
      expect(units.map((unit) => unit.bytes)).toEqual([init, ...fragments]);
      expect(splitter.heldBytes).toBe(0);
    },
  );

  it('keeps back a fragment that is cut off', () => {
    const splitter = new FragmentSplitter();

    const units = splitter.push(stream.subarray(0, stream.length - 1));

    expect(units).toHaveLength(3);
    expect(splitter.heldBytes).toBe((fragments[2]?.length ?? 0) - 1);
  });

  it('leaves out boxes without media, and media without an index', () => {
    const splitter = new FragmentSplitter();

    const units = splitter.push(
      Buffer.concat([box('styp'), box('mdat', Buffer.alloc(9)), ...fragments.slice(0, 1), box('mfra')]),
    );

    expect(units.map((unit) => unit.bytes)).toEqual(fragments.slice(0, 1));
  });

  it('refuses what are no boxes, before it collects them', () => {
    expect(() => new FragmentSplitter().push(Buffer.from('\x00\x00\x00\x02mdat'))).toThrow(/size 2/);
    expect(() => new FragmentSplitter().push(Buffer.from('\xff\xff\xff\xffmdat....', 'latin1'))).toThrow(/at most/);
  });
});
