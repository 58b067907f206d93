import type { DashboardPlan } from './dashboard.ts';
import { metric, type PanelPlan, quantile, rate } from './panel.ts';

const latency = (service: string, title: string): PanelPlan => ({
  kind: 'series',
  title,
  description: '95 % of the time of calls, by operation, retries of the SDK included.',
  unit: 's',
  span: 8,
  queries: [
    {
      expr: quantile(0.95, 'meetingbot_aws_call_duration_seconds', 'operation', `service="${service}"`),
      legend: '{{operation}}',
    },
  ],
});

export const aws: DashboardPlan = {
  name: 'aws',
  title: 'Meeting Bot / AWS',
  description: 'What we ask of AWS, how it answers, and how much room is left.',
  rows: [
    {
      title: 'Room',
      panels: [
        {
          kind: 'stat',
          title: 'vCPUs in use',
          description: 'Of our recorders; other services use the same quota.',
          unit: 'short',
          queries: [{ expr: `max(${metric('meetingbot_fargate_vcpus')})` }],
        },
        {
          kind: 'stat',
          title: 'vCPU quota',
          description: 'FARGATE_VCPU_QUOTA, as Service Quotas has it.',
          unit: 'short',
          queries: [{ expr: `max(${metric('meetingbot_fargate_vcpu_quota')})` }],
        },
        {
          kind: 'stat',
          title: 'Quota used',
          description: '80 % are an alert: raising it takes hours to days.',
          unit: 'percentunit',
          limits: [0.6, 0.8],
          queries: [
            { expr: `max(${metric('meetingbot_fargate_vcpus')}) / max(${metric('meetingbot_fargate_vcpu_quota')})` },
          ],
        },
        {
          kind: 'stat',
          title: 'Tasks',
          description: 'Recorder tasks under watch.',
          unit: 'short',
          queries: [{ expr: `max(${metric('meetingbot_live_tasks')})` }],
        },
      ],
    },
    {
      title: 'Calls',
      panels: [
        {
          kind: 'series',
          title: 'Calls by service',
          description: 'A second.',
          unit: 'reqps',
          queries: [{ expr: `sum by (service) (${rate('meetingbot_aws_calls_total')})`, legend: '{{service}}' }],
        },
        {
          kind: 'series',
          title: 'Calls by outcome',
          description: 'A second. conflict and not_found are answers as good as ok.',
          unit: 'reqps',
          queries: [{ expr: `sum by (outcome) (${rate('meetingbot_aws_calls_total')})`, legend: '{{outcome}}' }],
        },
        {
          kind: 'series',
          title: 'Throttles',
          description: 'A second, also those that a retry made good.',
          unit: 'reqps',
          limits: [0.2, 1],
          queries: [
            {
              expr: `sum by (service, operation) (${rate('meetingbot_aws_throttles_total')}) > 0`,
              legend: '{{service}} {{operation}}',
            },
            { expr: `sum(${rate('meetingbot_aws_throttles_total')})`, legend: 'all' },
          ],
        },
        {
          kind: 'series',
          title: 'Retries of the SDK',
          description: 'A second.',
          unit: 'reqps',
          queries: [
            {
              expr: `sum by (service, operation) (${rate('meetingbot_aws_retries_total')}) > 0`,
              legend: '{{service}} {{operation}}',
            },
            { expr: `sum(${rate('meetingbot_aws_retries_total')})`, legend: 'all' },
          ],
        },
      ],
    },
    { title: 'Latency', panels: [latency('dynamodb', 'DynamoDB'), latency('s3', 'S3'), latency('ecs', 'ECS')] },
  ],
};
