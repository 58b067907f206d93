import type { ControllerSettings } from '@meetingbot/crds-schema';
import { Stack } from 'aws-cdk-lib';
import type { StackConfig } from './config.ts';
import type { ControllerServiceOptions } from './controller-service.ts';
import { identitySettings } from './identities.ts';
import { API_PORT } from './network.ts';
import { RECORDER_CONTAINER, recorderFamily } from './recorder-task.ts';

/**
 * Every setting of the controller that the stack knows, by the schema's names. S3_ENDPOINT and the S3 keys are left out:
 * it is AWS, and the role has the right.
 */
export function controllerEnvironment({
  config,
  controllerUrl,
  data,
  events,
  network,
  secrets,
}: Pick<ControllerServiceOptions, 'config' | 'controllerUrl' | 'data' | 'events' | 'network' | 'secrets'>): Record<
  string,
  string
> {
  const { controller, recorder, webhook } = config;
  const providers = capacityProviders(config);
  const settings: Partial<Record<keyof ControllerSettings, string>> = {
    PORT: String(API_PORT),
    ALLOW_ANONYMOUS_JOIN: String(controller.allowAnonymousJoin),
    CONTROLLER_URL: controllerUrl,
    STORAGE_PROVIDER: 's3',
    S3_REGION: Stack.of(data).region,
    S3_BUCKET_NAME: data.recordings.bucketName,
    S3_URL_STYLE: 'virtual',
    S3_USE_MINIO_COMPATIBILITY: 'false',
    NOTIFY_WEBHOOK_ENABLED: 'true',
    NOTIFY_WEBHOOK_URL: webhook.url,
    // Its ARN: read at run time and again every few minutes, so that a rotation needs no restart.
    NOTIFY_WEBHOOK_SECRET: secrets.webhook.secretArn,
    // Plain http goes to private addresses only.
    NOTIFY_WEBHOOK_PRIVATE_HTTP: String(webhook.url.startsWith('http:')),
    NOTIFY_WEBHOOK_FAILURES: String(webhook.failures),
    REDIS_CONSUMER_ENABLED: 'false',
    // Before S3's own rule, which takes the file alone: the Meeting goes with its recording.
    RETENTION_DAYS: String(config.retention.recordingDays),
    DYNAMODB_TABLE: data.table.tableName,
    ECS_CLUSTER: config.cluster,
    // The family: its newest revision is looked up for each new attempt, and pinned there.
    ECS_TASK_DEFINITION: recorderFamily(config),
    ECS_CONTAINER_NAME: RECORDER_CONTAINER,
    ECS_SUBNETS: config.network.subnets.map(({ subnetId }) => subnetId).join(','),
    ECS_SECURITY_GROUPS: network.recorders.securityGroupId,
    ECS_ASSIGN_PUBLIC_IP: 'false',
    LAUNCH_LEAD_SECONDS: String(recorder.launchLeadSeconds),
    MAX_CONCURRENT_MEETINGS: String(recorder.maxConcurrent),
    MAX_CONCURRENT_MEETINGS_PER_NAMESPACE: String(recorder.maxConcurrent),
    FARGATE_VCPU_QUOTA: String(recorder.vcpuQuota),
    TASK_EVENTS_QUEUE_URL: events.queue.queueUrl,
    LOG_LEVEL: 'info',
    ...identitySettings(recorder),
    ...(providers === undefined ? {} : { ECS_CAPACITY_PROVIDERS: providers }),
    ...(recorder.webHosts.length === 0 ? {} : { WEB_HOSTS: recorder.webHosts.join(',') }),
  };
  return settings;
}

/** As the setting wants it; absent: FARGATE by launch type, which needs nothing associated with the cluster. */
function capacityProviders({ recorder: { spot } }: StackConfig): string | undefined {
  return spot && `FARGATE_SPOT:${spot.spotWeight},FARGATE:${spot.onDemandWeight}`;
}
