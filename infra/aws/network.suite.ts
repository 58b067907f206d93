import { describe, expect, it } from 'vitest';
import { parseCidr } from './public-ranges.ts';
import { synthesized } from './synthesized.fixture.ts';

const { json, named, ofType, config } = synthesized();
const ingress = ofType('AWS::EC2::SecurityGroupIngress').map(({ Properties }) => Properties);
const groupOf = (id: string) => ({ 'Fn::GetAtt': [named('AWS::EC2::SecurityGroup', id).id, 'GroupId'] });

describe('who is let in', () => {
  it('is named: nobody by address, on any port', () => {
    for (const { Properties, id } of ofType('AWS::EC2::SecurityGroup')) {
      expect(Properties.SecurityGroupIngress ?? [], id).toEqual([]);
    }
    for (const rule of ingress) {
      expect(rule).not.toHaveProperty('CidrIp');
      expect(rule).not.toHaveProperty('CidrIpv6');
    }
  });

  it('is the clients and the recorders at the load balancer, by TLS', () => {
    const atBalancer = ingress.filter(
      ({ GroupId }) => JSON.stringify(GroupId) === JSON.stringify(groupOf('IngressGroup')),
    );
    expect(atBalancer.map(({ SourceSecurityGroupId }) => SourceSecurityGroupId)).toEqual([
      ...config.clients.map(({ securityGroup }) => securityGroup),
      groupOf('NetworkRecorders'),
    ]);
    expect(atBalancer.map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual(Array(3).fill([443, 443]));
  });

  it('is only the load balancer at the controllers, and nobody at the recorders', () => {
    const at = (id: string) => ingress.filter(({ GroupId }) => JSON.stringify(GroupId) === JSON.stringify(groupOf(id)));
    expect(
      at('NetworkControllers').map(({ FromPort, SourceSecurityGroupId }) => [FromPort, SourceSecurityGroupId]),
    ).toEqual([[3000, groupOf('IngressGroup')]]);
    expect(at('NetworkRecorders')).toEqual([]);
  });
});

describe('the load balancer', () => {
  it('is internal, takes TLS only, can’t be deleted by a slip and keeps quiet watches', () => {
    const { Properties } = named('AWS::ElasticLoadBalancingV2::LoadBalancer', 'Ingress');
    expect(Properties.Scheme).toBe('internal');
    const attributes = Object.fromEntries(
      (Properties.LoadBalancerAttributes as { Key: string; Value: unknown }[]).map(({ Key, Value }) => [Key, Value]),
    );
    expect(attributes).toMatchObject({
      'deletion_protection.enabled': 'true',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'access_logs.s3.enabled': 'true',
      'idle_timeout.timeout_seconds': '3600',
    });
    expect(
      ofType('AWS::ElasticLoadBalancingV2::Listener').map(({ Properties }) => [Properties.Port, Properties.Protocol]),
    ).toEqual([[443, 'HTTPS']]);
  });

  it('asks whether a controller is alive, which a cloud that is away does not change, and lets it go in seconds', () => {
    const { Properties } = named('AWS::ElasticLoadBalancingV2::TargetGroup', 'Ingress');
    expect(Properties).toMatchObject({
      HealthCheckPath: '/livez',
      Port: 3000,
      TargetType: 'ip',
      Matcher: { HttpCode: '200' },
    });
    expect(Properties.TargetGroupAttributes).toContainEqual({
      Key: 'deregistration_delay.timeout_seconds',
      Value: '20',
    });
  });
});

describe('where recorders may go', () => {
  const { Properties } = named('AWS::EC2::SecurityGroup', 'NetworkRecorders');
  const cidrs = (Properties.SecurityGroupEgress as { CidrIp: string }[]).map(({ CidrIp }) => parseCidr(CidrIp));
  const reaches = (address: string) => {
    const { first } = parseCidr(`${address}/32`);
    return cidrs.some((range) => first >= range.first && first < range.first + 2 ** (32 - range.bits));
  };

  it('is the world, but nothing private: not the VPC, not the neighbours, not the credentials', () => {
    expect(reaches('142.250.82.1')).toBe(true);
    for (const address of ['10.20.0.5', '10.0.0.1', '172.20.0.1', '192.168.1.1', '169.254.170.2', '100.64.1.1']) {
      expect(reaches(address), address).toBe(false);
    }
  });

  it('fits into a security group’s quota of 60 rules', () => {
    const more = ofType('AWS::EC2::SecurityGroupEgress').filter(
      ({ Properties }) => JSON.stringify(Properties.GroupId) === JSON.stringify(groupOf('NetworkRecorders')),
    );
    expect(more).toHaveLength(1);
    expect(cidrs.length + more.length).toBeLessThanOrEqual(60);
  });
});

it('reaches S3 and DynamoDB without NAT, over every route table', () => {
  const endpoints = ofType('AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties);
  expect(endpoints.map(({ ServiceName }) => ServiceName)).toEqual([
    'com.amazonaws.us-east-1.s3',
    'com.amazonaws.us-east-1.dynamodb',
  ]);
  for (const { RouteTableIds, VpcEndpointType } of endpoints) {
    expect(VpcEndpointType).toBe('Gateway');
    expect(RouteTableIds).toEqual(config.network.subnets.map(({ routeTableId }) => routeTableId));
  }
});

it('gives no recorder and no controller a public address', () => {
  expect(JSON.stringify(json)).not.toMatch(/"AssignPublicIp":"ENABLED"/);
  const [controller] = named('AWS::ECS::TaskDefinition', 'ControllerTask').Properties.ContainerDefinitions;
  expect(controller.Environment).toContainEqual({ Name: 'ECS_ASSIGN_PUBLIC_IP', Value: 'false' });
});
