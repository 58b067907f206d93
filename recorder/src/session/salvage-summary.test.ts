import type { CompleteMeetingSpec, Meeting } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { salvage } from '../upload/index.ts';
import { WriterRig } from '../upload/writer-rig.fixture.ts';
import { summaryOfLost } from './salvage-summary.ts';

const JOINED = Date.parse('2026-02-06T15:00:00Z');
const at = (seconds: number) => new Date(JOINED + seconds * 1000).toISOString();
const attempt = { number: 1, mode: 'record', taskDefinition: 'recorder:1', startTime: at(-30) } as const;
const lost = { ...attempt, endTime: at(3600), reason: 'RecorderLost' };
const salvaging = { ...attempt, number: 2, mode: 'salvage' } as const;

function summaryOf(status: Partial<Meeting['status']>, maxSeconds = 14_400) {
  const spec = { leave: { maxSeconds } } as CompleteMeetingSpec;
  const known: Meeting['status'] = {
    phase: 'Finalizing',
    reason: 'RecorderLost',
    joinedAt: at(0),
    attempts: [lost, salvaging],
    conditions: [],
  };
  return summaryOfLost({ spec, status: { ...known, ...status } });
}

describe('the end of a recording whose recorder was lost', () => {
  it('is when its last attempt to record ended', () => {
    expect(summaryOf({})).toEqual({ reason: 'RecorderLost', joinedAt: JOINED, endedAt: JOINED + 3_600_000 });
  });

  it('is when it was told to leave, where that was before', () => {
    expect(summaryOf({ attempts: [{ ...lost, stopRequestedTime: at(60) }, salvaging] }).endedAt).toBe(JOINED + 60_000);
  });

  it('is when it said that it had left the meeting', () => {
    const recorder = { attempt: 1, sequence: 9, phase: 'Finalizing', at: at(1800) } as const;

    expect(summaryOf({ recorder }).endedAt).toBe(JOINED + 1_800_000);
    expect(summaryOf({ recorder: { ...recorder, phase: 'Recording' } }).endedAt).toBe(JOINED + 3_600_000);
    expect(summaryOf({ recorder: { ...recorder, attempt: 7 } }).endedAt).toBe(JOINED + 3_600_000);
  });

  it('is not after the longest that it may stay', () => {
    expect(summaryOf({}, 600).endedAt).toBe(JOINED + 600_000);
  });

  it('is not known where nothing is', () => {
    const { joinedAt: _, ...status } = { joinedAt: '', phase: 'Finalizing', attempts: [], conditions: [] } as const;
    const spec = { leave: { maxSeconds: 60 } } as CompleteMeetingSpec;

    expect(summaryOfLost({ spec, status: { ...status, attempts: [], conditions: [] } })).toEqual({
      reason: 'RecorderLost',
    });
  });
});

describe('a salvage', () => {
  let rig: WriterRig;
  beforeEach(() => {
    rig = new WriterRig();
  });
  afterEach(() => rig.close());

  it.each(['RecorderLost', 'StopRequested'] as const)(
    'of twenty seconds of an hour says what is missing, after %s',
    async (reason) => {
      rig.clock.time = JOINED;
      const writer = await rig.open(1);
      rig.record(writer, { name: 'a', seconds: 20 });
      await rig.until(() => Math.round(writer.durableSeconds()) === 20);
      rig.kill(writer);

      const manifest = await salvage(rig.options(2), summaryOf({ reason }));

      expect(manifest).toMatchObject({ outcome: 'Partial', coverage: 0.0056 });
      expect(manifest.gaps).toMatchObject([{ to: at(3600), cause: 'RecorderLost' }]);
      expect(manifest.gaps[0]?.seconds).toBeCloseTo(3580, 0);
    },
  );
});
