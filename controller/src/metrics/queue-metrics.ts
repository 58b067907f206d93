import { Counter, Histogram, type Registry } from 'prom-client';
import type { WorkQueueObserver } from '../reconcile/work-queue.ts';
import { CALL_SECONDS } from './buckets.ts';

export const CONTROLLER = { controller: 'meeting' } as const;
export const QUEUE = { name: 'meeting', ...CONTROLLER } as const;
const RESULTS = ['success', 'error', 'requeue_after'] as const;

/** Work queue and reconciles under controller-runtime's names (pkg/internal/controller/metrics, pkg/metrics/workqueue.go). */
export function queueMetrics(registry: Registry): WorkQueueObserver {
  const registers = [registry];
  const labelNames = Object.keys(QUEUE);
  const counter = (name: string, help: string, names: string[]) =>
    new Counter({ name, help, labelNames: names, registers });
  const histogram = (name: string, help: string, names: string[]) =>
    new Histogram({ name, help, labelNames: names, buckets: CALL_SECONDS, registers });
  const adds = counter('workqueue_adds_total', 'Keys added.', labelNames);
  const retries = counter('workqueue_retries_total', 'Keys retried after an error.', labelNames);
  const waited = histogram('workqueue_queue_duration_seconds', 'How long a key waited for a worker.', labelNames);
  const worked = histogram('workqueue_work_duration_seconds', 'How long a worker took for a key.', labelNames);
  const total = counter('controller_runtime_reconcile_total', 'Reconciles by result.', ['controller', 'result']);
  const errors = counter('controller_runtime_reconcile_errors_total', 'Reconciles that failed.', ['controller']);
  const took = histogram('controller_runtime_reconcile_time_seconds', 'How long a reconcile took.', ['controller']);
  for (const result of RESULTS) total.inc({ ...CONTROLLER, result }, 0);
  for (const queue of [adds, retries]) queue.inc(QUEUE, 0);
  for (const queue of [waited, worked]) queue.zero(QUEUE);
  errors.inc(CONTROLLER, 0);
  took.zero(CONTROLLER);
  return {
    added: () => adds.inc(QUEUE),
    retried: () => retries.inc(QUEUE),
    started: (milliseconds) => waited.observe(QUEUE, milliseconds / 1000),
    finished: (milliseconds, result) => {
      worked.observe(QUEUE, milliseconds / 1000);
      took.observe(CONTROLLER, milliseconds / 1000);
      total.inc({ ...CONTROLLER, result });
      if (result === 'error') errors.inc(CONTROLLER);
    },
  };
}
