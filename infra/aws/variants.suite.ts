import { expect, it, vi } from 'vitest';
import { EXAMPLE } from './example.ts';
import { synthesized } from './synthesized.fixture.ts';

// Each writes a whole template, and the first of a process loads CDK.
vi.setConfig({ testTimeout: 180_000 });

const cloudMap = {
  kind: 'cloud-map',
  namespaceId: 'ns-abcdefgh12345678',
  namespaceArn: 'arn:aws:servicediscovery:us-east-1:111122223333:namespace/ns-abcdefgh12345678',
  namespaceName: 'internal',
};

it('can do without a load balancer: names of the tasks, and the same groups let in', () => {
  const { named, ofType } = synthesized({ ingress: cloudMap });

  expect(ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')).toEqual([]);
  expect(named('AWS::ECS::Service', 'ControllerService').Properties.ServiceRegistries).toHaveLength(1);
  const ingress = ofType('AWS::EC2::SecurityGroupIngress').map(({ Properties }) => Properties);
  expect(ingress.map(({ FromPort }) => FromPort)).toEqual([3000, 3000, 3000]);
  expect(ingress.every((rule) => 'SourceSecurityGroupId' in rule)).toBe(true);
});

const spot = { spotWeight: 4, onDemandWeight: 1, associate: true };

it('has no Spot unless it is asked for, and then a strategy whose weights are said', () => {
  const { named, ofType } = synthesized({ recorder: { spot, architecture: 'ARM64' } });

  const container = named('AWS::ECS::TaskDefinition', 'ControllerTask').Properties.ContainerDefinitions[0];
  expect(container.Environment).toContainEqual({ Name: 'ECS_CAPACITY_PROVIDERS', Value: 'FARGATE_SPOT:4,FARGATE:1' });
  expect(ofType('AWS::ECS::ClusterCapacityProviderAssociations')).toHaveLength(1);
  for (const { Properties } of ofType('AWS::ECS::TaskDefinition')) {
    expect(Properties.RuntimePlatform.CpuArchitecture).toBe('ARM64');
  }
  const plain = synthesized();
  expect(JSON.stringify(plain.json)).not.toContain('FARGATE_SPOT');
  expect(plain.ofType('AWS::ECS::ClusterCapacityProviderAssociations')).toEqual([]);
});

it('opens the way to a webhook on a private address, in both groups, and only then', () => {
  const mafApi = { securityGroup: 'sg-0a1b2c3d4e5f60722', port: 8001 };
  const { named } = synthesized({ webhook: { url: 'http://maf-api.internal:8001/hook', mafApi } });

  expect(named('AWS::EC2::SecurityGroupIngress', 'NetworkWebhookIntoMafApi').Properties).toMatchObject({
    GroupId: mafApi.securityGroup,
    FromPort: 8001,
    ToPort: 8001,
  });
  expect(JSON.stringify(synthesized().json)).not.toContain('WebhookIntoMafApi');
});

it('keeps recordings by class: namespaces that go sooner, an archive, and the longest for all', () => {
  const retention = { recordingDays: 400, archiveAfterDays: 30, classes: [{ namespace: 'standup', days: 14 }] };
  const rules = synthesized({ retention }).named('AWS::S3::Bucket', 'DataRecordings').Properties.LifecycleConfiguration
    .Rules as { Id: string; Prefix?: string; ExpirationInDays?: number; Transitions?: unknown }[];

  const byId = Object.fromEntries(rules.map((rule) => [rule.Id, rule]));
  expect(byId['recordings']).toMatchObject({
    Prefix: 'meetings/',
    ExpirationInDays: 400,
    Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
  });
  expect(byId['small-files']).toMatchObject({ Prefix: 'meetings/', ExpirationInDays: 400 });
  expect(byId['recordings-standup']).toMatchObject({ Prefix: 'meetings/standup/', ExpirationInDays: 14 });
});

it('makes only the gateway endpoints that are not there already', () => {
  const network = { ...(EXAMPLE['network'] as object), gatewayEndpoints: ['dynamodb'] };
  const endpoints = synthesized({ network }).ofType('AWS::EC2::VPCEndpoint');

  expect(endpoints.map(({ Properties }) => Properties.ServiceName)).toEqual(['com.amazonaws.us-east-1.dynamodb']);
});

it('can be there twice: no name is given without the installation’s', () => {
  const { json } = synthesized({ name: 'staging' });

  const names = JSON.stringify(json).match(/"[A-Za-z]*Name":"[^"]+"/g) ?? [];
  expect(names.filter((name) => name.includes('staging')).length).toBeGreaterThan(10);
  expect(names.filter((name) => name.includes('meetingbot'))).toEqual([]);
});

it('lets recorders read no secret where none of them is signed in, and decrypt where a key is named', () => {
  const policyOf = (recorder: object) =>
    JSON.stringify(synthesized({ recorder }).named('AWS::IAM::Policy', 'RecorderTaskTaskRole').Properties);
  const { recorder } = EXAMPLE as { recorder: object };
  const key = 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000003';

  expect(policyOf({ spot, architecture: 'ARM64' })).not.toContain('secretsmanager');
  expect(policyOf({ ...recorder, secretKeyArns: [key] })).toContain(key);
});
