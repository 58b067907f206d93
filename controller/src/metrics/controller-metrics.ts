import type { Meeting } from '@meetingbot/crds-schema';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { WorkQueueObserver } from '../reconcile/work-queue.ts';
import { AwsMetrics } from './aws-metrics.ts';
import { BoundedLabel } from './bounded-label.ts';
import { addCapacityMetrics, type CapacitySources } from './capacity-metrics.ts';
import { FunnelMetrics } from './funnel-metrics.ts';
import { HttpMetrics } from './http-metrics.ts';
import { LatencyMetrics } from './latency-metrics.ts';
import { addLiveMetrics, type LiveSources } from './live-metrics.ts';
import { queueMetrics } from './queue-metrics.ts';
import { addRecorderHealthMetrics, type HealthSources } from './recorder-health-metrics.ts';
import { RecordingMetrics } from './recording-metrics.ts';
import { WebhookMetrics } from './webhook-metrics.ts';

export type MetricsSources = CapacitySources & LiveSources & HealthSources;

/** Namespaces that are shown by name. */
const MOST_NAMESPACES = 50;
/** Gauges of prom-client that are named like counters: `promtool check metrics` refuses them. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * Every metric of the controller, in a registry of its own. Labels come from closed lists, or are bounded.
 *
 * A Meeting's steps are counted from what an accepted conditional write changed. Each change is accepted once, from
 * one process, and what a Meeting reaches stays on record, so neither a restart, a second leader nor a repeat counts
 * it twice. A process that dies between its write and the next scrape takes that count with it: rates may be too low
 * by what was in flight, never too high.
 */
export class ControllerMetrics {
  readonly registry = new Registry();
  readonly queue: WorkQueueObserver;
  readonly aws: AwsMetrics;
  readonly http: HttpMetrics;
  readonly recordings: RecordingMetrics;
  readonly webhook: WebhookMetrics;
  readonly #funnel: FunnelMetrics;
  readonly #latencies: LatencyMetrics;

  constructor(build: { version: string }) {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    new Gauge({
      name: 'meetingbot_build_info',
      help: 'Always 1; the label says what runs.',
      labelNames: ['version'],
      registers: [this.registry],
    }).set({ version: build.version }, 1);
    this.queue = queueMetrics(this.registry);
    this.aws = new AwsMetrics(this.registry);
    this.http = new HttpMetrics(this.registry);
    this.recordings = new RecordingMetrics(this.registry);
    this.webhook = new WebhookMetrics(this.registry);
    this.#funnel = new FunnelMetrics(this.registry);
    this.#latencies = new LatencyMetrics(this.registry);
  }

  /** Gauges that are read when somebody scrapes. */
  attach(sources: MetricsSources): void {
    const namespaces = new BoundedLabel(MOST_NAMESPACES);
    addCapacityMetrics(this.registry, sources);
    addLiveMetrics(this.registry, sources, namespaces);
    addRecorderHealthMetrics(this.registry, sources, namespaces);
  }

  /** A Meeting was made. */
  meetingCreated(meeting: Meeting): void {
    this.#funnel.created(meeting);
  }

  /** A status was written. */
  meetingWritten(before: Meeting, after: Meeting): void {
    for (const part of [this.#funnel, this.#latencies, this.recordings, this.webhook]) part.written(before, after);
  }
}
