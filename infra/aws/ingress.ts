import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as cloudmap from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import { CONTROLLER_CONTAINER } from './controller-service.ts';
import { API_PORT, type Network } from './network.ts';

type Alb = Extract<StackConfig['ingress'], { kind: 'alb' }>;
type CloudMap = Extract<StackConfig['ingress'], { kind: 'cloud-map' }>;

export interface IngressOptions {
  config: StackConfig;
  network: Network;
  logs: s3.IBucket;
  service: ecs.FargateService;
}

/** The way to the API: an internal load balancer with TLS, or names of the tasks themselves. Never from outside. */
export class Ingress extends Construct {
  readonly loadBalancer: elb.ApplicationLoadBalancer | undefined;
  readonly targets: elb.ApplicationTargetGroup | undefined;

  constructor(scope: Construct, options: IngressOptions) {
    super(scope, 'Ingress');
    const { ingress } = options.config;
    if (ingress.kind === 'alb') {
      const { loadBalancer, targets } = this.#loadBalancer(options, ingress);
      this.loadBalancer = loadBalancer;
      this.targets = targets;
    } else {
      this.#names(options, ingress);
    }
  }

  #loadBalancer(
    { config, logs, network, service }: IngressOptions,
    { certificateArn, hostName, privateHostedZone }: Alb,
  ) {
    const securityGroup = new ec2.SecurityGroup(this, 'Group', {
      vpc: network.vpc,
      description: 'Load balancer of the API: in from the named clients and the recorders',
      allowAllOutbound: false,
    });
    network.letClientsIn(config, securityGroup, ec2.Port.tcp(443));
    const loadBalancer = new elb.ApplicationLoadBalancer(this, 'LoadBalancer', {
      loadBalancerName: `${config.name}-api`,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      internetFacing: false,
      securityGroup,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
      // A quiet watch says nothing for minutes; the API ends it itself before an hour is over.
      idleTimeout: Duration.seconds(3600),
    });
    loadBalancer.logAccessLogs(logs, 'alb');
    const listener = loadBalancer.addListener('Https', {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      certificates: [elb.ListenerCertificate.fromArn(certificateArn)],
      // Without it CDK lets all the world in.
      open: false,
    });
    const targets = listener.addTargets('Controllers', {
      port: API_PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [service.loadBalancerTarget({ containerName: CONTROLLER_CONTAINER, containerPort: API_PORT })],
      healthCheck: {
        // Alive, not ready: ECS replaces what fails here, and a controller that DynamoDB doesn't answer is mended by waiting.
        path: '/livez',
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
      // Calls are short, and a watch begins again elsewhere. 300 s by default, for each deployment.
      deregistrationDelay: Duration.seconds(20),
    });
    if (privateHostedZone !== undefined) {
      new route53.ARecord(this, 'Name', {
        zone: route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
          hostedZoneId: privateHostedZone.id,
          zoneName: privateHostedZone.name,
        }),
        recordName: `${hostName}.`,
        target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
      });
    }
    return { loadBalancer, targets };
  }

  #names({ config, network, service }: IngressOptions, { namespaceArn, namespaceId, namespaceName }: CloudMap): void {
    network.letClientsIn(config, network.controllers, ec2.Port.tcp(API_PORT));
    service.enableCloudMap({
      name: 'meeting-bot',
      cloudMapNamespace: cloudmap.PrivateDnsNamespace.fromPrivateDnsNamespaceAttributes(this, 'Namespace', {
        namespaceArn,
        namespaceId,
        namespaceName,
      }),
      dnsRecordType: cloudmap.DnsRecordType.A,
      dnsTtl: Duration.seconds(10),
    });
  }
}
