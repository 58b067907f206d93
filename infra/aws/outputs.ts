import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ControllerService } from './controller-service.ts';
import type { DataStores } from './data-stores.ts';
import type { Images } from './images.ts';
import type { Ingress } from './ingress.ts';
import type { Prometheus } from './prometheus.ts';
import type { RecorderTask } from './recorder-task.ts';
import type { Secrets } from './secrets.ts';

export interface OutputsOptions {
  apiUrl: string;
  controller: ControllerService;
  data: DataStores;
  images: Images;
  ingress: Ingress;
  prometheus: Prometheus;
  recorder: RecorderTask;
  secrets: Secrets;
}

/** What the next step of the deployment asks for. */
export function outputsOf(scope: Construct, options: OutputsOptions): void {
  const { controller, data, images, ingress, prometheus, recorder, secrets } = options;
  const outputs: Record<string, string | undefined> = {
    ApiUrl: options.apiUrl,
    LoadBalancerName: ingress.loadBalancer?.loadBalancerDnsName,
    ControllerService: controller.service.serviceName,
    ControllerRepository: images.controller.repository.repositoryUri,
    RecorderRepository: images.recorder.repository.repositoryUri,
    RecorderFamily: recorder.definition.family,
    Table: data.table.tableName,
    RecordingsBucket: data.recordings.bucketName,
    WebhookSecret: secrets.webhook.secretArn,
    ApiTokensSecret: secrets.apiTokens.secretArn,
    PrometheusEndpoint: prometheus.workspace.attrPrometheusEndpoint,
    AlarmTopic: prometheus.topic.topicArn,
  };
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) new CfnOutput(scope, name, { value });
  }
}
