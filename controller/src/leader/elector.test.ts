import { silentLogger } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ControllerError } from '../errors.ts';
import { Chance } from '../simulation/chance.ts';
import { Life } from '../simulation/life.ts';
import { Scheduler } from '../simulation/scheduler.ts';
import { Elector } from './elector.ts';
import type { LeaseRecord, LeaseStore } from './lease.ts';

/** The production's periods, milliseconds. */
const PERIODS = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000, followPeriod: 2_000 };

class OneLease implements LeaseStore {
  record: LeaseRecord | undefined;
  isAway = false;
  /** The next write has its effect, but its answer is lost. */
  losesAnswer = false;

  async read() {
    if (this.isAway) throw new ControllerError('Unavailable', 'away');
    return this.record;
  }

  async write(record: LeaseRecord, seen: number | undefined) {
    if (this.isAway) throw new ControllerError('Unavailable', 'away');
    if (this.record?.version !== seen) return false;
    this.record = record;
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw new ControllerError('Unavailable', 'the answer was lost');
    }
    return true;
  }
}

/** Processes that stand for election on one lease, in simulated time. */
function anElection() {
  const scheduler = new Scheduler(new Chance('election'));
  const lease = new OneLease();
  const stand = (name: string, { work = 0, store = lease }: { work?: number; store?: LeaseStore } = {}) => {
    const life = new Life(name, scheduler);
    const ending = new AbortController();
    const log: string[] = [];
    const elector = new Elector({
      ...{ store, clock: life.clock, log: silentLogger, identity: name, ...PERIODS },
      lead: async (signal) => {
        log.push(`leads ${scheduler.time}`);
        await life.clock.sleep(Number.MAX_SAFE_INTEGER / 4, signal).catch(() => {});
        if (work > 0) await life.wait(work);
        log.push(`rests ${scheduler.time}`);
      },
    });
    const over = elector.run(ending.signal);
    return { life, elector, log, over, end: () => ending.abort(new Error('deploy')) };
  };
  return { scheduler, lease, stand, pass: (ms: number) => scheduler.run(scheduler.time + ms, () => false) };
}

describe('Elector', () => {
  it('lets one of two lead', async () => {
    const { stand, pass } = anElection();
    const [a, b] = [stand('a'), stand('b')];

    await pass(60_000);

    expect([a.elector.isLeading, b.elector.isLeading].sort()).toEqual([false, true]);
  });

  it('takes over within 20 s of a leader that was killed, and not before its lease is over', async () => {
    const { stand, pass, scheduler } = anElection();
    const a = stand('a');
    await pass(1_000);
    const b = stand('b');
    await pass(30_000);
    const killedAt = scheduler.time;

    a.life.kill();
    await pass(60_000);

    const took = Number(b.log[0]?.split(' ')[1]) - killedAt;
    expect(took).toBeLessThanOrEqual(20_000);
    expect(took).toBeGreaterThanOrEqual(PERIODS.leaseDuration - PERIODS.retryPeriod);
  });

  it('hands over within 2 s when the leader leaves in order', async () => {
    const { stand, pass, scheduler } = anElection();
    const a = stand('a');
    await pass(1_000);
    const b = stand('b');
    await pass(30_000);
    const leftAt = scheduler.time;

    a.end();
    await a.over;
    await pass(10_000);

    expect(Number(b.log[0]?.split(' ')[1]) - leftAt).toBeLessThanOrEqual(2_000);
  });

  it('gives the lease back only when its work has come to rest', async () => {
    const { stand, pass, lease } = anElection();
    const a = stand('a', { work: 5_000 });
    await pass(10_000);

    a.end();
    await pass(4_999);
    expect(lease.record).toMatchObject({ holder: 'a', duration: 15_000 });
    await pass(1);
    await a.over;

    expect(lease.record).toMatchObject({ holder: '', duration: 0 });
  });

  it('stops leading when it could not renew for as long as the deadline', async () => {
    const { stand, pass, lease } = anElection();
    const a = stand('a');
    await pass(10_000);

    lease.isAway = true;
    await pass(PERIODS.renewDeadline + 2 * PERIODS.retryPeriod);
    expect(a.elector.isLeading).toBe(false);
    lease.isAway = false;
    await pass(20_000);

    expect(a.elector.isLeading).toBe(true);
    expect(a.log.map((line) => line.split(' ')[0])).toEqual(['leads', 'rests', 'leads']);
  });

  it('goes on leading when only the answer to a renewal was lost', async () => {
    const { stand, pass, lease } = anElection();
    const a = stand('a');
    await pass(10_000);

    lease.losesAnswer = true;
    await pass(20_000);

    expect(a.elector.isLeading).toBe(true);
    expect(a.log).toHaveLength(1);
  });

  it('stops leading when it wakes up and finds another leading', async () => {
    const { stand, pass } = anElection();
    const a = stand('a');
    await pass(1_000);
    const b = stand('b');
    await pass(10_000);

    a.life.pause(60_000);
    await pass(30_000);
    expect(b.elector.isLeading).toBe(true);
    await pass(40_000);

    expect(a.elector.isLeading).toBe(false);
    expect(b.elector.isLeading).toBe(true);
  });

  it('judges the lease by its own clock, whatever the time of day is', async () => {
    const { stand, pass } = anElection();
    const a = stand('a');
    await pass(1_000);
    const b = stand('b');
    b.life.offset = 3_600_000;

    await pass(60_000);

    expect(a.elector.isLeading).toBe(true);
    expect(b.elector.isLeading).toBe(false);
  });
});
