import { Duration, Fn, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import { controllerEnvironment } from './controller-environment.ts';
import { allowController, type ControllerNeeds } from './controller-policy.ts';
import { executionRole } from './execution-role.ts';
import type { Images } from './images.ts';
import { API_PORT, type Network } from './network.ts';
import type { Prometheus } from './prometheus.ts';
import { IMAGE_USER } from './recorder-task.ts';
import type { Secrets } from './secrets.ts';

export const CONTROLLER_CONTAINER = 'controller';

export interface ControllerServiceOptions extends ControllerNeeds {
  network: Network;
  secrets: Secrets;
  images: Images;
  prometheus: Prometheus;
  controllerUrl: string;
}

/** The controller as a service: replicas that all serve the API while one of them leads. */
export class ControllerService extends Construct {
  readonly service: ecs.FargateService;
  readonly definition: ecs.FargateTaskDefinition;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, options: ControllerServiceOptions) {
    super(scope, 'Controller');
    const { config, images, network, prometheus, secrets } = options;
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/${config.name}/controller`,
      retention: config.retention.logDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const startedBy = executionRole(this, [images.controller.repository], [this.logGroup]);
    secrets.apiTokens.grantRead(startedBy);
    this.definition = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `${config.name}-controller`,
      cpu: config.controller.cpu,
      memoryLimitMiB: config.controller.memory,
      runtimePlatform: {
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
        cpuArchitecture: ecs.CpuArchitecture.of(config.recorder.architecture),
      },
      executionRole: startedBy,
    });
    allowController(this.definition.taskRole, options);
    this.#addController(options);
    prometheus.addCollector(this.definition, this.#logging('collector'));
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'Settings that are no secrets; API_TOKENS is injected, the webhook’s secret is read at run time.',
    });

    const cluster = ecs.Cluster.fromClusterAttributes(this, 'Cluster', {
      clusterName: config.cluster,
      vpc: network.vpc,
      securityGroups: [],
    });
    this.service = new ecs.FargateService(this, 'Service', {
      serviceName: `${config.name}-controller`,
      cluster,
      taskDefinition: this.definition,
      desiredCount: config.controller.replicas,
      // Never fewer than there should be: the lease makes a second leader harmless, and there is none.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      vpcSubnets: network.subnets,
      securityGroups: [network.controllers],
      assignPublicIp: false,
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableExecuteCommand: false,
      ...(config.ingress.kind === 'alb' ? { healthCheckGracePeriod: Duration.seconds(60) } : {}),
    });
    // Before the first image is there, the service waits with nothing to run.
    (this.service.node.defaultChild as ecs.CfnService).addPropertyOverride(
      'DesiredCount',
      Fn.conditionIf(Stack.of(this).getLogicalId(images.exist), config.controller.replicas, 0),
    );
    this.#associateSpot(config);
  }

  #addController(options: ControllerServiceOptions): void {
    const { images, secrets } = options;
    const linux = new ecs.LinuxParameters(this, 'Linux');
    linux.addTmpfs({ containerPath: '/tmp', size: 64 });
    linux.dropCapabilities(ecs.Capability.ALL);
    this.definition.addContainer(CONTROLLER_CONTAINER, {
      image: ecs.ContainerImage.fromRegistry(images.controller.uri),
      essential: true,
      user: IMAGE_USER,
      readonlyRootFilesystem: true,
      linuxParameters: linux,
      portMappings: [{ containerPort: API_PORT, name: 'api' }],
      // It gives the lease back, answers what is under way, and is gone in a few seconds.
      stopTimeout: Duration.seconds(60),
      environment: controllerEnvironment(options),
      secrets: { API_TOKENS: ecs.Secret.fromSecretsManager(secrets.apiTokens as secretsmanager.ISecret) },
      // ECS doesn't look at the image's own HEALTHCHECK. Alive, not ready: a follower without a table is no reason to kill.
      healthCheck: {
        command: [
          'CMD',
          'node',
          '-e',
          `fetch('http://127.0.0.1:${API_PORT}/livez').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`,
        ],
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        retries: 4,
        startPeriod: Duration.seconds(60),
      },
      logging: this.#logging('controller'),
    });
  }

  #logging(streamPrefix: string): ecs.LogDriver {
    return ecs.LogDrivers.awsLogs({
      logGroup: this.logGroup,
      streamPrefix,
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(25),
    });
  }

  #associateSpot({ cluster, recorder }: StackConfig): void {
    if (recorder.spot?.associate !== true) return;
    new ecs.CfnClusterCapacityProviderAssociations(this, 'CapacityProviders', {
      cluster,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    });
  }
}
