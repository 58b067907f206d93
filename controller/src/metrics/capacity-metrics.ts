import { Gauge, type Registry } from 'prom-client';
import { CONTROLLER, QUEUE } from './queue-metrics.ts';

/** What gauges of this process read at scrape time. */
export interface CapacitySources {
  isLeading(): boolean;
  queueDepth(): number;
  queueActive(): number;
  /** Milliseconds that the keys under way have been worked on, each. */
  queueUnfinished(): readonly number[];
  workers: number;
  watchedTasks(): number;
  /** vCPUs of the tasks under watch. */
  vcpus(): number;
  vcpuQuota: number;
  waitingForRecorder(): number;
  slotsHeld(): number;
  slots: number;
}

/** The controller itself: its queue, whether it leads, and how much room is left for recorders. */
export function addCapacityMetrics(registry: Registry, sources: CapacitySources): void {
  const registers = [registry];
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
  const unfinished = () => sources.queueUnfinished().map((milliseconds) => milliseconds / 1000);
  gauge('workqueue_depth', 'Keys that wait for a worker.', () => sources.queueDepth(), QUEUE);
  gauge(
    'workqueue_unfinished_work_seconds',
    'Seconds of work under way that no histogram has seen yet, summed.',
    () => unfinished().reduce((sum, seconds) => sum + seconds, 0),
    QUEUE,
  );
  gauge(
    'workqueue_longest_running_processor_seconds',
    'How long the longest running worker has been at its key.',
    () => Math.max(0, ...unfinished()),
    QUEUE,
  );
  gauge('controller_runtime_active_workers', 'Workers at work.', () => sources.queueActive(), CONTROLLER);
  gauge('controller_runtime_max_concurrent_reconciles', 'Workers there are.', () => sources.workers, CONTROLLER);
  gauge('leader_election_master_status', '1: this replica leads.', () => (sources.isLeading() ? 1 : 0), {
    name: 'meetingbot',
  });
  gauge('meetingbot_live_tasks', 'Tasks under watch. Of the leader.', () => sources.watchedTasks());
  gauge('meetingbot_waiting_for_recorder', 'Meetings in the queue for a recorder. Of the leader.', () =>
    sources.waitingForRecorder(),
  );
  gauge(
    'meetingbot_recorder_slots',
    'Recorders that may be alive at once (MAX_CONCURRENT_MEETINGS).',
    () => sources.slots,
  );
  gauge('meetingbot_recorder_slots_held', 'Recorders that hold a slot. Of the leader.', () => sources.slotsHeld());
  gauge('meetingbot_fargate_vcpus', 'vCPUs of the recorder tasks under watch. Of the leader.', () => sources.vcpus());
  gauge(
    'meetingbot_fargate_vcpu_quota',
    'vCPUs that the account may run on Fargate on demand (FARGATE_VCPU_QUOTA); other services use it too.',
    () => sources.vcpuQuota,
  );
}
