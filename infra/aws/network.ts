import { Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import { everythingBut, NOT_PUBLIC } from './public-ranges.ts';

export const API_PORT = 3000;
const HTTPS = ec2.Port.tcp(443);

/** The existing VPC, by its attributes, and who may speak to whom in it. */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  readonly recorders: ec2.SecurityGroup;
  readonly controllers: ec2.SecurityGroup;

  constructor(scope: Construct, config: StackConfig) {
    super(scope, 'Network');
    const { network } = config;
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: network.vpcId,
      vpcCidrBlock: network.vpcCidr,
      availabilityZones: network.subnets.map(({ availabilityZone }) => availabilityZone),
      privateSubnetIds: network.subnets.map(({ subnetId }) => subnetId),
      privateSubnetRouteTableIds: network.subnets.map(({ routeTableId }) => routeTableId),
    });
    this.subnets = { subnets: this.vpc.privateSubnets };
    this.recorders = this.#group('Recorders', 'Recorders: out to the Internet and to the API, nobody in');
    this.controllers = this.#group('Controllers', 'Controllers: in from whoever may use the API, out to AWS and MAF');

    // Amazon's name server and the task's own credential endpoint are beyond security groups: they need no rule.
    const world = everythingBut([...NOT_PUBLIC, network.vpcCidr]);
    for (const cidr of world) this.recorders.addEgressRule(ec2.Peer.ipv4(cidr), ec2.Port.allTraffic(), 'the world');
    this.controllers.addEgressRule(ec2.Peer.anyIpv4(), HTTPS, 'AWS, and the webhook where it is https');
    for (const [index, id] of network.endpointSecurityGroups.entries()) {
      const endpoint = ec2.SecurityGroup.fromSecurityGroupId(this, `Endpoint${index}`, id, { mutable: false });
      this.recorders.addEgressRule(endpoint, HTTPS, 'interface endpoint');
    }
    this.#openWebhook(config);
    this.#gatewayEndpoints(config);
  }

  /** `group` of the clients and of the recorders may reach `target` on `port`. */
  letClientsIn(config: StackConfig, target: ec2.ISecurityGroup, port: ec2.Port): void {
    for (const { name, securityGroup } of config.clients) {
      const client = ec2.SecurityGroup.fromSecurityGroupId(this, `Client${securityGroup}`, securityGroup, {
        mutable: false,
      });
      target.addIngressRule(client, port, name);
    }
    target.addIngressRule(this.recorders, port, 'recorders report');
    this.recorders.addEgressRule(target, port, 'reports');
  }

  #group(id: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  /** A webhook on a private address: out of our group, and into MAF's by a rule that goes with this stack. */
  #openWebhook({ webhook }: StackConfig): void {
    if (webhook.mafApi === undefined) return;
    const { port, securityGroup } = webhook.mafApi;
    const maf = ec2.SecurityGroup.fromSecurityGroupId(this, 'MafApi', securityGroup, { mutable: false });
    this.controllers.addEgressRule(maf, ec2.Port.tcp(port), 'webhook');
    new ec2.CfnSecurityGroupIngress(this, 'WebhookIntoMafApi', {
      groupId: securityGroup,
      sourceSecurityGroupId: this.controllers.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description: 'recording-complete from Meeting Bot',
    });
  }

  /**
   * S3 and DynamoDB without NAT: free, and an image's layers come from S3. No endpoint policy: other services use these
   * route tables too, and image layers lie in buckets of AWS's own.
   */
  #gatewayEndpoints({ network }: StackConfig): void {
    const routeTableIds = [...new Set(network.subnets.map(({ routeTableId }) => routeTableId))];
    for (const service of network.gatewayEndpoints) {
      new ec2.CfnVPCEndpoint(this, `${service}Endpoint`, {
        vpcId: network.vpcId,
        serviceName: Fn.join('.', ['com.amazonaws', Stack.of(this).region, service]),
        vpcEndpointType: 'Gateway',
        routeTableIds,
      });
    }
  }
}
