import type { Meeting } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';

/** What the Meeting has come to, in order. */
const STAGES = ['written', 'launched', 'over'] as const;
type Stage = (typeof STAGES)[number];

const started = { startTime: '2026-02-06T15:00:00Z', taskDefinition: 'recorder:1', slot: 1 };
const STATUS: Record<Stage, Partial<Meeting['status']>> = {
  written: {},
  launched: { phase: 'Launching', attempts: [{ number: 1, mode: 'record', ...started }] },
  over: {
    ...{ phase: 'Notifying', reason: 'HostEnded', attributedTo: 'Host', outcome: 'Complete' },
    attempts: [{ number: 1, mode: 'record', ...started, endTime: '2026-02-06T16:00:00Z' }],
  },
};

/** A field, another value for it, and the last stage in which it is taken. */
const EDITS: readonly (readonly [field: string, value: unknown, last: Stage])[] = [
  ['displayName', 'Scribe', 'written'],
  ['startAt', '2026-02-07T15:00:00Z', 'written'],
  ['recording', { kind: 'audio' }, 'written'],
  ['passcode', 'another', 'written'],
  ['announce', 'This meeting is recorded.', 'written'],
  ['leave', { maxSeconds: 7200 }, 'launched'],
  ['maxAttempts', 5, 'launched'],
  ['context', { botId: 'bot-7' }, 'launched'],
  ['retentionDays', 3, 'over'],
  ['deletionPolicy', 'Delete', 'over'],
  ['stop', true, 'over'],
];

const CASES = EDITS.flatMap(([field, value, last]) =>
  STAGES.map((stage) => ({
    field,
    value,
    stage,
    verb: STAGES.indexOf(stage) <= STAGES.indexOf(last) ? 'takes' : 'refuses',
  })),
);

describe('an edit of the spec', () => {
  it.each(CASES)('of $field: the API $verb it when the Meeting is $stage', async ({ field, value, stage, verb }) => {
    const api = new ApiUnderTest();
    const meeting = await api.create('m');
    await api.store.update({ ...meeting, status: { ...meeting.status, ...STATUS[stage] } }, undefined);

    const { status, body } = await api.patch(`${MEETINGS}/m`, { spec: { [field]: value } });

    if (verb === 'takes') {
      expect([status, body.metadata.generation]).toEqual([200, 2]);
      expect(body.spec).toMatchObject({ [field]: value });
    } else {
      expect([status, body.reason]).toEqual([422, 'Invalid']);
      expect(body.details.causes).toEqual([expect.objectContaining({ field: `spec.${field}` })]);
      expect(body.message).toMatch(/may not change once (a recorder was launched|the Meeting is over)/);
      expect((await api.get(`${MEETINGS}/m`)).body.metadata.generation).toBe(1);
    }
  });

  it('is taken whole or not at all', async () => {
    const api = new ApiUnderTest();
    const meeting = await api.create('m');
    await api.store.update({ ...meeting, status: { ...meeting.status, ...STATUS.launched } }, undefined);

    const { status } = await api.patch(`${MEETINGS}/m`, { spec: { stop: true, displayName: 'Scribe' } });

    expect(status).toBe(422);
    expect((await api.get(`${MEETINGS}/m`)).body.spec).toEqual(meeting.spec);
  });
});
