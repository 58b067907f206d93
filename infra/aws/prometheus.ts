import { Stack } from 'aws-cdk-lib';
import * as aps from 'aws-cdk-lib/aws-aps';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { stringify } from 'yaml';
import { collectorConfig } from './collector-config.ts';
import type { StackConfig } from './config.ts';

export interface PrometheusOptions {
  config: StackConfig;
  key: kms.IKey;
  /** Our rules: a name and the YAML of Prometheus' rule groups. */
  rules: readonly { name: string; yaml: string }[];
}

/** Amazon Managed Prometheus with our rules, its alert manager, and the topic where every alarm comes together. */
export class Prometheus extends Construct {
  readonly workspace: aps.CfnWorkspace;
  readonly topic: sns.Topic;
  readonly #config: StackConfig;

  constructor(scope: Construct, { config, key, rules }: PrometheusOptions) {
    super(scope, 'Prometheus');
    this.#config = config;
    this.topic = new sns.Topic(this, 'Alarms', {
      displayName: `${config.name} alarms`,
      masterKey: key,
      enforceSSL: true,
    });
    for (const email of config.alerts.emails) this.topic.addSubscription(new EmailSubscription(email));
    this.workspace = new aps.CfnWorkspace(this, 'Workspace', {
      alias: config.name,
      alertManagerDefinition: alertManager(config.region, this.topic.topicArn),
    });
    for (const { name, yaml } of rules) {
      new aps.CfnRuleGroupsNamespace(this, `Rules-${name}`, { name, data: yaml, workspace: this.workspace.attrArn });
    }
    this.#letPublish(config);
  }

  /** A collector beside each controller: it alone reads that replica's /metrics. */
  addCollector(definition: ecs.FargateTaskDefinition, logging: ecs.LogDriver): void {
    definition.taskRole.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: ['aps:RemoteWrite'], resources: [this.workspace.attrArn] }),
    );
    const linux = new ecs.LinuxParameters(this, 'CollectorLinux');
    linux.dropCapabilities(ecs.Capability.ALL);
    definition.addContainer('collector', {
      image: ecs.ContainerImage.fromRegistry(this.#config.collectorImage),
      // Without metrics recordings go on; CloudWatch says that they are missing.
      essential: false,
      readonlyRootFilesystem: true,
      linuxParameters: linux,
      memoryLimitMiB: 256,
      environment: {
        AOT_CONFIG_CONTENT: stringify(
          collectorConfig({
            region: Stack.of(this).region,
            remoteWrite: `${this.workspace.attrPrometheusEndpoint}api/v1/remote_write`,
          }),
        ),
      },
      logging,
    });
  }

  /** The topic's policy: services of this account, nobody else's. */
  #letPublish({ account }: StackConfig): void {
    for (const service of ['aps', 'budgets', 'cloudwatch']) {
      this.topic.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal(`${service}.amazonaws.com`)],
          actions: service === 'aps' ? ['sns:Publish', 'sns:GetTopicAttributes'] : ['sns:Publish'],
          resources: [this.topic.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        }),
      );
    }
  }
}

/**
 * The alert manager's configuration as Amazon wants it: wrapped, SNS only, the region said again.
 * Source: Amazon Managed Service for Prometheus user guide, alert manager configuration file.
 */
export function alertManager(region: string, topicArn: string): string {
  const inner = {
    route: {
      receiver: 'operators',
      group_by: ['alertname', 'severity'],
      group_wait: '30s',
      group_interval: '5m',
      // Amazon takes no more than five days.
      repeat_interval: '12h',
    },
    receivers: [
      {
        name: 'operators',
        sns_configs: [
          {
            topic_arn: topicArn,
            sigv4: { region },
            send_resolved: true,
            subject: '[{{ .Status }}] {{ .CommonLabels.alertname }}',
          },
        ],
      },
    ],
  };
  return stringify({ alertmanager_config: stringify(inner) });
}
