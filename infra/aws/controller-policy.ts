import { TABLE_SCHEMA } from '@meetingbot/controller';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { StackConfig } from './config.ts';
import type { DataStores } from './data-stores.ts';
import { type RecorderTask, ROLE_TAG, recorderFamily } from './recorder-task.ts';
import type { Secrets } from './secrets.ts';
import type { TaskEvents } from './task-events.ts';
import { acknowledgeWildcards, below } from './wildcards.ts';

export interface ControllerNeeds {
  config: StackConfig;
  data: DataStores;
  secrets: Secrets;
  events: TaskEvents;
  recorder: RecorderTask;
}

/**
 * What the controller may do, and no more. Written out: CDK's grants give RunTask without the cluster, and more of S3 and
 * DynamoDB than is called. A test compares it with the calls in the controller's source.
 */
export function allowController(role: iam.IRole, needs: ControllerNeeds): void {
  const { config, data, events, recorder, secrets } = needs;
  const stack = Stack.of(recorder);
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'ecs', resource, resourceName });
  const inCluster = { 'ecs:cluster': arn('cluster', config.cluster) };
  const tasks = arn('task', `${config.cluster}/*`);
  const allow = (actions: string[], resources: string[], conditions: Record<string, Record<string, string>> = {}) =>
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources, conditions }));

  // Every revision of one family, in one cluster.
  const family = arn('task-definition', `${recorderFamily(config)}:*`);
  allow(['ecs:RunTask'], [family], { ArnEquals: inCluster });
  // Our tasks only: the cluster is shared. Tasks have the tag from their definition.
  allow(['ecs:StopTask'], [tasks], {
    ArnEquals: inCluster,
    StringEquals: { [`aws:ResourceTag/${ROLE_TAG.key}`]: ROLE_TAG.value },
  });
  allow(['ecs:DescribeTasks'], [tasks], { ArnEquals: inCluster });
  // ListTasks names container instances, which Fargate has none of; DescribeTaskDefinition names nothing at all.
  allow(['ecs:ListTasks'], ['*'], { ArnEquals: inCluster });
  allow(['ecs:DescribeTaskDefinition'], ['*']);
  allow(['ecs:TagResource'], [tasks], { StringEquals: { 'ecs:CreateAction': 'RunTask' } });
  allow(['iam:PassRole'], [recorder.definition.taskRole.roleArn, recorder.executionRole.roleArn], {
    StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  });
  allow(
    ['BatchGetItem', 'DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query'].map(
      (action) => `dynamodb:${action}`,
    ),
    [data.table.tableArn, ...TABLE_SCHEMA.INDEXES.map(({ IndexName }) => `${data.table.tableArn}/index/${IndexName}`)],
  );
  // HeadBucket at start has no prefix to put a condition on.
  allow(['s3:ListBucket', 's3:ListBucketMultipartUploads'], [data.recordings.bucketArn]);
  allow(['s3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], [data.recordings.arnForObjects('meetings/*')]);
  allow(
    ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'].map(
      (action) => `kms:${action}`,
    ),
    [data.key.keyArn],
  );
  allow(['secretsmanager:GetSecretValue'], [secrets.webhook.secretArn]);
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [events.queue.queueArn]);
  acknowledgeWildcards(role, {
    '*': 'ListTasks has no resource on Fargate (the cluster is its condition), DescribeTaskDefinition has none.',
    [`${stack.resolve(family)}`]: 'Every revision of the one family: each deployment registers a new one.',
    [`${stack.resolve(tasks)}`]:
      'Tasks have no names: those of the one cluster, and StopTask and TagResource by condition.',
    [below(data.recordings, '/meetings/*')]: 'Every recording: it verifies, deletes by policy, and aborts uploads.',
  });
}
