import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import { recorderFamily } from './recorder-task.ts';

/** ECS's word on recorders, as hints in a queue: the controller looks sooner, and asks ECS what is true. */
export class TaskEvents extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly rule: events.Rule;

  constructor(scope: Construct, config: StackConfig) {
    super(scope, 'TaskEvents');
    const common = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      // An old hint says nothing that the controller has not seen by looking.
      retentionPeriod: Duration.minutes(15),
      visibilityTimeout: Duration.seconds(30),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    const cluster = Stack.of(this).formatArn({ service: 'ecs', resource: 'cluster', resourceName: config.cluster });
    this.rule = new events.Rule(this, 'Rule', {
      description: 'Recorder tasks that changed, for the controller',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: { clusterArn: [cluster], group: [`family:${recorderFamily(config)}`] },
      },
    });
    this.rule.addTarget(
      new targets.SqsQueue(this.queue, {
        deadLetterQueue: this.deadLetters,
        maxEventAge: Duration.minutes(15),
        retryAttempts: 10,
      }),
    );
  }
}
