import type { Meeting, MeetingStatus } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { aMeeting } from '../store/a-meeting.ts';
import { withEvents } from './events.ts';

const NOW = Date.parse('2026-02-06T15:00:00Z');
const patched = (meeting: Meeting, status: Partial<MeetingStatus>): Meeting => ({
  ...meeting,
  status: { ...meeting.status, ...status },
});

describe('events of a Meeting', () => {
  it('tells a start of recording once', () => {
    const before = aMeeting();
    const after = withEvents(before, patched(before, { phase: 'Recording' }), NOW);
    expect(after.events).toMatchObject([{ type: 'Normal', reason: 'RecordingStarted', count: 1 }]);
    expect(withEvents(after, after, NOW).events).toBe(after.events);
  });

  it('counts the same news instead of repeating it, and moves it to the end', () => {
    const refused = (time: string) => ({ number: 1, mode: 'record' as const, startTime: time, endTime: time });
    let meeting = aMeeting();
    for (let round = 0; round < 3; round++) {
      const time = new Date(NOW + round * 1000).toISOString();
      const open = patched(meeting, { attempts: [{ number: 1, mode: 'record', startTime: time }] });
      const ended = { ...refused(time), reason: 'LaunchFailed', message: 'no capacity' };
      meeting = withEvents(open, patched(open, { attempts: [ended] }), NOW + round * 1000);
    }
    expect(meeting.events).toEqual([
      {
        type: 'Warning',
        reason: 'AttemptEnded',
        message: 'attempt 1 ended: LaunchFailed: no capacity',
        count: 3,
        firstTimestamp: '2026-02-06T15:00:00.000Z',
        lastTimestamp: '2026-02-06T15:00:02.000Z',
      },
    ]);
  });

  it('keeps the newest forty', () => {
    let meeting = aMeeting();
    for (let attempts = 1; attempts <= 60; attempts++) {
      const webhook = { id: 'rec', attempts, lastStatusCode: 500, nextAttemptAt: '2026-02-06T15:10:00Z' };
      meeting = withEvents(meeting, patched(meeting, { webhook }), NOW + attempts);
    }
    expect(meeting.events).toHaveLength(40);
    expect(meeting.events?.at(-1)?.message).toBe('try 60: answered 500');
  });

  it('has each try of the webhook with its status and how long it took, and says when none is left', () => {
    const before = aMeeting();
    const webhook = {
      id: 'rec',
      attempts: 1,
      lastStatusCode: 503,
      lastError: 'answered 503: busy',
      lastDurationMs: 40,
    };
    const first = patched(before, { webhook: { ...webhook, nextAttemptAt: '2026-02-06T15:10:00Z' } });
    const second = patched(first, {
      webhook: { ...webhook, attempts: 2, lastStatusCode: 410, lastError: 'answered 410' },
    });
    const third = patched(first, {
      webhook: { id: 'rec', attempts: 2, lastStatusCode: 202, lastDurationMs: 7, deliveredAt: '2026-02-06T15:10:00Z' },
    });

    const retried = withEvents(before, first, NOW);
    expect(retried.events).toMatchObject([
      { type: 'Warning', reason: 'WebhookFailed', message: 'try 1 after 40 ms: answered 503: busy' },
    ]);
    expect(withEvents(retried, second, NOW).events?.slice(1)).toMatchObject([
      { type: 'Warning', reason: 'WebhookFailed', message: 'try 2 after 40 ms: answered 410' },
      { type: 'Warning', reason: 'WebhookGivenUp', message: 'no try is left after 2: answered 410' },
    ]);
    expect(withEvents(first, third, NOW).events).toMatchObject([
      { type: 'Normal', reason: 'WebhookDelivered', message: 'try 2 after 7 ms: answered 202' },
    ]);
  });

  it('warns of what failed, with its reason', () => {
    const before = aMeeting();
    const failed = patched(before, { phase: 'Failed', outcome: 'None', reason: 'LobbyDenied', message: 'denied' });
    expect(withEvents(before, failed, NOW).events).toMatchObject([
      { type: 'Warning', reason: 'Failed', message: 'None, LobbyDenied: denied' },
    ]);
  });
});
