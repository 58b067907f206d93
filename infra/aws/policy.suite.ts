import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../local/stack/places.ts';
import { type Resource, synthesized } from './synthesized.fixture.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const { ofType, named } = synthesized();
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const statementsOf = (role: string): Statement[] =>
  ofType('AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith(role))
    .flatMap(({ Properties }: Resource) => Properties.PolicyDocument.Statement as Statement[]);
const controller = statementsOf('ControllerTaskTaskRole');
const recorder = statementsOf('RecorderTaskTaskRole');
const allowing = (statements: Statement[], action: string) => {
  const found = statements.filter(({ Action }) => listOf(Action).includes(action));
  expect(found, action).toHaveLength(1);
  return found[0] as Statement;
};

/** The IAM action of a call of the SDK, where it is not called as the call is. */
const OTHERWISE: Record<string, string> = {
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CopyObject': 's3:PutObject',
};
const SERVICES: Record<string, string> = {
  'client-dynamodb': 'dynamodb',
  'client-ecs': 'ecs',
  'client-s3': 's3',
  'client-sqs': 'sqs',
  'client-secrets-manager': 'secretsmanager',
};
/** Only for an endpoint that has no table yet: on AWS it is the stack's. */
const LOCAL_ONLY = new Set(['dynamodb:CreateTable']);

/** The IAM actions of every SDK command that a room's production code imports. */
function actionsCalled(room: string): Set<string> {
  const actions = new Set<string>();
  for (const file of globSync(`${room}/src/**/*.ts`, { cwd: projectRoot })) {
    if (/\.(test|fixture|contract)\.ts$|\/simulation\//.test(file)) continue;
    const text = readFileSync(join(projectRoot, file), 'utf8');
    for (const [, names = '', client = ''] of text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/([a-z0-9-]+)'/g)) {
      for (const [, command] of names.matchAll(/(?<!type )\b(\w+)Command\b/g)) {
        const action = `${SERVICES[client] ?? client}:${command}`;
        if (!LOCAL_ONLY.has(action)) actions.add(OTHERWISE[action] ?? action);
      }
    }
  }
  return actions;
}

describe('the controller', () => {
  it('may do what its source calls', () => {
    const called = actionsCalled('controller');
    expect(called.size).toBeGreaterThan(12);
    const allowed = new Set(controller.flatMap(({ Action }) => listOf(Action)));
    expect([...called].filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('may do nothing that its source doesn’t call, beside tags, roles, keys and metrics', () => {
    const called = actionsCalled('controller');
    // The webhook's secret is read at run time wherever NOTIFY_WEBHOOK_SECRET holds its ARN.
    const beside = /^(kms:|secretsmanager:GetSecretValue$|aps:RemoteWrite$|ecs:TagResource$|iam:PassRole$)/;
    const allowed = controller.flatMap(({ Action }) => listOf(Action));
    expect(allowed.filter((action) => !called.has(action) && !beside.test(action))).toEqual([]);
  });

  it('launches the recorder family only, any revision of it, in this cluster only', () => {
    const { Condition, Resource } = allowing(controller, 'ecs:RunTask');
    expect(Resource).toBe('arn:aws:ecs:us-east-1:111122223333:task-definition/meetingbot-recorder:*');
    expect(Condition?.['ArnEquals']).toEqual({
      'ecs:cluster': 'arn:aws:ecs:us-east-1:111122223333:cluster/helloworld3-cluster',
    });
  });

  it('stops recorders only, though the cluster has other tasks', () => {
    const { Condition, Resource } = allowing(controller, 'ecs:StopTask');
    expect(Resource).toBe('arn:aws:ecs:us-east-1:111122223333:task/helloworld3-cluster/*');
    expect(Condition).toMatchObject({
      ArnEquals: { 'ecs:cluster': expect.stringContaining('helloworld3-cluster') },
      StringEquals: { 'aws:ResourceTag/meetingbot:role': 'recorder' },
    });
  });

  it('tags only what RunTask makes, without a condition that TagResource does not know', () => {
    expect(allowing(controller, 'ecs:TagResource').Condition).toEqual({
      StringEquals: { 'ecs:CreateAction': 'RunTask' },
    });
  });

  it('passes the recorder’s two roles, to ECS tasks only', () => {
    const { Condition, Resource } = allowing(controller, 'iam:PassRole');
    expect(listOf(Resource).sort(byText)).toEqual(
      [
        { 'Fn::GetAtt': [named('AWS::IAM::Role', 'RecorderTaskTaskRole').id, 'Arn'] },
        { 'Fn::GetAtt': [named('AWS::IAM::Role', 'RecorderExecutionRole').id, 'Arn'] },
      ].sort(byText),
    );
    expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
  });

  it('reads the webhook’s secret at run time; the tokens are read by ECS for it', () => {
    const { Resource } = allowing(controller, 'secretsmanager:GetSecretValue');
    expect(JSON.stringify(Resource)).toContain('SecretsWebhook');
    const execution = statementsOf('ControllerExecutionRole');
    expect(JSON.stringify(allowing(execution, 'secretsmanager:GetSecretValue').Resource)).toContain('SecretsApiTokens');
  });
});

describe('a recorder', () => {
  it('may do what its source calls, with recordings', () => {
    const allowed = new Set(recorder.flatMap(({ Action }) => listOf(Action)));
    const called = actionsCalled('recorder');
    expect(called.size).toBeGreaterThan(4);
    expect([...called].filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('has no way to DynamoDB, ECS or roles, and to no secret but those of its identities', () => {
    const services = new Set(recorder.flatMap(({ Action }) => listOf(Action)).map((action) => action.split(':')[0]));
    expect([...services].sort()).toEqual(['kms', 's3', 'secretsmanager']);
    const { Action, Resource } = allowing(recorder, 'secretsmanager:GetSecretValue');
    expect(listOf(Action)).toEqual(['secretsmanager:GetSecretValue']);
    expect(Resource).toEqual([
      expect.stringMatching(/:secret:meetingbot\/identity-notes-1-AbCdEf$/),
      expect.stringMatching(/:secret:meetingbot\/teams-bot-GhIjKl$/),
    ]);
    expect(JSON.stringify(controller)).not.toContain('identity-notes-1');
  });

  it('touches objects below meetings/ only, and deletes nothing but segments', () => {
    for (const statement of recorder) {
      const actions = listOf(statement.Action);
      if (!actions.some((action) => /^s3:(Get|Put|Delete|Abort)/.test(action))) continue;
      for (const resource of listOf(statement.Resource)) expect(JSON.stringify(resource)).toContain('/meetings/*');
    }
    expect(JSON.stringify(allowing(recorder, 's3:DeleteObject').Resource)).toContain('/meetings/*/attempts/*');
  });

  it('can complete an upload under our key, which takes Decrypt too', () => {
    const { Action } = allowing(recorder, 'kms:Decrypt');
    expect(listOf(Action)).toContain('kms:GenerateDataKey');
  });
});

it('lets EventBridge put hints into the queue, with a dead-letter queue behind', () => {
  const { Properties } = named('AWS::Events::Rule', 'TaskEventsRule');
  expect(Properties.EventPattern).toEqual({
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: {
      clusterArn: ['arn:aws:ecs:us-east-1:111122223333:cluster/helloworld3-cluster'],
      group: ['family:meetingbot-recorder'],
    },
  });
  expect(Properties.Targets[0]).toMatchObject({ DeadLetterConfig: { Arn: expect.anything() } });
  expect(named('AWS::SQS::Queue', 'TaskEventsQueue').Properties).toHaveProperty('RedrivePolicy');
  const queuePolicies = JSON.stringify(ofType('AWS::SQS::QueuePolicy').map(({ Properties }) => Properties));
  expect(queuePolicies).toContain('events.amazonaws.com');
  expect(queuePolicies).toContain('aws:SourceArn');
});
