import type { Meeting, RecorderReport } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { aMeetingWith, anAttempt, anEndedAttempt, aReport, at, CREATED } from './a-meeting-with.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { applyReport } from './report.ts';

const NOW = CREATED + 60_000;
const launching = aMeetingWith({ status: { phase: 'Launching', attempts: [anAttempt()] } });

const apply = (meeting: Meeting, report: RecorderReport, now = NOW, isLeading = true) =>
  applyReport(meeting, report, now, DEFAULT_POLICY, isLeading);

/** The Meeting after the report. */
function after(meeting: Meeting, report: RecorderReport, now = NOW): Meeting {
  const effect = apply(meeting, report, now);
  if (effect.kind !== 'changed') throw new Error(`the report changed nothing: ${effect.kind}`);
  return effect.meeting;
}

describe('applyReport', () => {
  it.each([
    ['Joining', 'Joining'],
    ['Lobby', 'Lobby'],
    ['Recording', 'Recording'],
    ['Finalizing', 'Finalizing'],
    ['Done', 'Finalizing'],
  ] as const)('a recorder that is %s makes the Meeting %s', (said, phase) => {
    expect(after(launching, aReport({ phase: said })).status.phase).toBe(phase);
  });

  it('refuses a report of an attempt that is over, or not begun, or a salvage', () => {
    const over = aMeetingWith({ status: { phase: 'Pending', attempts: [anEndedAttempt('RecorderLost')] } });
    const salvage = aMeetingWith({ status: { phase: 'Finalizing', attempts: [anAttempt({ mode: 'salvage' })] } });

    expect(apply(over, aReport()).kind).toBe('stale');
    expect(apply(launching, aReport({ attempt: 2 })).kind).toBe('stale');
    expect(apply(salvage, aReport()).kind).toBe('stale');
  });

  it('needs no write for a report that says nothing new', () => {
    const joining = after(launching, aReport());

    expect(apply(joining, aReport({ sequence: 2 })).kind).toBe('heartbeat');
  });

  it('ignores an older report that comes late', () => {
    const recording = after(launching, aReport({ sequence: 5, phase: 'Recording' }));

    expect(apply(recording, aReport({ sequence: 4, phase: 'Lobby' })).kind).toBe('heartbeat');
  });

  it('takes the first report of a later attempt although its count begins anew', () => {
    const first = after(launching, aReport({ sequence: 9, phase: 'Recording' }));
    const second = aMeetingWith({
      status: {
        ...first.status,
        phase: 'Launching',
        attempts: [anEndedAttempt('RecorderLost'), anAttempt({ number: 2 })],
      },
    });

    expect(after(second, aReport({ attempt: 2, sequence: 1 })).status.phase).toBe('Joining');
  });

  it('says in conditions that it waits in the lobby, then that it was admitted', () => {
    const waiting = after(launching, aReport({ phase: 'Lobby' }));
    const admitted = after(waiting, aReport({ sequence: 2, phase: 'Recording', joinedAt: at(40_000) }));

    expect(waiting.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Joined', status: 'False', reason: 'WaitingInLobby' }),
    );
    expect(admitted.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Joined', status: 'True', reason: 'Admitted' }),
    );
  });

  it('keeps the first time that anybody joined', () => {
    const first = after(launching, aReport({ phase: 'Recording', joinedAt: at(40_000) }));
    const again = after(
      { ...first, status: { ...first.status, attempts: [anEndedAttempt('RecorderLost'), anAttempt({ number: 2 })] } },
      aReport({ attempt: 2, phase: 'Recording', joinedAt: at(400_000) }),
    );

    expect(again.status.joinedAt).toBe(at(40_000));
  });

  it('leaves the phase of a Meeting alone whose end is known', () => {
    const ending = aMeetingWith({
      status: { phase: 'Notifying', reason: 'HostEnded', attempts: [anAttempt()] },
    });

    expect(after(ending, aReport({ phase: 'Done' })).status.phase).toBe('Notifying');
  });

  it('wants the Meeting looked at at once when the recorder is done', () => {
    const effect = apply(launching, aReport({ phase: 'Done', result: { reason: 'HostEnded', manifest: true } }));

    expect(effect).toMatchObject({ kind: 'changed', dueAt: NOW });
  });

  it('takes no more reports after the last word', () => {
    const done = after(launching, aReport({ phase: 'Done', result: { reason: 'HostEnded', manifest: true } }));

    expect(apply(done, aReport({ sequence: 2, phase: 'Recording' })).kind).toBe('heartbeat');
  });

  it('keeps figures of health out of the record', () => {
    expect(after(launching, aReport({ health: { framesPerSecond: 25 } })).status.recorder).not.toHaveProperty('health');
  });

  it('writes a heartbeat down now and then where another process leads and judges silence', () => {
    const joining = after(launching, aReport());
    const later = NOW + DEFAULT_POLICY.silenceLimit / 3;

    expect(apply(joining, aReport({ sequence: 2 }), later - 1, false).kind).toBe('heartbeat');
    const effect = apply(joining, aReport({ sequence: 2 }), later, false);

    expect(effect).toMatchObject({
      kind: 'changed',
      meeting: { status: { lastHeartbeatAt: new Date(later).toISOString() } },
    });
  });
});
