import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';
import { burns, FAST, RECORDINGS, SLOW } from '../slo.ts';

const ended = (labels: Record<string, string>) =>
  series('meetingbot_meetings_ended_total', { platform: 'web', ...labels });
const admitted = (result: string) => series('meetingbot_admitted_meetings_ended_total', { platform: 'web', result });
const attempts = (reason: string) =>
  series('meetingbot_attempts_ended_total', { reason, attributed_to: 'Infrastructure' });
const ours = { outcome: 'None', reason: 'RecordingFailed', attributed_to: 'MeetingBot' };
const theirs = { outcome: 'None', reason: 'LobbyDenied', attributed_to: 'Host' };

/** Meetings that ended within a window, by platform and reason. */
const endedIn = (selector: string, window: string) =>
  `sum by (${TARGET}, platform, reason, attributed_to) (increase(meetingbot_meetings_ended_total{${selector}}[${window}]))`;

/** @param window - how long a failure is told of, as `10m`: it is an event, and has no end of its own */
export function recordingAlerts(window: string): Alert[] {
  return [
    {
      name: 'MeetingFailed',
      severity: 'critical',
      expr: `${endedIn('outcome="None",attributed_to=~"MeetingBot|Infrastructure"', window)} > 0.5`,
      summary: 'A {{ $labels.platform }} meeting was not recorded, by our doing: {{ $labels.reason }}.',
      meaning:
        'Somebody has no recording of a meeting that cannot be held again. If it is still on, a new Meeting record can save the rest of it.',
      dashboard: 'overview',
      fires: {
        series: { [ended(ours)]: '0x5 1x10' },
        at: '7m',
        labels: [{ ...TEST_TARGET, platform: 'web', reason: 'RecordingFailed', attributed_to: 'MeetingBot' }],
      },
      silent: { series: { [ended(ours)]: '1x20', [ended(theirs)]: '0x5 3x15' }, at: '7m' },
    },
    {
      name: 'MeetingIncomplete',
      severity: 'warning',
      expr: `${endedIn('outcome="Partial"', window)} > 0.5`,
      summary: 'A recording of a {{ $labels.platform }} meeting has gaps.',
      meaning: 'More than 10 s, or 1 % of it, are missing; its manifest in S3 lists where. What is there is delivered.',
      dashboard: 'overview',
      fires: {
        series: { [ended({ outcome: 'Partial', reason: 'HostEnded', attributed_to: 'Host' })]: '0x5 1x10' },
        at: '7m',
        labels: [{ ...TEST_TARGET, platform: 'web', reason: 'HostEnded', attributed_to: 'Host' }],
      },
      silent: {
        series: { [ended({ outcome: 'Complete', reason: 'HostEnded', attributed_to: 'Host' })]: '0x5 1x10' },
        at: '7m',
      },
    },
    {
      name: 'MeetingsRefusedByPlatform',
      severity: 'warning',
      expr: `${endedIn('outcome="None",attributed_to="Platform"', '1h')} > 1.5`,
      summary: '{{ $labels.platform }} turns our recorders away: {{ $labels.reason }}.',
      meaning:
        'Meetings that want an account, a captcha or no guests are not recorded. Their hosts, or an admin of the platform, can allow it.',
      dashboard: 'overview',
      fires: {
        series: { [ended({ outcome: 'None', reason: 'SignInRequired', attributed_to: 'Platform' })]: '0x5 2x10' },
        at: '10m',
        labels: [{ ...TEST_TARGET, platform: 'web', reason: 'SignInRequired', attributed_to: 'Platform' }],
      },
      silent: {
        series: { [ended({ outcome: 'None', reason: 'SignInRequired', attributed_to: 'Platform' })]: '0x5 1x10' },
        at: '10m',
      },
    },
    {
      name: 'MeetingsEndedByHost',
      severity: 'info',
      expr: `${endedIn('outcome="None",attributed_to="Host"', '1h')} > 0.5`,
      summary: 'A {{ $labels.platform }} meeting has no recording, by its host: {{ $labels.reason }}.',
      meaning:
        'Nobody came, or the host did not let the recorder in. Nothing is broken; it is here so that it can be seen.',
      dashboard: 'overview',
      fires: {
        series: { [ended(theirs)]: '0x5 1x10' },
        at: '10m',
        labels: [{ ...TEST_TARGET, platform: 'web', reason: 'LobbyDenied', attributed_to: 'Host' }],
      },
      silent: { series: { [ended(ours)]: '0x5 1x10' }, at: '10m' },
    },
    {
      name: 'UnknownPage',
      severity: 'critical',
      expr: `sum by (${TARGET}) (increase(meetingbot_attempts_ended_total{reason="UnknownPage"}[1h])) > 0.5`,
      summary: 'A recorder met a page that it does not know: a platform may have changed.',
      meaning:
        'Every next meeting there may fail the same way. Screenshot and DOM of the page are in S3 under evidence/.',
      dashboard: 'overview',
      fires: { series: { [attempts('UnknownPage')]: '0x5 1x10' }, at: '10m', labels: [TEST_TARGET] },
      silent: { series: { [attempts('JoinFailed')]: '0x5 1x10' }, at: '10m' },
    },
    {
      name: 'RecorderLost',
      severity: 'warning',
      expr: `sum by (${TARGET}, reason) (increase(meetingbot_attempts_ended_total{reason=~"RecorderLost|OutOfMemory|SpotInterrupted"}[${window}])) > 0.5`,
      summary: 'A recorder died: {{ $labels.reason }}.',
      meaning:
        'Another one took over, or what was durable was saved; some seconds to a minute of that meeting are missing.',
      dashboard: 'recorders',
      fires: {
        series: { [attempts('OutOfMemory')]: '0x5 1x10' },
        at: '7m',
        labels: [{ ...TEST_TARGET, reason: 'OutOfMemory' }],
      },
      silent: { series: { [attempts('HostEnded')]: '0x5 4x10', [attempts('OutOfMemory')]: '4x20' }, at: '7m' },
    },
    {
      name: 'RecordingBudgetBurnsFast',
      severity: 'critical',
      expr: burns(RECORDINGS, FAST),
      for: '2m',
      summary:
        'Recordings are lost, incomplete or undelivered at a rate that uses up the budget of 30 days within two to five.',
      meaning: 'More than one meeting is affected and it goes on: the users of everything that is recorded now.',
      dashboard: 'overview',
      fires: {
        series: { [admitted('whole')]: '0+1x120', [admitted('lost')]: '0+1x120' },
        at: '70m',
        labels: [TEST_TARGET],
      },
      silent: {
        series: { [admitted('whole')]: '0+1x120', [admitted('lost')]: '0x60 1x60', [admitted('excused')]: '0+1x120' },
        at: '70m',
      },
    },
    {
      name: 'RecordingBudgetBurnsSlowly',
      severity: 'warning',
      expr: burns(RECORDINGS, SLOW),
      for: '1h',
      summary: 'More recordings are lost, incomplete or undelivered than the objective allows.',
      meaning: 'No fire, but at this rate the promise of 99 % over 30 days is broken.',
      dashboard: 'overview',
      pace: '10m',
      fires: {
        series: { [admitted('whole')]: '0+19x150', [admitted('partial')]: '0+1x150' },
        at: '25h',
        labels: [TEST_TARGET],
      },
      silent: { series: { [admitted('whole')]: '0+200x150', [admitted('partial')]: '0+1x150' }, at: '25h' },
    },
  ];
}
