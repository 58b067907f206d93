import { TABLE_SCHEMA } from '@meetingbot/controller';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { FARGATE_MEMORY } from './config-checks.ts';
import { ROLE_TAG } from './recorder-task.ts';
import { synthesized } from './synthesized.fixture.ts';

const { json, named, ofType, template, assembly } = synthesized();
const containers = () =>
  ofType('AWS::ECS::TaskDefinition').flatMap(({ Properties }) => Properties.ContainerDefinitions as Container[]);
interface Container {
  Name: string;
  LinuxParameters: Record<string, unknown> & { Capabilities: { Drop: string[] } };
  [name: string]: unknown;
}

/** Docker's. */
const DEFAULT_CAPABILITIES = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
];

describe('the template', () => {
  it('needs no account, no network, no assets and no bootstrap', () => {
    expect(assembly.manifest.missing ?? []).toEqual([]);
    expect(JSON.stringify(json)).not.toMatch(/vpc-12345|p-12345|cdk-bootstrap|cdk-hnb659fds/);
    expect(json.Rules).toBeUndefined();
    expect(Object.values(json.Parameters).map(({ Type }) => Type)).toEqual(
      Array(2).fill('AWS::SSM::Parameter::Value<String>'),
    );
    expect(ofType('AWS::Lambda::Function')).toEqual([]);
  });

  it('holds no secret: one value is made by AWS, the other is put in by people', () => {
    const secrets = ofType('AWS::SecretsManager::Secret').map(({ Properties }) => Properties);
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(secret).not.toHaveProperty('SecretString');
    expect(named('AWS::SecretsManager::Secret', 'SecretsApiTokens').Properties).not.toHaveProperty(
      'GenerateSecretString',
    );
  });

  it('keeps what is durable when it goes', () => {
    for (const type of [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::KMS::Key',
      'AWS::SecretsManager::Secret',
      'AWS::ECR::Repository',
      'AWS::Logs::LogGroup',
    ]) {
      const all = ofType(type);
      expect(all.length, type).toBeGreaterThan(0);
      for (const { DeletionPolicy, id } of all) expect(DeletionPolicy, id).toBe('Retain');
    }
  });

  it('tags everything that can be tagged, for the bill', () => {
    for (const type of [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::ECS::Service',
      'AWS::ECS::TaskDefinition',
      'AWS::SQS::Queue',
    ]) {
      for (const { Properties, id } of ofType(type)) {
        expect(Properties.Tags, id).toContainEqual({ Key: 'app', Value: 'meetingbot' });
      }
    }
  });
});

describe('what Fargate refuses, or silently does otherwise', () => {
  it('has no shared memory, devices, swap or privilege in any container, and adds no capability', () => {
    expect(containers().length).toBe(3);
    for (const container of containers()) {
      for (const field of ['SharedMemorySize', 'Devices', 'MaxSwap', 'Swappiness']) {
        expect(container.LinuxParameters, container.Name).not.toHaveProperty(field);
      }
      for (const field of ['Privileged', 'DockerSecurityOptions', 'ExtraHosts', 'Links', 'DnsServers']) {
        expect(container, container.Name).not.toHaveProperty(field);
      }
      const { Drop, ...others } = container.LinuxParameters.Capabilities;
      expect(others, container.Name).toEqual({});
      const left = Drop.includes('ALL') ? [] : DEFAULT_CAPABILITIES.filter((each) => !Drop.includes(each));
      // The recorder's: its browser has a user of its own.
      expect(left, container.Name).toEqual(container.Name === 'recorder' ? ['SETGID', 'SETUID'] : []);
    }
  });

  it('has sizes that exist', () => {
    for (const { Properties, id } of ofType('AWS::ECS::TaskDefinition')) {
      expect(FARGATE_MEMORY[Number(Properties.Cpu)], id).toContain(Number(Properties.Memory));
      expect(Properties.RequiresCompatibilities, id).toEqual(['FARGATE']);
      expect(Properties.NetworkMode, id).toBe('awsvpc');
    }
  });

  it('gives a recorder the longest stop there is, and disk above the 20 GiB that may not be asked for', () => {
    const { Properties } = named('AWS::ECS::TaskDefinition', 'RecorderTask');
    expect(Properties.ContainerDefinitions[0].StopTimeout).toBe(120);
    expect(Properties.EphemeralStorage.SizeInGiB).toBeGreaterThanOrEqual(21);
  });

  it('runs our images as their user, with a root file system that can’t be written and a /tmp that can', () => {
    for (const name of ['recorder', 'controller']) {
      const found = containers().find(({ Name }) => Name === name);
      expect(found).toMatchObject({ User: '10001', ReadonlyRootFilesystem: true, Essential: true });
      expect(found?.LinuxParameters['Tmpfs']).toMatchObject([{ ContainerPath: '/tmp' }]);
    }
  });

  it('says how logs are written: a full buffer never stops a process', () => {
    for (const container of containers()) {
      expect(container['LogConfiguration'], container.Name).toMatchObject({
        LogDriver: 'awslogs',
        Options: { mode: 'non-blocking', 'max-buffer-size': expect.stringMatching(/^\d+b$/) },
      });
    }
    for (const { Properties, id } of ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays, id).toBe(90);
  });

  it('tells ECS how the controller is, as it does not see the image’s own health check', () => {
    const controller = containers().find(({ Name }) => Name === 'controller');
    expect(JSON.stringify(controller?.['HealthCheck'])).toContain('/livez');
  });

  it('keeps old revisions of the recorder: attempts that pin one may still be launched', () => {
    const { DeletionPolicy, Properties } = named('AWS::ECS::TaskDefinition', 'RecorderTask');
    expect(DeletionPolicy).toBe('Retain');
    expect(Properties.Tags).toContainEqual({ Key: ROLE_TAG.key, Value: ROLE_TAG.value });
  });
});

describe('the service', () => {
  const service = () => named('AWS::ECS::Service', 'ControllerService').Properties;

  it('is never fewer than it should be while it is deployed, and goes back by itself', () => {
    expect(service().DeploymentConfiguration).toMatchObject({
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
  });

  it('waits with nothing to run until there is an image', () => {
    expect(service().DesiredCount).toEqual({ 'Fn::If': [expect.any(String), 2, 0] });
  });

  it('has no public address and no shell', () => {
    expect(service().NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    expect(service().EnableExecuteCommand).toBe(false);
  });
});

describe('the data', () => {
  it('has the table that the store makes for itself elsewhere', () => {
    const { Properties } = named('AWS::DynamoDB::Table', 'DataTable');
    const byName = (a: { AttributeName: string }, b: { AttributeName: string }) =>
      a.AttributeName < b.AttributeName ? -1 : 1;
    expect(Properties.KeySchema).toEqual(TABLE_SCHEMA.KEY_SCHEMA);
    expect([...Properties.AttributeDefinitions].sort(byName)).toEqual([...TABLE_SCHEMA.ATTRIBUTES].sort(byName));
    expect(Properties.GlobalSecondaryIndexes).toEqual(TABLE_SCHEMA.INDEXES);
  });

  it('is on demand, can be restored to any second, expires, is encrypted and can’t be deleted by a slip', () => {
    expect(named('AWS::DynamoDB::Table', 'DataTable').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      DeletionProtectionEnabled: true,
    });
  });

  it('keeps the buckets private, takes TLS only and keeps what was overwritten', () => {
    for (const { Properties, id } of ofType('AWS::S3::Bucket')) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration), id).toEqual([true, true, true, true]);
      expect(Properties.OwnershipControls.Rules, id).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    }
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
    const recordings = named('AWS::S3::Bucket', 'DataRecordings').Properties;
    expect(recordings.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(recordings.BucketEncryption.ServerSideEncryptionConfiguration[0]).toMatchObject({
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
    });
  });

  it('writes access logs to a bucket without a key of ours: neither S3 nor a load balancer can write to one with', () => {
    const logs = named('AWS::S3::Bucket', 'DataAccessLogs').Properties;
    expect(logs.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
  });

  it('frees the parts of uploads that nobody ends, later than any meeting can last', () => {
    const rules = named('AWS::S3::Bucket', 'DataRecordings').Properties.LifecycleConfiguration.Rules;
    const aborting = rules.filter((rule: object) => 'AbortIncompleteMultipartUpload' in rule);
    expect(aborting).toHaveLength(1);
    expect(aborting[0].AbortIncompleteMultipartUpload.DaysAfterInitiation).toBeGreaterThanOrEqual(3);
    expect(aborting[0]).not.toHaveProperty('Prefix');
  });
});

describe('what is watched', () => {
  it('has an action for every alarm, both ways', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThanOrEqual(9);
    for (const { Properties, id } of alarms) {
      expect(Properties.AlarmActions, id).toHaveLength(1);
      expect(Properties.OKActions, id).toHaveLength(1);
      expect(Properties.AlarmDescription, id).toMatch(/\w/);
    }
  });

  it('takes silence for trouble where silence is the trouble', () => {
    for (const name of ['NoController', 'NoMetrics', 'NotEnoughReplicas']) {
      expect(named('AWS::CloudWatch::Alarm', `Alarms${name}`).Properties.TreatMissingData, name).toBe('breaching');
    }
  });

  it('sends our rules to Amazon Managed Prometheus', () => {
    expect(named('AWS::APS::RuleGroupsNamespace', 'Prometheus').Properties).toMatchObject({
      Name: 'alerts',
      Data: expect.stringContaining('groups:'),
    });
  });

  it('has a budget by the tag', () => {
    expect(named('AWS::Budgets::Budget', 'Budget').Properties.Budget).toMatchObject({
      CostFilters: { TagKeyValue: ['user:app$meetingbot'] },
      BudgetLimit: { Amount: 500, Unit: 'USD' },
    });
  });
});
