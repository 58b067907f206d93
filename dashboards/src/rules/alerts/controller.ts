import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';

const leads = (instance: string) => series('leader_election_master_status', { instance, name: 'meetingbot' });
const queue = (name: string) => series(`workqueue_${name}`, { name: 'meeting', controller: 'meeting' });
const reconciles = (result: string) => series('controller_runtime_reconcile_total', { controller: 'meeting', result });

export const controllerAlerts: Alert[] = [
  {
    name: 'NoLeader',
    severity: 'critical',
    expr: `sum by (${TARGET}) (leader_election_master_status) == 0`,
    for: '1m',
    summary: 'No controller leads: nothing is launched, watched or notified.',
    meaning: 'Recordings under way go on; meetings that begin now are missed.',
    dashboard: 'controller',
    fires: { series: { [leads('a:3000')]: '0x10', [leads('b:3000')]: '0x10' }, at: '5m', labels: [TEST_TARGET] },
    silent: { series: { [leads('a:3000')]: '0x10', [leads('b:3000')]: '1x10' }, at: '5m' },
  },
  {
    name: 'TwoLeaders',
    severity: 'warning',
    expr: `sum by (${TARGET}) (leader_election_master_status) > 1`,
    for: '2m',
    summary: 'Two controllers lead at once.',
    meaning: 'Every write is safe with two, so nothing is lost; but it should not last, and work is done twice.',
    dashboard: 'controller',
    fires: { series: { [leads('a:3000')]: '1x10', [leads('b:3000')]: '1x10' }, at: '5m', labels: [TEST_TARGET] },
    silent: { series: { [leads('a:3000')]: '1x10', [leads('b:3000')]: '0x10' }, at: '5m' },
  },
  {
    name: 'ScrapeGone',
    severity: 'critical',
    expr: `sum by (${TARGET}) (up{job=~"meetingbot.*"}) == 0 or absent(up{job=~"meetingbot.*"})`,
    for: '2m',
    summary: 'No controller can be scraped.',
    meaning: 'All of them are down, or nobody would know: every other alert is blind.',
    dashboard: 'controller',
    fires: { series: { [series('up')]: '0x10' }, at: '5m', labels: [TEST_TARGET] },
    silent: { series: { [series('up')]: '0x10', [series('up', { instance: 'b:3000' })]: '1x10' }, at: '5m' },
  },
  {
    name: 'ReconcileErrors',
    severity: 'warning',
    expr: [
      `sum by (${TARGET}) (rate(controller_runtime_reconcile_errors_total[5m]))`,
      `/ sum by (${TARGET}) (rate(controller_runtime_reconcile_total[5m])) > 0.1`,
    ].join('\n'),
    for: '10m',
    summary: 'More than a tenth of all reconciles fail.',
    meaning:
      'A service of AWS is away or refuses us, or a Meeting cannot be worked on. They are tried again, later and later.',
    dashboard: 'controller',
    fires: {
      series: {
        [series('controller_runtime_reconcile_errors_total', { controller: 'meeting' })]: '0+10x30',
        [reconciles('error')]: '0+10x30',
        [reconciles('success')]: '0+10x30',
      },
      at: '20m',
      labels: [TEST_TARGET],
    },
    silent: {
      series: {
        [series('controller_runtime_reconcile_errors_total', { controller: 'meeting' })]: '0+1x30',
        [reconciles('error')]: '0+1x30',
        [reconciles('success')]: '0+100x30',
      },
      at: '20m',
    },
  },
  {
    name: 'QueueGrows',
    severity: 'warning',
    expr: `min_over_time(sum by (${TARGET}) (workqueue_depth)[10m:1m]) > 20 and deriv(sum by (${TARGET}) (workqueue_depth)[10m:1m]) > 0`,
    for: '5m',
    summary: 'More Meetings want work than the controller gets done.',
    meaning: 'Launches, stops and webhooks come late, and later.',
    dashboard: 'controller',
    fires: { series: { [queue('depth')]: '30+5x30' }, at: '20m', labels: [TEST_TARGET] },
    silent: { series: { [queue('depth')]: '0x5 200 0x30' }, at: '20m' },
  },
  {
    name: 'WorkerStuck',
    severity: 'critical',
    expr: `max by (${TARGET}) (workqueue_longest_running_processor_seconds) > 120`,
    for: '1m',
    summary: 'A worker has been at one Meeting for more than two minutes.',
    meaning: 'A call that never comes back: that Meeting stands still, and the worker is lost to the others.',
    dashboard: 'controller',
    fires: { series: { [queue('longest_running_processor_seconds')]: '0+60x10' }, at: '6m', labels: [TEST_TARGET] },
    silent: { series: { [queue('longest_running_processor_seconds')]: '0.2x10' }, at: '6m' },
  },
  {
    name: 'OrphansStopped',
    severity: 'warning',
    expr: `sum by (${TARGET}) (increase(meetingbot_orphan_tasks_stopped_total[1h])) > 0.5`,
    summary: 'A recorder task that belonged to no Meeting was stopped.',
    meaning: 'It cost money and recorded for nobody. One after a crash is what the sweep is for; several are a defect.',
    dashboard: 'controller',
    fires: {
      series: { [series('meetingbot_orphan_tasks_stopped_total')]: '0x5 1x10' },
      at: '10m',
      labels: [TEST_TARGET],
    },
    silent: { series: { [series('meetingbot_orphan_tasks_stopped_total')]: '3x20' }, at: '10m' },
  },
  {
    name: 'ApiErrors',
    severity: 'warning',
    expr: [
      `sum by (${TARGET}) (rate(meetingbot_http_requests_total{code=~"5..",route!="/readyz"}[5m]))`,
      `/ sum by (${TARGET}) (rate(meetingbot_http_requests_total[5m])) > 0.02`,
    ].join('\n'),
    for: '5m',
    summary: 'The API answers more than 2 % of its requests with a 5xx.',
    meaning: 'Streamlit cannot order recordings, or recorders cannot report.',
    dashboard: 'controller',
    fires: {
      series: {
        [series('meetingbot_http_requests_total', { code: '500', route: '/google/join', method: 'POST' })]: '0+1x20',
        [series('meetingbot_http_requests_total', { code: '200', route: '/livez', method: 'GET' })]: '0+9x20',
      },
      at: '15m',
      labels: [TEST_TARGET],
    },
    silent: {
      series: {
        [series('meetingbot_http_requests_total', { code: '503', route: '/readyz', method: 'GET' })]: '0+1x20',
        [series('meetingbot_http_requests_total', { code: '404', route: 'unknown', method: 'GET' })]: '0+9x20',
      },
      at: '15m',
    },
  },
];
