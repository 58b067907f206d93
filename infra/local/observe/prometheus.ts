import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ruleFiles } from '@meetingbot/dashboards';
import { stringify } from 'yaml';
import { type DebianService, startDebianService } from './debian-service.ts';

export interface PrometheusOptions {
  /** Its configuration, rules, data and log. */
  dataDir: string;
  port: number;
  /** Host and port of each controller. */
  targets: string[];
  /** As `5s`; rules are looked at as often. */
  interval: string;
  /** What it is told of as: label `environment`. */
  environment: string;
  /** Host and port. */
  alertmanager?: string;
  /** @default those of `dashboards/generated/rules` */
  rules?: Record<string, string>;
  /** Renames a metric as it comes in. */
  rename?: { from: string; to: string };
}

/** Debian's Prometheus on the controllers' metrics, with our rules. @throws Error with one line */
export async function startPrometheus(options: PrometheusOptions): Promise<DebianService> {
  const { dataDir, port, rules = ruleFiles() } = options;
  const folder = join(dataDir, 'rules');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(rules)) await writeFile(join(folder, name), text);
  const config = join(dataDir, 'prometheus.yaml');
  await writeFile(config, stringify(configOf(options, join(folder, '*.yaml'))));
  return startDebianService({
    command: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(dataDir, 'data')}`,
      '--storage.tsdb.retention.time=15d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    url: `http://127.0.0.1:${port}`,
    logFile: join(dataDir, 'prometheus.log'),
  });
}

function configOf({ targets, interval, environment, alertmanager, rename }: PrometheusOptions, rules: string): object {
  return {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: [rules],
    ...(alertmanager === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
    scrape_configs: [
      {
        job_name: 'meetingbot',
        static_configs: [{ targets, labels: { environment } }],
        ...(rename === undefined ? {} : { metric_relabel_configs: [renaming(rename)] }),
      },
    ],
  };
}

function renaming({ from, to }: { from: string; to: string }): object {
  return { source_labels: ['__name__'], regex: from, target_label: '__name__', replacement: to };
}
