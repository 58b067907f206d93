import { silentLogger } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { BrowserError } from '../browser/index.ts';
import { LeapClock } from '../leap-clock.fixture.ts';
import { JoinError, type PageView, type Platform, type Visit } from '../platforms/index.ts';
import { MeetingDriver } from './driver.ts';
import type { MeetingRules } from './rules.ts';

const RULES: MeetingRules = {
  ...{ lobbyMs: 60_000, noShowMs: 600_000, aloneMs: 10_000, silenceMs: 600_000, silenceArmMs: 600_000, maxMs: 600_000 },
  ...{ confirmMs: 1000, confirmAloneMs: 1000, endConfirmMs: 400, unknownMs: 20_000, elsewhereMs: 5000 },
  ...{ maxRejoins: 3, maxTakes: 3, forgiveMs: 600_000 },
};

/** A platform whose pages are told by the test, and the journal of what was done. */
function rig(
  pages: readonly { enter?: () => Promise<void>; views: () => PageView }[],
  rules: Partial<MeetingRules> = {},
  prepareMs = 0,
) {
  const clock = new LeapClock();
  const done: string[] = [];
  let arrivals = 0;
  const indexOf = new WeakMap<Visit, number>();
  const pageOf = (visit: Visit) => pages[Math.min(indexOf.get(visit) ?? 0, pages.length - 1)];
  const platform: Platform = {
    name: 'web',
    confirmMs: 1000,
    enter: async (visit) => pageOf(visit)?.enter?.(),
    observe: async (visit) => pageOf(visit)?.views() ?? { state: 'unknown', evidence: '' },
    leave: async () => undefined,
  };
  const journal = (what: string) => {
    done.push(what);
  };
  const driver = new MeetingDriver({
    ...{ platform, clock, logger: silentLogger, enterAt: 0, rules: { ...RULES, ...rules } },
    effects: {
      arrive: async (deadline, signal) => {
        journal('arrive');
        const visit = { deadline, signal, clock, logger: silentLogger } as unknown as Visit;
        indexOf.set(visit, arrivals++);
        return visit;
      },
      abandon: () => journal('abandon'),
      prepare: async () => {
        journal('prepare');
        await clock.sleep(prepareMs);
      },
      discard: async () => journal('discard'),
      record: async (why) => journal(`record ${why}`),
      pause: async () => journal('pause'),
      silentMs: () => undefined,
      onChange: () => undefined,
      onFault: async () => journal('evidence'),
    },
  });
  return { driver, done, clock };
}

const inCall = (participants = 2): PageView => ({ state: 'inCall', evidence: 'call', participants });
const unknown: PageView = { state: 'unknown', evidence: '?' };
const hung = (): never => {
  throw new BrowserError('PageHung', 'no answer');
};

describe('the driver', () => {
  it('enters, records once, and ends by the rules', async () => {
    const views = [...Array(20).fill(inCall()), ...Array(100).fill(inCall(1))] as PageView[];
    const { driver, done } = rig([{ views: () => views.shift() ?? inCall(1) }]);
    expect(await driver.attend()).toMatchObject({ reason: 'LeftAlone' });
    expect(done).toEqual(['arrive', 'prepare', 'record joined']);
  });

  it('goes by rules that were changed while it was in the call', async () => {
    const { driver, clock } = rig([{ views: () => inCall() }], { maxMs: 60_000 });
    const attending = driver.attend();
    const begun = clock.now();
    await clock.sleep(30_000);
    driver.rules = { ...RULES, maxMs: 120_000 };
    expect(await attending).toMatchObject({ reason: 'MaxDuration' });
    expect(clock.now() - begun).toBeGreaterThan(120_000);
  });

  it('goes in again with a new browser when the page hangs', async () => {
    let looks = 0;
    const first = { views: () => (++looks > 10 ? hung() : inCall()) };
    const second = { views: (): PageView => (++looks > 40 ? { state: 'ended', evidence: 'bye' } : inCall()) };
    const { driver, done } = rig([first, second]);
    expect(await driver.attend()).toMatchObject({ reason: 'HostEnded' });
    expect(done).toEqual([
      'arrive',
      'prepare',
      'record joined',
      'abandon',
      'pause',
      'arrive',
      'prepare',
      'record rejoined',
    ]);
  });

  it('looks at a page that answers before it is given up', async () => {
    let looks = 0;
    const first = { views: (): PageView => (++looks > 10 ? { state: 'unknown', evidence: '?' } : inCall()) };
    const { driver, done } = rig([first, { views: () => inCall() }], { maxMs: 60_000 });
    expect(await driver.attend()).toMatchObject({ reason: 'MaxDuration' });
    expect(done).toContain('evidence');
  });

  it('forgets what a page that was given up still says', async () => {
    let fail: (error: Error) => void = () => undefined;
    const entering = new Promise<void>((_, reject) => {
      fail = reject;
    });
    const first = { enter: () => entering, views: hung };
    const { driver, done, clock } = rig([first, { views: () => inCall() }], { maxMs: 5000 });
    const attending = driver.attend();
    await clock.sleep(100);
    driver.observe({ kind: 'lost', what: 'the renderer crashed' });
    fail(new JoinError('MeetingNotFound', 'too late'));
    expect(await attending).toMatchObject({ reason: 'MaxDuration' });
    expect(done).toEqual(['arrive', 'abandon', 'arrive', 'prepare', 'record joined']);
  });

  it('starts no encoder for a call that is gone from the page by then', async () => {
    const views = Array.from({ length: 40 }, (_, look) => (look % 2 === 0 ? inCall() : unknown));
    const { driver, done } = rig([{ views: () => views.shift() ?? inCall() }], { maxMs: 60_000 }, 2600);
    expect(await driver.attend()).toMatchObject({ reason: 'MaxDuration' });
    expect(done.filter((what) => what === 'prepare').length).toBeLessThan(12);
    expect(done.at(-1)).toBe('record joined');
  });

  it('begins a new take when the encoder dies, after a moment', async () => {
    const { driver, done, clock } = rig([{ views: () => inCall() }], { maxMs: 20_000 });
    const attending = driver.attend();
    await clock.sleep(5000);
    driver.observe({ kind: 'takeLost', what: 'ffmpeg ended' });
    expect(await attending).toMatchObject({ reason: 'MaxDuration' });
    expect(done).toEqual(['arrive', 'prepare', 'record joined', 'record encoderLost']);
  });

  it('does nothing more once it is over', async () => {
    const { driver, done } = rig([{ views: () => inCall() }]);
    driver.observe({ kind: 'stop', message: 'spec.stop is true' });
    driver.observe({ kind: 'lost', what: 'browser' });
    expect(await driver.attend()).toEqual({ reason: 'StopRequested', message: 'spec.stop is true' });
    expect(done).toEqual([]);
  });

  it('tells why joining failed', async () => {
    const enter = async () => {
      throw new JoinError('WrongPasscode', 'the passcode was not taken');
    };
    const { driver } = rig([{ enter, views: () => ({ state: 'unknown', evidence: '' }) }]);
    expect(await driver.attend()).toEqual({ reason: 'WrongPasscode', message: 'the passcode was not taken' });
  });
});
