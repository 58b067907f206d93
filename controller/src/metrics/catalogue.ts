import { ControllerMetrics } from './controller-metrics.ts';
import { NO_SOURCES } from './no-sources.ts';
import { DETAILED_SLOTS } from './recorder-health-metrics.ts';
import { RedisMetrics } from './redis-metrics.ts';

/** What is known of a metric before anything was counted. */
export interface CatalogueEntry {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  help: string;
  labels: string[];
}

/** Node's and the process's own, by prom-client. */
export const PLATFORM_METRICS = /^(process|nodejs)_/;

interface Described {
  name: string;
  help: string;
  type: CatalogueEntry['type'];
  labelNames?: string[];
}

/** Every metric of the controller, from the code that makes it, by name. */
export function catalogue(): CatalogueEntry[] {
  const metrics = new ControllerMetrics({ version: '' });
  metrics.attach(NO_SOURCES);
  new RedisMetrics(metrics.registry, () => true);
  const described = metrics.registry.getMetricsAsArray() as unknown as Described[];
  return described
    .map(({ name, type, help, labelNames = [] }) => ({
      name,
      type,
      help,
      labels: [...labelNames].filter((l) => l !== 'le'),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `metrics.md`: for people. */
export function catalogueMarkdown(): string {
  const own = catalogue().filter(({ name }) => !PLATFORM_METRICS.test(name));
  const rows = own.map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`);
  return [
    '# Metrics',
    '',
    'At `/metrics` of every replica of the controller, written by `npm run generate` from `controller/src/metrics/`.',
    'Recorders are not scraped: what they report with each heartbeat is here, by the slot that a Meeting holds',
    '(`status.attempts[].slot`, 1 to `MAX_CONCURRENT_MEETINGS`). No label is a name, a uid, a URL or an ARN; `namespace` is',
    "bounded: from the 51st on they are `_others`. Node's and the process's own (`nodejs_*`, `process_*`) are prom-client's.",
    `Slots above ${DETAILED_SLOTS} have phase and age only, and all their series while their recorder is in trouble.`,
    '',
    "**What a counter means.** A Meeting's steps are counted when the conditional write that takes them is accepted: once,",
    'by one process. A restart begins at zero, as Prometheus expects, and counts nothing again. What was counted between',
    'the last scrape and a crash is lost, so sums over restarts may be too low, never too high.',
    '',
    '| name | type | labels | what |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
