import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import type { ControllerService } from './controller-service.ts';
import type { DataStores } from './data-stores.ts';
import type { Ingress } from './ingress.ts';
import type { Prometheus } from './prometheus.ts';
import type { TaskEvents } from './task-events.ts';

export interface AlarmsOptions {
  config: StackConfig;
  topic: sns.ITopic;
  data: DataStores;
  events: TaskEvents;
  prometheus: Prometheus;
  controller: ControllerService;
  ingress: Ingress;
}

interface Alarm {
  /** What is wrong and what to do, for who is woken by it. */
  says: string;
  metric: cloudwatch.IMetric;
  /** Above it, or below it where `below`. */
  threshold: number;
  below?: true;
  /** Minutes in a row. */
  minutes: number;
  /** No data is: @default fine */
  missing?: 'bad';
}

const minute = Duration.minutes(1);
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;

/** What Prometheus can't see: that it is not there itself, and what goes on outside the controller. */
export class Alarms extends Construct {
  constructor(scope: Construct, options: AlarmsOptions) {
    super(scope, 'Alarms');
    const action = new SnsAction(options.topic);
    for (const [name, alarm] of Object.entries({ ...ourAlarms(options), ...loadBalancerAlarms(options) })) {
      const made = new cloudwatch.Alarm(this, name, {
        alarmName: `${options.config.name}-${name}`,
        alarmDescription: alarm.says,
        metric: alarm.metric,
        threshold: alarm.threshold,
        comparisonOperator: alarm.below ? LESS_THAN_THRESHOLD : GREATER_THAN_THRESHOLD,
        evaluationPeriods: alarm.minutes,
        treatMissingData: alarm.missing === 'bad' ? BREACHING : NOT_BREACHING,
      });
      made.addAlarmAction(action);
      made.addOkAction(action);
    }
  }
}

function ourAlarms({ config, controller, data, events, prometheus }: AlarmsOptions): Record<string, Alarm> {
  const metric = (namespace: string, metricName: string, statistic: string, dimensionsMap: Record<string, string>) =>
    new cloudwatch.Metric({ namespace, metricName, statistic, dimensionsMap, period: minute });
  const workspace = prometheus.workspace.attrWorkspaceId;
  const usage = (Service: string, Resource: string, Class: string, more: Record<string, string> = {}) =>
    metric('AWS/Usage', 'ResourceCount', 'Maximum', { Service, Type: 'Resource', Resource, Class, ...more });
  const visible = { period: minute, statistic: 'Maximum' };
  return {
    NoController: {
      says: 'No controller runs: nothing is launched, stopped or told. Look at the service’s events; recorders go on.',
      // One sample a minute and task: how many there are, whether or not Container Insights is on.
      metric: metric('AWS/ECS', 'CPUUtilization', 'SampleCount', {
        ClusterName: config.cluster,
        ServiceName: controller.service.serviceName,
      }),
      threshold: 1,
      below: true,
      minutes: 5,
      missing: 'bad',
    },
    NoMetrics: {
      says: 'Amazon Managed Prometheus gets nothing: no alert rule can fire. Look at the container collector’s log.',
      metric: usage('Prometheus', 'IngestionRate', 'None', { ResourceId: workspace }),
      threshold: 0.001,
      below: true,
      minutes: 15,
      missing: 'bad',
    },
    AlertsNotSent: {
      says: 'The alert manager could not hand an alert to SNS. Look at the topic’s policy and key.',
      metric: metric('AWS/Prometheus', 'AlertManagerNotificationsFailed', 'Sum', { Workspace: workspace }),
      threshold: 0,
      minutes: 1,
    },
    TaskEventsOld: {
      says: 'Hints of task changes wait unread. The controller sees changes later, by looking; it may be down.',
      metric: events.queue.metricApproximateAgeOfOldestMessage(visible),
      threshold: 300,
      minutes: 5,
    },
    TaskEventsLost: {
      says: 'Task events that could not be delivered or read are in the dead-letter queue: look at one.',
      metric: events.deadLetters.metricApproximateNumberOfMessagesVisible(visible),
      threshold: 0,
      minutes: 1,
    },
    TaskEventsFailed: {
      says: 'EventBridge can’t put task events into the queue: look at the queue’s policy.',
      metric: metric('AWS/Events', 'FailedInvocations', 'Sum', { RuleName: events.rule.ruleName }),
      threshold: 0,
      minutes: 5,
    },
    TableThrottled: {
      says: 'DynamoDB refuses calls of the table or an index: a partition is too hot, or the account’s limit is reached.',
      metric: new cloudwatch.MathExpression({
        expression: 'reads + writes',
        period: minute,
        usingMetrics: {
          reads: metric('AWS/DynamoDB', 'ReadThrottleEvents', 'Sum', { TableName: data.table.tableName }),
          writes: metric('AWS/DynamoDB', 'WriteThrottleEvents', 'Sum', { TableName: data.table.tableName }),
        },
      }),
      threshold: 10,
      minutes: 5,
    },
    VcpuQuota: {
      says: 'Fargate’s quota of on-demand vCPUs is nearly used up (L-3032A538): further recorders will wait. Ask for more.',
      metric: new cloudwatch.MathExpression({
        expression: '(used / SERVICE_QUOTA(used)) * 100',
        period: minute,
        usingMetrics: { used: usage('Fargate', 'vCPU', 'Standard/OnDemand') },
      }),
      threshold: 80,
      minutes: 5,
    },
  };
}

function loadBalancerAlarms({ config, ingress: { loadBalancer, targets } }: AlarmsOptions): Record<string, Alarm> {
  if (loadBalancer === undefined || targets === undefined) return {};
  const all = { period: minute, statistic: 'Sum' };
  return {
    NotEnoughReplicas: {
      says: 'Fewer controllers answer than there should be: look at the service’s events and the log of those that stopped.',
      metric: targets.metrics.healthyHostCount({ period: minute, statistic: 'Minimum' }),
      threshold: config.controller.replicas,
      below: true,
      minutes: 10,
      missing: 'bad',
    },
    ApiErrors: {
      says: 'The API answers with 5xx, or the load balancer does for it: Meetings may not be taken.',
      metric: new cloudwatch.MathExpression({
        expression: 'FILL(ours, 0) + FILL(balancer, 0)',
        period: minute,
        usingMetrics: {
          ours: loadBalancer.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, all),
          balancer: loadBalancer.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, all),
        },
      }),
      threshold: 5,
      minutes: 3,
    },
  };
}
