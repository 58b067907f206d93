import { DOLLARS_PER_HOUR } from '../rules/recording-rules.ts';
import { JOINS, RECORDINGS, ratioName } from '../rules/slo.ts';
import type { DashboardPlan } from './dashboard.ts';
import { counted, metric, quantile, RECORDED, within } from './panel.ts';

const PLATFORM = 'platform=~"$platform"';
const ended = 'meetingbot_meetings_ended_total';

/** Is it well, how many, how far do they come, what does it cost. */
export const overview: DashboardPlan = {
  name: 'overview',
  title: 'Meeting Bot / Overview',
  description: 'Is it well, how many meetings, how far they come, what they cost.',
  variables: [
    { kind: 'query', name: 'namespace', label: 'Namespace', query: 'label_values(meetingbot_meetings, namespace)' },
    { kind: 'query', name: 'platform', label: 'Platform', query: 'label_values(meetingbot_funnel_total, platform)' },
  ],
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          kind: 'stat',
          title: 'Lost by us',
          description: "Meetings without a recording by our doing or our infrastructure's. None is right.",
          unit: 'short',
          limits: [1, 1],
          queries: [
            {
              expr: `round(sum(${within(ended, `${PLATFORM},outcome="None",attributed_to=~"MeetingBot|Infrastructure"`)}))`,
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Incomplete',
          description: 'Recordings with gaps of more than 10 s or 1 %.',
          unit: 'short',
          limits: [1, 5],
          queries: [{ expr: `round(sum(${within(ended, `${PLATFORM},outcome="Partial"`)}))` }],
        },
        {
          kind: 'stat',
          title: 'Stuck',
          description: 'Meetings longer in a phase than their spec explains.',
          unit: 'short',
          limits: [1, 1],
          queries: [{ expr: `sum(${metric('meetingbot_meetings_overdue')})` }],
        },
        {
          kind: 'stat',
          title: 'Leaders',
          description: 'Replicas that lead; exactly one is right.',
          unit: 'short',
          limits: [1, 0.5],
          queries: [{ expr: `sum(${metric('leader_election_master_status')})` }],
        },
        {
          kind: 'series',
          title: 'Recordings that were not whole or not told',
          description: `Share of bad events; the promise is that ${RECORDINGS.promise}, in 99 % of 30 days.`,
          unit: 'percentunit',
          limits: [0.01, 0.14],
          queries: (['5m', '1h', '1d'] as const).map((window) => ({
            expr: `${ratioName(RECORDINGS, window)}{${RECORDED}}`,
            legend: window,
          })),
        },
        {
          kind: 'series',
          title: 'Joins that came late',
          description: `Share of bad events; the promise is that ${JOINS.promise}, in 95 % of 30 days.`,
          unit: 'percentunit',
          limits: [0.05, 0.7],
          queries: (['5m', '1h', '1d'] as const).map((window) => ({
            expr: `${ratioName(JOINS, window)}{${RECORDED}}`,
            legend: window,
          })),
        },
        {
          kind: 'stat',
          title: 'Recording budget left',
          description: 'Of the 1 % that may go wrong within 30 days.',
          unit: 'percentunit',
          limits: [0.5, 0],
          span: 12,
          queries: [{ expr: `1 - ${ratioName(RECORDINGS, '30d')}{${RECORDED}} / ${RECORDINGS.budget}` }],
        },
        {
          kind: 'stat',
          title: 'Join budget left',
          description: 'Of the 5 % that may come late within 30 days.',
          unit: 'percentunit',
          limits: [0.5, 0],
          span: 12,
          queries: [{ expr: `1 - ${ratioName(JOINS, '30d')}{${RECORDED}} / ${JOINS.budget}` }],
        },
      ],
    },
    {
      title: 'How many?',
      panels: [
        {
          kind: 'series',
          title: 'Meetings by phase',
          description: 'Those that are not over, due within three days.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (phase) (${metric('meetingbot_meetings', `namespace=~"$namespace",${PLATFORM}`)})`,
              legend: '{{phase}}',
            },
          ],
        },
        {
          kind: 'series',
          title: 'Oldest in each phase',
          description: 'For how long; a line that only grows is a stuck Meeting.',
          unit: 's',
          queries: [
            { expr: `max by (phase) (${metric('meetingbot_meeting_oldest_age_seconds')})`, legend: '{{phase}}' },
          ],
        },
        {
          kind: 'series',
          title: 'Funnel',
          description: 'Meetings that reached each stage within the time shown. Not every meeting has a lobby.',
          unit: 'short',
          queries: [{ expr: counted('meetingbot_funnel_total', 'stage', PLATFORM), legend: '{{stage}}' }],
        },
        {
          kind: 'series',
          title: 'Leaks',
          description: 'Meetings without a recording within the time shown: whose doing, and by last stage and reason.',
          unit: 'short',
          queries: [
            {
              expr: counted('meetingbot_funnel_leaks_total', 'attributed_to'),
              legend: '{{attributed_to}}',
            },
            {
              expr: `${counted('meetingbot_funnel_leaks_total', 'stage, reason')} > 0`,
              legend: '{{stage}}: {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'How long?',
      panels: [
        {
          kind: 'series',
          title: 'To the door',
          description: 'From due to lobby or call, half and 95 %; ours to keep below 180 s.',
          unit: 's',
          limits: [120, 180],
          queries: [0.5, 0.95].map((share) => ({
            expr: quantile(share, 'meetingbot_door_latency_seconds'),
            legend: `p${share * 100}`,
          })),
        },
        {
          kind: 'series',
          title: 'After the end',
          description: 'From the last moment to the delivered webhook, half and 95 %; budget 4 s.',
          unit: 's',
          limits: [4, 10],
          queries: [0.5, 0.95].map((share) => ({
            expr: quantile(share, 'meetingbot_end_to_end_latency_seconds'),
            legend: `p${share * 100}`,
          })),
        },
      ],
    },
    {
      title: 'What does it cost?',
      panels: [
        {
          kind: 'stat',
          title: 'Recorded',
          description: 'Length of verified recordings within the time shown.',
          unit: 's',
          queries: [{ expr: `sum(${within('meetingbot_recorded_seconds_total')})` }],
        },
        {
          kind: 'stat',
          title: 'Recorder CPU',
          description: 'vCPUs held, times seconds, of tasks that ended within the time shown.',
          unit: 's',
          queries: [{ expr: `sum(${within('meetingbot_recorder_vcpu_seconds_total')})` }],
        },
        {
          kind: 'stat',
          title: 'Recorder dollars',
          description: "By Fargate's list prices, of tasks that ended within the time shown.",
          unit: 'currencyUSD',
          queries: [{ expr: `sum(${within('meetingbot_recorder_dollars_total')})` }],
        },
        {
          kind: 'stat',
          title: 'Dollars for a recorded hour',
          description: 'Over the last day.',
          unit: 'currencyUSD',
          queries: [{ expr: `${DOLLARS_PER_HOUR}{${RECORDED}}` }],
        },
      ],
    },
  ],
};
