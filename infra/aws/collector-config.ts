/**
 * The collector's configuration: it scrapes the controller beside it and writes to Amazon Managed Prometheus.
 *
 * Every replica is `localhost:3000` to its own collector. Two replicas that write the same series are refused as
 * duplicates, so `instance` becomes the task's ARN, which the ECS detector knows.
 */
export function collectorConfig({ region, remoteWrite }: { region: string; remoteWrite: string }) {
  return {
    extensions: { health_check: {}, sigv4auth: { region, service: 'aps' } },
    receivers: {
      prometheus: {
        config: {
          global: { scrape_interval: '30s', scrape_timeout: '10s' },
          scrape_configs: [{ job_name: 'meetingbot-controller', static_configs: [{ targets: ['localhost:3000'] }] }],
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 180 },
      resourcedetection: { detectors: ['ecs'], override: false },
      resource: {
        attributes: [{ key: 'service.instance.id', from_attribute: 'aws.ecs.task.arn', action: 'upsert' }],
      },
      batch: { timeout: '10s' },
    },
    exporters: {
      prometheusremotewrite: { endpoint: remoteWrite, auth: { authenticator: 'sigv4auth' } },
    },
    service: {
      extensions: ['health_check', 'sigv4auth'],
      pipelines: {
        metrics: {
          receivers: ['prometheus'],
          processors: ['memory_limiter', 'resourcedetection', 'resource', 'batch'],
          exporters: ['prometheusremotewrite'],
        },
      },
    },
  };
}
