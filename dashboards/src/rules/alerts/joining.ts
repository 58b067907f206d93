import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';
import { LOBBY_NORMAL, lobbyReached, lobbyRefused } from '../recording-rules.ts';
import { burns, FAST, JOINS, SLOW } from '../slo.ts';

const door = (what: string) => series(`meetingbot_door_latency_seconds_${what}`, { platform: 'web' });
const inTime = series('meetingbot_door_latency_seconds_bucket', { platform: 'web', le: '180' });
const lobby = series('meetingbot_funnel_total', { platform: 'web', stage: 'lobby' });
const refused = series('meetingbot_funnel_leaks_total', {
  stage: 'lobby',
  reason: 'LobbyTimeout',
  attributed_to: 'Host',
});
const overdue = (phase: string) => series('meetingbot_meetings_overdue', { phase });

export const joiningAlerts: Alert[] = [
  {
    name: 'JoinBudgetBurnsFast',
    severity: 'critical',
    expr: burns(JOINS, FAST),
    for: '2m',
    summary: 'Recorders come too late to most meetings.',
    meaning:
      'The beginnings of meetings are missing. Launching is slow or refused: image, quota, capacity, or the controller.',
    dashboard: 'overview',
    fires: { series: { [door('count')]: '0+1x120', [inTime]: '0x120' }, at: '70m', labels: [TEST_TARGET] },
    silent: { series: { [door('count')]: '0+1x120', [inTime]: '0+1x120' }, at: '70m' },
  },
  {
    name: 'JoinBudgetBurnsSlowly',
    severity: 'warning',
    expr: burns(JOINS, SLOW),
    for: '1h',
    summary: 'More recorders come late than the objective allows.',
    meaning: 'At this rate the promise that 95 % are at the door within three minutes is broken.',
    dashboard: 'overview',
    pace: '10m',
    fires: { series: { [door('count')]: '0+5x150', [inTime]: '0+4x150' }, at: '25h', labels: [TEST_TARGET] },
    silent: { series: { [door('count')]: '0+100x150', [inTime]: '0+99x150' }, at: '25h' },
  },
  {
    name: 'LobbyRefusalsAboveNormal',
    severity: 'warning',
    expr: [
      `(${lobbyRefused('2h')}) > 2.5`,
      `and (${lobbyRefused('2h')}) / (${lobbyReached('2h')}) > 2 * ${LOBBY_NORMAL}`,
    ].join('\n'),
    summary: 'Recorders are left in lobbies twice as often as in the last week.',
    meaning:
      'Hosts do not see us, or do not know our name; or a platform changed its lobby and we wait before a page that is none.',
    dashboard: 'overview',
    pace: '10m',
    fires: {
      series: { [lobby]: '0+10x60 600+10x12', [refused]: '0x60 0+5x12' },
      at: '12h',
      labels: [TEST_TARGET],
    },
    silent: { series: { [lobby]: '0+10x80', [refused]: '0+5x80' }, at: '12h' },
  },
  {
    name: 'MeetingStuck',
    severity: 'critical',
    expr: `sum by (${TARGET}, phase) (meetingbot_meetings_overdue) > 0`,
    for: '5m',
    summary: 'A Meeting is in phase {{ $labels.phase }} for longer than its own spec explains.',
    meaning:
      'The controller waits for something that does not come. In an early phase a meeting is being missed right now.',
    dashboard: 'controller',
    fires: { series: { [overdue('Launching')]: '1x20' }, at: '10m', labels: [{ ...TEST_TARGET, phase: 'Launching' }] },
    silent: { series: { [overdue('Launching')]: '0x4 1x2 0x20', [overdue('Lobby')]: '0x20' }, at: '10m' },
  },
  {
    name: 'RecorderUnheard',
    severity: 'warning',
    expr: [
      `sum by (${TARGET}) (meetingbot_recorder_slots_held)`,
      `- (count by (${TARGET}) (max by (${TARGET}, slot) (meetingbot_recorder_heartbeat_age_seconds)) or sum by (${TARGET}) (meetingbot_recorder_slots_held) * 0)`,
      '> 0',
    ].join('\n'),
    for: '15m',
    summary: 'Recorders hold a slot and say nothing.',
    meaning:
      'They may still record: what they have is in S3. But they cannot be told to stop, and cannot reach the API.',
    dashboard: 'recorders',
    fires: { series: { [series('meetingbot_recorder_slots_held')]: '1x30' }, at: '20m', labels: [TEST_TARGET] },
    silent: {
      series: {
        [series('meetingbot_recorder_slots_held')]: '1x30',
        [series('meetingbot_recorder_heartbeat_age_seconds', { slot: '1' })]: '5x30',
      },
      at: '20m',
    },
  },
];
