import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

/** A machine whose idle share is told look by look. */
function madeMachine() {
  const looks: ((idle: number) => void)[] = [];
  const look = () => new Promise<number>((resolve) => void looks.push(resolve));
  const show = async (idle: number) => {
    await settled();
    looks.shift()?.(idle);
    await settled();
  };
  return { look, show };
}

/** Nobody waits. */
const atOnce = async () => {};

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a turnstile', () => {
  it('lets two in whatever the machine does, and a third one once it has time', async () => {
    const { look, show } = madeMachine();
    const turnstile = new Turnstile(look, atOnce);
    const inside: number[] = [];
    const leaving = Promise.withResolvers<void>();
    const passing = [1, 2, 3].map((each) =>
      turnstile.pass(async () => {
        inside.push(each);
        await leaving.promise;
      }),
    );

    await show(0);
    await show(0);
    await show(0.1);
    expect(inside).toEqual([1, 2]);
    await show(0.5);
    expect(inside).toEqual([1, 2, 3]);

    leaving.resolve();
    await Promise.all(passing);
  });

  it('counts nobody who does little, but has no place for them beside two others while the machine has no time', async () => {
    const { look, show } = madeMachine();
    const turnstile = new Turnstile(look, atOnce);
    const inside: string[] = [];
    const leaving = Promise.withResolvers<void>();
    const passing = ['waits', 'works', 'waits, too', 'works, too', 'comes late'].map((each) =>
      turnstile.pass(
        async () => {
          inside.push(each);
          await leaving.promise;
        },
        { doesLittle: !each.startsWith('works') },
      ),
    );

    for (let looks = 0; looks < 6; looks += 1) await show(0);
    expect(inside).toEqual(['waits', 'works', 'waits, too', 'works, too']);
    await show(0.5);
    expect(inside.at(-1)).toBe('comes late');

    leaving.resolve();
    await Promise.all(passing);
  });

  it('lets nobody in before what the work costs shows', async () => {
    const begun = Promise.withResolvers<void>();
    const turnstile = new Turnstile(
      async () => 1,
      (ms) => (ms === 5000 ? begun.promise : atOnce()),
    );
    const inside: number[] = [];
    const passing = [5000, 0].map((beginsIn) => turnstile.pass(async () => void inside.push(beginsIn), { beginsIn }));

    await settled();
    expect(inside).toEqual([5000]);

    begun.resolve();
    await Promise.all(passing);
    expect(inside).toEqual([5000, 0]);
  });

  it('lets the next one in where the work of one before it has failed', async () => {
    const turnstile = new Turnstile(async () => 0, atOnce);
    const failing = Array.from({ length: 4 }, () => turnstile.pass(() => Promise.reject(new Error('failed'))));

    expect(await Promise.allSettled(failing)).toHaveLength(4);
    await expect(turnstile.pass(async () => 'done')).resolves.toBe('done');
  });
});
