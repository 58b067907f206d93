import { describe, expect, it } from 'vitest';
import { aMeetingWith, anAttempt, anEndedAttempt, aReport, at, CREATED } from '../reconcile/a-meeting-with.ts';
import type { Heartbeat } from '../reconcile/heartbeats.ts';
import { BoundedLabel } from './bounded-label.ts';
import { ControllerMetrics, type MetricsSources } from './controller-metrics.ts';
import { LiveMeetings } from './live-meetings.ts';
import { NO_SOURCES } from './no-sources.ts';
import { DETAILED_SLOTS } from './recorder-health-metrics.ts';

const MINUTE = 60_000;

async function shown(sources: Partial<MetricsSources>, name: string): Promise<Record<string, number>> {
  const metrics = new ControllerMetrics({ version: '1' });
  metrics.attach({ ...NO_SOURCES, ...sources });
  const metric = (await metrics.registry.getMetricsAsJSON()).find((found) => found.name === name);
  const values = (metric?.values ?? []) as { labels: Record<string, string>; value: number }[];
  return Object.fromEntries(
    values.filter(({ value }) => value !== 0).map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

const waiting = (name: string, createdMs: number) =>
  aMeetingWith({ metadata: { name, creationTimestamp: at(createdMs) }, status: { phase: 'Pending' } });

describe('gauges of Meetings', () => {
  it('count those that are not over by phase, and tell the age of the oldest', async () => {
    const live = new LiveMeetings();
    live.see(waiting('old', 0));
    live.see(waiting('new', 2 * MINUTE));
    live.see(aMeetingWith({ metadata: { name: 'done' }, status: { phase: 'Pending' } }));
    live.see(aMeetingWith({ metadata: { name: 'done' }, status: { phase: 'Completed', endTime: at(0) } }));
    live.see(waiting('gone', 0));
    live.forget('default/gone');
    const recording = aReport({ phase: 'Recording', at: at(MINUTE) });
    live.see(
      aMeetingWith({
        metadata: { name: 'in' },
        status: { phase: 'Recording', attempts: [anAttempt()], recorder: recording },
      }),
    );
    const sources = { now: () => CREATED + 3 * MINUTE, live: (now: number) => live.at(now) };
    const { platform } = aMeetingWith().spec;
    expect(await shown(sources, 'meetingbot_meetings')).toEqual({
      [`default ${platform} Pending`]: 2,
      [`default ${platform} Recording`]: 1,
    });
    expect(await shown(sources, 'meetingbot_meeting_oldest_age_seconds')).toEqual({ Pending: 180, Recording: 120 });
    expect(await shown({ ...sources, isLeading: () => false }, 'meetingbot_meetings')).toEqual({});
  });

  it('judge each Meeting by its own limits', async () => {
    const live = new LiveMeetings();
    const { leave } = aMeetingWith().spec;
    for (const [name, lobbySeconds] of Object.entries({ patient: 7200, hasty: 60 })) {
      const recorder = aReport({ phase: 'Lobby', at: at(0) });
      live.see(
        aMeetingWith({
          metadata: { name },
          spec: { leave: { ...leave, lobbySeconds } },
          status: { phase: 'Lobby', attempts: [anAttempt()], recorder },
        }),
      );
    }
    const overdue = (minutes: number) =>
      shown({ now: () => CREATED + minutes * MINUTE, live: (now) => live.at(now) }, 'meetingbot_meetings_overdue');
    expect(await overdue(10)).toEqual({});
    expect(await overdue(12)).toEqual({ Lobby: 1 });
    expect(await overdue(131)).toEqual({ Lobby: 2 });
  });

  it('leave a recorder at its end, and a salvage of a long meeting, the time that the controller leaves them', async () => {
    const live = new LiveMeetings();
    const recorder = aReport({ phase: 'Finalizing', at: at(180 * MINUTE) });
    live.see(
      aMeetingWith({
        metadata: { name: 'finishing' },
        status: { phase: 'Finalizing', attempts: [anAttempt()], recorder },
      }),
    );
    const salvage = anAttempt({ number: 2, mode: 'salvage', startTime: at(180 * MINUTE) });
    live.see(
      aMeetingWith({
        metadata: { name: 'salvaged' },
        status: { phase: 'Finalizing', reason: 'RecorderLost', attempts: [anEndedAttempt('RecorderLost'), salvage] },
      }),
    );
    const overdue = (minutes: number) =>
      shown({ now: () => CREATED + minutes * MINUTE, live: (now) => live.at(now) }, 'meetingbot_meetings_overdue');
    expect(await overdue(215)).toEqual({});
    expect(await overdue(221)).toEqual({ Finalizing: 1 });
    expect(await overdue(310)).toEqual({ Finalizing: 1 });
    expect(await overdue(316)).toEqual({ Finalizing: 2 });
  });
});

describe('gauges of recorders', () => {
  const heartbeat: Heartbeat = {
    uid: 'uid-1',
    ...{ attempt: 1, namespace: 'default', platform: 'web', slot: 3, at: 0 },
    report: aReport({ phase: 'Recording', health: { framesPerSecond: 25, droppedFrames: 7 } }),
  };
  const heard = (change: Partial<Heartbeat> = {}) => ({ heartbeats: () => [{ ...heartbeat, ...change }] });

  it('show what each said last, by its slot', async () => {
    expect(await shown(heard(), 'meetingbot_recorder_frames_per_second')).toEqual({ '3 default web': 25 });
    expect(await shown(heard(), 'meetingbot_recorder_dropped_frames_total')).toEqual({ '3 default web': 7 });
    expect(await shown(heard(), 'meetingbot_recorder_phase')).toEqual({ '3 default web Recording': 1 });
    expect(await shown(heard(), 'meetingbot_recorder_upload_lag_seconds')).toEqual({});
  });

  it.each([
    ['well', {}, {}],
    ['losing frames', { droppedFrames: 26 }, { '501 default web': 26 }],
    ['silent while its page sounds', { pageAudioRmsDb: -30 }, { '501 default web': 7 }],
    ['behind with its upload', { uploadLagSeconds: 11 }, { '501 default web': 7 }],
  ])('above the detailed slots show what one said that is %s', async (_how, change, expected) => {
    const health = { ...heartbeat.report.health, ...change };
    const above = heard({ slot: DETAILED_SLOTS + 1, report: { ...heartbeat.report, health } });
    expect(await shown(above, 'meetingbot_recorder_dropped_frames_total')).toEqual(expected);
    expect(await shown(above, 'meetingbot_recorder_phase')).toEqual({ '501 default web Recording': 1 });
    expect(await shown({ ...above, now: () => 7000 }, 'meetingbot_recorder_heartbeat_age_seconds')).toEqual({
      '501 default web': 7,
    });
  });

  it('drop one that is over or was not heard of for long', async () => {
    const name = 'meetingbot_recorder_frames_per_second';
    expect(await shown({ ...heard(), now: () => 45_001 }, name)).toEqual({});
    expect(await shown(heard({ report: { ...heartbeat.report, phase: 'Done' } }), name)).toEqual({});
  });
});

it('a label that users choose keeps its first values and folds the others', () => {
  const label = new BoundedLabel(2);
  expect(['a', 'b', 'c', 'a', 'd'].map((value) => label.of(value))).toEqual(['a', 'b', '_others', 'a', '_others']);
});
