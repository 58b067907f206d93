import type { Meeting } from '@meetingbot/crds-schema';
import {
  ATTRIBUTIONS,
  isTerminal,
  OUTCOMES,
  PHASES,
  PLATFORMS,
  REASON_ATTRIBUTION,
  REASONS,
} from '@meetingbot/crds-schema';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AwsCall } from '../aws/observe-calls.ts';
import type { WorkQueueObserver } from '../reconcile/work-queue.ts';

/** What gauges read at scrape time. */
export interface MetricsSources {
  isLeading(): boolean;
  queueDepth(): number;
  queueActive(): number;
  watchedTasks(): number;
  waitingForRecorder(): number;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const LONG_SECONDS = [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200];
const RESULTS = ['success', 'error', 'requeue_after'] as const;

/** Every metric of the controller, in a registry of its own. Labels come from closed lists only. */
export class ControllerMetrics {
  readonly registry = new Registry();
  readonly #ended: Counter<'platform' | 'outcome' | 'reason' | 'attributed_to'>;
  readonly #phaseChanges: Counter<'phase'>;
  readonly #launchSeconds: Histogram;
  readonly #joinSeconds: Histogram<'platform'>;
  readonly #finalizeSeconds: Histogram;
  readonly #notifySeconds: Histogram;
  readonly #recordedSeconds: Counter;
  readonly #webhookTries: Counter<'outcome'>;
  readonly #orphans: Counter;
  readonly #awsCalls: Counter<'service' | 'operation' | 'outcome'>;
  readonly #awsSeconds: Histogram<'service' | 'operation'>;
  readonly queue: WorkQueueObserver;

  constructor(build: { version: string }) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'meetingbot_build_info',
      help: 'Always 1; the label says what runs.',
      labelNames: ['version'],
      registers,
    }).set({ version: build.version }, 1);
    this.#ended = new Counter({
      name: 'meetingbot_meetings_ended_total',
      help: 'Meetings that became terminal.',
      labelNames: ['platform', 'outcome', 'reason', 'attributed_to'],
      registers,
    });
    this.#phaseChanges = new Counter({
      name: 'meetingbot_meeting_phase_changes_total',
      help: 'Meetings that entered a phase.',
      labelNames: ['phase'],
      registers,
    });
    for (const phase of PHASES) this.#phaseChanges.inc({ phase }, 0);
    const histogram = (name: string, help: string, buckets = LONG_SECONDS) =>
      new Histogram({ name, help, buckets, registers });
    this.#launchSeconds = histogram(
      'meetingbot_launch_latency_seconds',
      'From the decision to launch to the ARN of the task.',
      SECONDS,
    );
    this.#joinSeconds = new Histogram({
      name: 'meetingbot_join_latency_seconds',
      help: 'From the decision to launch to being in the call, lobby included.',
      labelNames: ['platform'],
      buckets: LONG_SECONDS,
      registers,
    });
    this.#finalizeSeconds = histogram(
      'meetingbot_finalize_latency_seconds',
      'From the last recorded moment to the verified object in S3.',
    );
    this.#notifySeconds = histogram(
      'meetingbot_notify_latency_seconds',
      'From the verified object to the delivered webhook.',
    );
    this.#recordedSeconds = new Counter({
      name: 'meetingbot_recorded_seconds_total',
      help: 'Seconds of verified recordings.',
      registers,
    });
    this.#webhookTries = new Counter({
      name: 'meetingbot_webhook_tries_total',
      help: 'Tries to deliver the webhook.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['delivered', 'failed']) this.#webhookTries.inc({ outcome }, 0);
    this.#orphans = new Counter({
      name: 'meetingbot_orphan_tasks_stopped_total',
      help: 'Tasks that were stopped because they belonged to no Meeting.',
      registers,
    });
    this.#awsCalls = new Counter({
      name: 'meetingbot_aws_calls_total',
      help: 'Calls to AWS, retries of the SDK included in one.',
      labelNames: ['service', 'operation', 'outcome'],
      registers,
    });
    this.#awsSeconds = new Histogram({
      name: 'meetingbot_aws_call_duration_seconds',
      help: 'How long calls to AWS took.',
      labelNames: ['service', 'operation'],
      buckets: SECONDS,
      registers,
    });
    this.queue = this.#queueMetrics();
    this.#zero();
  }

  /** Pairs that alerts ask for exist from the start. */
  #zero(): void {
    for (const platform of PLATFORMS) {
      for (const reason of REASONS) {
        for (const outcome of OUTCOMES) {
          this.#ended.inc({ platform, outcome, reason, attributed_to: REASON_ATTRIBUTION[reason] }, 0);
        }
      }
    }
  }

  #queueMetrics(): WorkQueueObserver {
    const registers = [this.registry];
    const labels = { name: 'meeting', controller: 'meeting' };
    const labelNames = ['name', 'controller'];
    const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added.', labelNames, registers });
    const retries = new Counter({ name: 'workqueue_retries_total', help: 'Keys retried.', labelNames, registers });
    const waited = new Histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'How long a key waited for a worker.',
      labelNames,
      buckets: SECONDS,
      registers,
    });
    const worked = new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'How long a worker took for a key.',
      labelNames,
      buckets: SECONDS,
      registers,
    });
    const total = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Reconciles by result.',
      labelNames: ['controller', 'result'],
      registers,
    });
    const errors = new Counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Reconciles that failed.',
      labelNames: ['controller'],
      registers,
    });
    for (const result of RESULTS) total.inc({ controller: 'meeting', result }, 0);
    adds.inc(labels, 0);
    retries.inc(labels, 0);
    errors.inc({ controller: 'meeting' }, 0);
    return {
      added: () => adds.inc(labels),
      retried: () => retries.inc(labels),
      started: (milliseconds) => waited.observe(labels, milliseconds / 1000),
      finished: (milliseconds, result) => {
        worked.observe(labels, milliseconds / 1000);
        total.inc({ controller: 'meeting', result });
        if (result === 'error') errors.inc({ controller: 'meeting' });
      },
    };
  }

  /** Gauges that are read when somebody scrapes. */
  attach(sources: MetricsSources): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, read: () => number, labels: Record<string, string> = {}) =>
      new Gauge({
        name,
        help,
        labelNames: Object.keys(labels),
        registers,
        collect() {
          this.set(labels, read());
        },
      });
    const queue = { name: 'meeting', controller: 'meeting' };
    gauge('workqueue_depth', 'Keys that wait for a worker.', () => sources.queueDepth(), queue);
    gauge('controller_runtime_active_workers', 'Workers at work.', () => sources.queueActive(), {
      controller: 'meeting',
    });
    gauge('leader_election_master_status', '1: this replica leads.', () => (sources.isLeading() ? 1 : 0), {
      name: 'meetingbot',
    });
    gauge('meetingbot_live_tasks', 'Tasks under watch.', () => sources.watchedTasks());
    gauge('meetingbot_waiting_for_recorder', 'Meetings in the queue for a recorder.', () =>
      sources.waitingForRecorder(),
    );
  }

  orphanStopped(): void {
    this.#orphans.inc();
  }

  awsCall({ service, operation, outcome, milliseconds }: AwsCall): void {
    this.#awsCalls.inc({ service, operation, outcome });
    this.#awsSeconds.observe({ service, operation }, milliseconds / 1000);
  }

  /** Counts what a write changed: every step of a Meeting's life is written once, so it is counted once. */
  meetingWritten(before: Meeting, after: Meeting): void {
    const { platform } = after.spec;
    if (before.status.phase !== after.status.phase) {
      this.#phaseChanges.inc({ phase: after.status.phase });
      if (isTerminal(after.status.phase) && !isTerminal(before.status.phase)) this.#countEnd(after);
    }
    const began = Date.parse(after.status.startTime ?? '');
    if (before.status.joinedAt === undefined && after.status.joinedAt !== undefined) {
      this.#joinSeconds.observe({ platform }, Math.max(0, Date.parse(after.status.joinedAt) - began) / 1000);
    }
    this.#observeLaunch(before, after);
    const tries = (after.status.webhook?.attempts ?? 0) - (before.status.webhook?.attempts ?? 0);
    const delivered = after.status.webhook?.deliveredAt !== undefined;
    if (tries > 0) this.#webhookTries.inc({ outcome: delivered ? 'delivered' : 'failed' }, tries);
    this.#observeRecording(before, after);
  }

  #observeLaunch(before: Meeting, after: Meeting): void {
    const attempt = after.status.attempts.at(-1);
    if (attempt?.taskArn === undefined || before.status.attempts.at(-1)?.taskArn === attempt.taskArn) return;
    const launched = after.status.conditions.find(({ type }) => type === 'Launched');
    const took = Date.parse(launched?.lastTransitionTime ?? '') - Date.parse(attempt.startTime);
    if (took >= 0) this.#launchSeconds.observe(took / 1000);
  }

  #observeRecording(before: Meeting, after: Meeting): void {
    const uploaded = (meeting: Meeting) =>
      meeting.status.conditions.find(({ type, status }) => type === 'Uploaded' && status === 'True');
    const now = uploaded(after);
    const { recording, webhook } = after.status;
    if (now === undefined || recording === undefined) return;
    if (uploaded(before) === undefined) {
      this.#recordedSeconds.inc(recording.durationSeconds);
      const took = Date.parse(now.lastTransitionTime) - Date.parse(recording.endedAt);
      this.#finalizeSeconds.observe(Math.max(0, took) / 1000);
    }
    if (before.status.webhook?.deliveredAt === undefined && webhook?.deliveredAt !== undefined) {
      const took = Date.parse(webhook.deliveredAt) - Date.parse(now.lastTransitionTime);
      this.#notifySeconds.observe(Math.max(0, took) / 1000);
    }
  }

  #countEnd(meeting: Meeting): void {
    const { outcome = 'None', reason = 'InternalError', attributedTo = ATTRIBUTIONS[3] } = meeting.status;
    this.#ended.inc({ platform: meeting.spec.platform, outcome, reason, attributed_to: attributedTo });
  }
}
