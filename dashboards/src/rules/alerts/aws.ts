import { type Alert, series, TARGET, TEST_TARGET } from '../alert.ts';

const runTask = { service: 'ecs', operation: 'RunTask' };
const calls = (outcome: string) => series('meetingbot_aws_calls_total', { ...runTask, outcome });
const throttles = series('meetingbot_aws_throttles_total', runTask);

export const awsAlerts: Alert[] = [
  {
    name: 'AwsThrottles',
    severity: 'warning',
    expr: `sum by (${TARGET}, service, operation) (rate(meetingbot_aws_throttles_total[5m])) > 0.2`,
    for: '5m',
    summary: 'AWS throttles {{ $labels.operation }} of {{ $labels.service }}.',
    meaning: 'Calls are tried again and come late. With RunTask, recorders come late to their meetings.',
    dashboard: 'aws',
    fires: { series: { [throttles]: '0+60x20' }, at: '12m', labels: [{ ...TEST_TARGET, ...runTask }] },
    silent: { series: { [throttles]: '0+3x20' }, at: '12m' },
  },
  {
    name: 'AwsCallsFail',
    severity: 'critical',
    expr: [
      `sum by (${TARGET}, service) (rate(meetingbot_aws_calls_total{outcome=~"unavailable|refused"}[5m]))`,
      `/ sum by (${TARGET}, service) (rate(meetingbot_aws_calls_total[5m])) > 0.2`,
    ].join('\n'),
    for: '5m',
    summary: 'One call in five to {{ $labels.service }} fails.',
    meaning: 'AWS is away or refuses us (rights, keys, a name that is wrong). Nothing that needs it goes on.',
    dashboard: 'aws',
    fires: {
      series: { [calls('refused')]: '0+6x20', [calls('ok')]: '0+6x20' },
      at: '12m',
      labels: [{ ...TEST_TARGET, service: 'ecs' }],
    },
    silent: {
      series: { [calls('conflict')]: '0+60x20', [calls('ok')]: '0+6x20', [calls('refused')]: '0x20' },
      at: '12m',
    },
  },
  {
    name: 'QuotaNearlyUsed',
    severity: 'warning',
    expr: `max by (${TARGET}) (meetingbot_fargate_vcpus) / max by (${TARGET}) (meetingbot_fargate_vcpu_quota) > 0.8`,
    for: '5m',
    summary: 'Recorders use more than 80 % of the vCPUs that the account may run on Fargate.',
    meaning: 'The next meetings will not get a recorder. Raising the quota takes AWS hours to days.',
    dashboard: 'aws',
    fires: {
      series: { [series('meetingbot_fargate_vcpus')]: '9x15', [series('meetingbot_fargate_vcpu_quota')]: '10x15' },
      at: '8m',
      labels: [TEST_TARGET],
    },
    silent: {
      series: { [series('meetingbot_fargate_vcpus')]: '5x15', [series('meetingbot_fargate_vcpu_quota')]: '10x15' },
      at: '8m',
    },
  },
  {
    name: 'LaunchesRefused',
    severity: 'critical',
    expr: `sum by (${TARGET}, reason) (increase(meetingbot_attempts_ended_total{reason=~"LaunchFailed|QuotaExceeded"}[10m])) > 2.5`,
    summary: 'ECS refuses to start recorders: {{ $labels.reason }}.',
    meaning: 'Meetings wait for a recorder and may be missed; it is tried again with back-off.',
    dashboard: 'aws',
    fires: {
      series: {
        [series('meetingbot_attempts_ended_total', { reason: 'QuotaExceeded', attributed_to: 'Infrastructure' })]:
          '0x5 5x10',
      },
      at: '8m',
      labels: [{ ...TEST_TARGET, reason: 'QuotaExceeded' }],
    },
    silent: {
      series: {
        [series('meetingbot_attempts_ended_total', { reason: 'QuotaExceeded', attributed_to: 'Infrastructure' })]:
          '0x5 1x10',
      },
      at: '8m',
    },
  },
  {
    name: 'RecordersAllTaken',
    severity: 'warning',
    expr: `max by (${TARGET}) (meetingbot_waiting_for_recorder) > 0`,
    for: '5m',
    summary: 'Meetings wait because MAX_CONCURRENT_MEETINGS recorders are alive.',
    meaning: 'They may miss their beginning, or all of it.',
    dashboard: 'aws',
    fires: { series: { [series('meetingbot_waiting_for_recorder')]: '2x15' }, at: '8m', labels: [TEST_TARGET] },
    silent: { series: { [series('meetingbot_waiting_for_recorder')]: '0x3 2x3 0x10' }, at: '8m' },
  },
];
