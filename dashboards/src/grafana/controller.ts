import type { DashboardPlan } from './dashboard.ts';
import { counted, metric, quantile, rate, within } from './panel.ts';

export const controller: DashboardPlan = {
  name: 'controller',
  title: 'Meeting Bot / Controller',
  description: 'The reconciler, its queue, the API, the webhook and the process.',
  rows: [
    {
      title: 'Leading and reconciling',
      panels: [
        {
          kind: 'series',
          title: 'Leader',
          description: '1 for the replica that leads; the lines add up to one.',
          unit: 'short',
          queries: [{ expr: `max by (instance) (${metric('leader_election_master_status')})`, legend: '{{instance}}' }],
        },
        {
          kind: 'series',
          title: 'Reconciles',
          description: 'A second, by result.',
          unit: 'ops',
          queries: [{ expr: `sum by (result) (${rate('controller_runtime_reconcile_total')})`, legend: '{{result}}' }],
        },
        {
          kind: 'series',
          title: 'Reconcile time',
          description: 'Half and 99 % of all reconciles.',
          unit: 's',
          queries: [0.5, 0.99].map((share) => ({
            expr: quantile(share, 'controller_runtime_reconcile_time_seconds'),
            legend: `p${share * 100}`,
          })),
        },
        {
          kind: 'series',
          title: 'Queue',
          description: 'Keys that wait, and keys at work.',
          unit: 'short',
          limits: [20, 100],
          queries: [
            { expr: `sum(${metric('workqueue_depth')})`, legend: 'waiting' },
            { expr: `sum(${metric('controller_runtime_active_workers')})`, legend: 'at work' },
          ],
        },
        {
          kind: 'series',
          title: 'Wait in the queue',
          description: 'Half and 99 % of all keys.',
          unit: 's',
          queries: [0.5, 0.99].map((share) => ({
            expr: quantile(share, 'workqueue_queue_duration_seconds'),
            legend: `p${share * 100}`,
          })),
        },
        {
          kind: 'series',
          title: 'Longest at work',
          description: 'A worker that does not come back; two minutes are an alert.',
          unit: 's',
          limits: [30, 120],
          queries: [{ expr: `max(${metric('workqueue_longest_running_processor_seconds')})`, legend: 'longest' }],
        },
      ],
    },
    {
      title: 'Steps of a Meeting',
      panels: [
        {
          kind: 'series',
          title: 'Launch and boot',
          description: '95 %: RunTask answered; the recorder said its first word.',
          unit: 's',
          queries: [
            { expr: quantile(0.95, 'meetingbot_launch_latency_seconds'), legend: 'RunTask' },
            { expr: quantile(0.95, 'meetingbot_recorder_boot_latency_seconds'), legend: 'first word' },
          ],
        },
        {
          kind: 'series',
          title: 'Lobby and join',
          description: '95 %: waiting for the host; in the call, lobby included.',
          unit: 's',
          queries: [
            { expr: quantile(0.95, 'meetingbot_lobby_latency_seconds'), legend: 'lobby' },
            { expr: quantile(0.95, 'meetingbot_join_latency_seconds'), legend: 'join' },
          ],
        },
        {
          kind: 'series',
          title: 'Finalise and notify',
          description: '95 %: whole in S3 after the end (budget 3 s); webhook taken after that.',
          unit: 's',
          limits: [3, 10],
          queries: [
            { expr: quantile(0.95, 'meetingbot_finalize_latency_seconds'), legend: 'finalise' },
            { expr: quantile(0.95, 'meetingbot_notify_latency_seconds'), legend: 'notify' },
          ],
        },
        {
          kind: 'series',
          title: 'Attempts that ended',
          description: 'Within the time shown, by reason.',
          unit: 'short',
          queries: [{ expr: `${counted('meetingbot_attempts_ended_total', 'reason')} > 0`, legend: '{{reason}}' }],
        },
      ],
    },
    {
      title: 'API and webhook',
      panels: [
        {
          kind: 'series',
          title: 'Requests',
          description: 'A second, by code.',
          unit: 'reqps',
          queries: [{ expr: `sum by (code) (${rate('meetingbot_http_requests_total')})`, legend: '{{code}}' }],
        },
        {
          kind: 'series',
          title: 'Request time',
          description: '95 % by route.',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'meetingbot_http_request_duration_seconds', 'route'), legend: '{{route}}' }],
        },
        {
          kind: 'series',
          title: 'Webhook tries',
          description: 'Within the time shown, by outcome.',
          unit: 'short',
          queries: [{ expr: counted('meetingbot_webhook_tries_total', 'outcome'), legend: '{{outcome}}' }],
        },
        {
          kind: 'series',
          title: 'Webhook answers',
          description: '95 % of the time to an answer, by its family.',
          unit: 's',
          queries: [
            { expr: quantile(0.95, 'meetingbot_webhook_request_duration_seconds', 'answer'), legend: '{{answer}}' },
          ],
        },
      ],
    },
    {
      title: 'Process',
      panels: [
        {
          kind: 'series',
          title: 'CPU',
          description: 'Cores of each replica; the budget for 10 000 live Meetings is half of one.',
          unit: 'short',
          limits: [0.5, 0.9],
          queries: [{ expr: `sum by (instance) (${rate('process_cpu_seconds_total')})`, legend: '{{instance}}' }],
        },
        {
          kind: 'series',
          title: 'Memory',
          description: 'Resident memory of each replica; the budget is 400 MB.',
          unit: 'decbytes',
          limits: [4e8, 8e8],
          queries: [{ expr: `max by (instance) (${metric('process_resident_memory_bytes')})`, legend: '{{instance}}' }],
        },
        {
          kind: 'series',
          title: 'Event loop lag',
          description: '99 %: how late the process comes to what is due.',
          unit: 's',
          limits: [0.1, 1],
          queries: [
            { expr: `max by (instance) (${metric('nodejs_eventloop_lag_p99_seconds')})`, legend: '{{instance}}' },
          ],
        },
        {
          kind: 'series',
          title: 'Orphans stopped',
          description: 'Tasks that belonged to no Meeting, within the time shown.',
          unit: 'short',
          limits: [1, 5],
          queries: [{ expr: `sum(${within('meetingbot_orphan_tasks_stopped_total')})`, legend: 'orphans' }],
        },
      ],
    },
  ],
};
