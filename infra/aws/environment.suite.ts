import { ControllerSettings, RecorderSettings, readSettings } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { collectorConfig } from './collector-config.ts';
import { alertManager } from './prometheus.ts';
import { synthesized } from './synthesized.fixture.ts';

const { named } = synthesized();
interface Container {
  Name: string;
  Environment: { Name: string; Value: unknown }[];
  Secrets?: { Name: string; ValueFrom: unknown }[];
}
const containersOf = (task: string) =>
  named('AWS::ECS::TaskDefinition', task).Properties.ContainerDefinitions as Container[];
const [controller] = containersOf('ControllerTask');
const [recorder] = containersOf('RecorderTask');

/** What a value that AWS fills in could be. */
const FILLED: Record<string, string> = {
  TASK_EVENTS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/queue',
  NOTIFY_WEBHOOK_SECRET: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:meetingbot/webhook-secret-AbCdEf',
};
const environmentOf = (container: Container | undefined): Record<string, string> =>
  Object.fromEntries(
    (container?.Environment ?? []).map(({ Name, Value }) => [
      Name,
      typeof Value === 'string' ? Value : (FILLED[Name] ?? `from-aws-${Name.toLowerCase()}`),
    ]),
  );

describe('the controller’s environment', () => {
  const environment = environmentOf(controller);

  it('is taken by the controller’s own settings', () => {
    const settings = readSettings(ControllerSettings, { ...environment, API_TOKENS: 'secret:admin' });
    expect(settings).toMatchObject({
      PORT: 3000,
      ECS_CLUSTER: 'helloworld3-cluster',
      ECS_TASK_DEFINITION: 'meetingbot-recorder',
      ECS_CONTAINER_NAME: recorder?.Name,
      FARGATE_VCPU_QUOTA: 6,
      CONTROLLER_URL: 'https://meeting-bot.internal.example.com',
      WEB_HOSTS: '*.conference.example.com',
      BROWSER_IDENTITIES: expect.stringMatching(/^notes-1=google-meet:arn:aws:secretsmanager:/),
      TEAMS_BOT_CLIENT_SECRET: expect.stringMatching(/^arn:aws:secretsmanager:/),
    });
  });

  it('has no variable that is not a setting, and none that has no place on AWS', () => {
    const known = new Set(Object.keys(ControllerSettings.properties));
    const injected = (controller?.Secrets ?? []).map(({ Name }) => Name);
    expect([...Object.keys(environment), ...injected].filter((name) => !known.has(name))).toEqual([]);
    for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'S3_ENDPOINT', 'BROWSER_PRIVATE_HOSTS']) {
      expect(environment).not.toHaveProperty(name);
    }
  });

  it('has every line of the plan’s checklist', () => {
    expect(environment).toMatchObject({
      NOTIFY_WEBHOOK_ENABLED: 'true',
      NOTIFY_WEBHOOK_URL: expect.stringContaining('/api/meeting-bot/recording-complete'),
      STORAGE_PROVIDER: 's3',
      S3_REGION: 'us-east-1',
      S3_BUCKET_NAME: expect.any(String),
      S3_USE_MINIO_COMPATIBILITY: 'false',
      REDIS_CONSUMER_ENABLED: 'false',
    });
  });

  it('carries no secret: the tokens are injected, the webhook’s secret is named by its ARN', () => {
    expect(controller?.Secrets?.map(({ Name }) => Name)).toEqual(['API_TOKENS']);
    const secret = controller?.Environment.find(({ Name }) => Name === 'NOTIFY_WEBHOOK_SECRET');
    expect(JSON.stringify(secret?.Value)).toMatch(/^\{"Ref":"SecretsWebhook/);
  });
});

it('gives a recorder only what its settings know; the rest comes with RunTask', () => {
  const known = new Set(Object.keys(RecorderSettings.properties));
  expect(Object.keys(environmentOf(recorder)).filter((name) => !known.has(name))).toEqual([]);
  expect(recorder?.Secrets ?? []).toEqual([]);
});

describe('the collector', () => {
  const { processors, receivers, service } = collectorConfig({ region: 'us-east-1', remoteWrite: 'https://aps/write' });

  it('scrapes the controller beside it', () => {
    const [scrape] = receivers.prometheus.config.scrape_configs;
    const { PORT } = readSettings(ControllerSettings, { ...environmentOf(controller), API_TOKENS: 'secret:admin' });
    expect(scrape?.static_configs).toEqual([{ targets: [`localhost:${PORT}`] }]);
  });

  it('tells the replicas apart: they are all localhost to their own collector', () => {
    expect(processors.resource.attributes).toContainEqual({
      key: 'service.instance.id',
      from_attribute: 'aws.ecs.task.arn',
      action: 'upsert',
    });
    const { processors: order } = service.pipelines.metrics;
    expect(order.indexOf('resourcedetection')).toBeLessThan(order.indexOf('resource'));
  });

  it('uses only parts that it has', () => {
    const { extensions, pipelines } = service;
    const config = collectorConfig({ region: 'r', remoteWrite: 'u' });
    expect(Object.keys(config.extensions)).toEqual(expect.arrayContaining(extensions));
    expect(Object.keys(config.processors)).toEqual(expect.arrayContaining(pipelines.metrics.processors));
    expect(Object.keys(config.exporters)).toEqual(pipelines.metrics.exporters);
  });
});

it('wraps the alert manager’s configuration as Amazon wants it: SNS with its region, repeats within five days', () => {
  const outer = parse(alertManager('us-east-1', 'arn:aws:sns:us-east-1:111122223333:alarms')) as Record<string, string>;
  expect(Object.keys(outer)).toEqual(['alertmanager_config']);
  const inner = parse(outer['alertmanager_config'] ?? '') as {
    route: { receiver: string; repeat_interval: string };
    receivers: { name: string; [kind: string]: unknown }[];
  };
  expect(inner.receivers.map(({ name }) => name)).toEqual([inner.route.receiver]);
  expect(inner.receivers[0]).toMatchObject({
    sns_configs: [{ topic_arn: expect.stringMatching(/^arn:aws:sns/), sigv4: { region: 'us-east-1' } }],
  });
  expect(Number.parseInt(inner.route.repeat_interval, 10)).toBeLessThanOrEqual(120);
});
