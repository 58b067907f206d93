import { describe, expect, it } from 'vitest';
import { aMeetingWith, at, CREATED } from './a-meeting-with.ts';
import { admitted } from './admission.ts';
import { DEFAULT_POLICY } from './policy.ts';

const policy = { ...DEFAULT_POLICY, launchLead: 60_000 };
const startingIn = (ms: number) => aMeetingWith({ spec: { startAt: at(ms) }, status: { phase: 'Pending' } });

describe('a new Meeting', () => {
  it('that starts later is scheduled as it is written, and nobody looks before its recorder is due', () => {
    const { meeting, dueAt } = admitted(startingIn(3_600_000), CREATED, policy);
    expect(meeting.status).toMatchObject({ phase: 'Scheduled', observedGeneration: meeting.metadata.generation });
    expect(dueAt).toBe(CREATED + 3_540_000);
  });

  it.each([
    ['starts now', startingIn(0)],
    ['starts within the launch lead', startingIn(59_000)],
    ['should have started before', startingIn(-3_600_000)],
    ['starts without being told when', aMeetingWith({ status: { phase: 'Pending' } })],
    ['is stopped already', { ...startingIn(3_600_000), spec: { ...startingIn(0).spec, stop: true } }],
  ])('that %s is the reconciler’s at once', (_which, meeting) => {
    expect(admitted(meeting, CREATED, policy)).toEqual({ meeting, dueAt: CREATED });
  });
});
