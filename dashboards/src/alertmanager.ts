import { stringify } from 'yaml';
import { TARGET } from './rules/alert.ts';
import { alertGroups } from './rules/alerts/index.ts';

/** What fails by itself while nobody leads: the one thing to know is that nobody leads. */
const WITHOUT_LEADER = [
  ...['MeetingStuck', 'JoinBudgetBurnsFast', 'JoinBudgetBurnsSlowly', 'WebhookBacklog', 'QueueGrows', 'WorkerStuck'],
  ...['RecorderUnheard', 'ReconcileErrors', 'RecordersAllTaken'],
];
/** What a service of AWS that is away brings with it. */
const WITHOUT_AWS = ['ReconcileErrors', 'ApiErrors', 'AwsThrottles', 'LaunchesRefused', 'NoLeader', ...WITHOUT_LEADER];

interface Inhibition {
  source: string;
  targets: readonly string[];
  /** Labels beside where it runs that have to be the same. */
  equal?: readonly string[];
}

const INHIBITIONS: readonly Inhibition[] = [
  { source: 'NoLeader', targets: WITHOUT_LEADER },
  { source: 'AwsCallsFail', targets: WITHOUT_AWS },
  { source: 'QuotaNearlyUsed', targets: ['RecordersAllTaken'] },
  { source: 'LaunchesRefused', targets: ['JoinBudgetBurnsFast', 'JoinBudgetBurnsSlowly'] },
  { source: 'RecordingBudgetBurnsFast', targets: ['RecordingBudgetBurnsSlowly'] },
  { source: 'JoinBudgetBurnsFast', targets: ['JoinBudgetBurnsSlowly'] },
  { source: 'WebhookBacklog', targets: ['WebhookRefused'] },
  { source: 'EncoderTooSlow', targets: ['FramesDropped'], equal: ['slot'] },
  { source: 'RecordingsSilent', targets: ['RecordingSilent', 'SoundFaultsRepeat'] },
  { source: 'SoundLost', targets: ['RecordingSilent'], equal: ['slot'] },
];

export interface AlertmanagerOptions {
  /** Where pages go: the pager's webhook. */
  pagerUrl?: string;
  /** Where the rest goes: the team's channel. */
  teamUrl?: string;
  /** How long alerts of a group are waited for. @default 30s */
  groupWait?: string;
  /** How long until a group is told of again when it changed. @default 5m */
  groupInterval?: string;
}

/** An example for Alertmanager: who is told of what, what is told together, and what stays unsaid beside what. */
export function alertmanagerConfig(options: AlertmanagerOptions = {}): string {
  const { pagerUrl = 'https://pager.example.com/hook', teamUrl = 'https://chat.example.com/hook' } = options;
  const { groupWait = '30s', groupInterval = '5m' } = options;
  const everything = Object.values(alertGroups())
    .flat()
    .map(({ name }) => name);
  const blind: Inhibition = { source: 'ScrapeGone', targets: everything.filter((name) => name !== 'ScrapeGone') };
  return stringify(
    {
      route: {
        receiver: 'team',
        group_by: ['alertname', 'environment'],
        group_wait: groupWait,
        group_interval: groupInterval,
        repeat_interval: '4h',
        routes: [
          { receiver: 'pager', matchers: ['severity = critical'], repeat_interval: '1h' },
          { receiver: 'nobody', matchers: ['severity = info'] },
        ],
      },
      inhibit_rules: [blind, ...INHIBITIONS].map(({ source, targets, equal = [] }) => ({
        source_matchers: [`alertname = ${source}`],
        target_matchers: [`alertname =~ "${[...new Set(targets)].join('|')}"`],
        equal: [...TARGET.split(', '), ...equal],
      })),
      receivers: [
        { name: 'pager', webhook_configs: [{ url: pagerUrl, send_resolved: true }] },
        { name: 'team', webhook_configs: [{ url: teamUrl, send_resolved: true }] },
        { name: 'nobody' },
      ],
    },
    { lineWidth: 0 },
  );
}
