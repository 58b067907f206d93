import type { MetricsSources } from './controller-metrics.ts';

/** Sources of a controller that leads and has nothing to do: for the list of metrics, and for tests. */
export const NO_SOURCES: MetricsSources = {
  isLeading: () => true,
  queueDepth: () => 0,
  queueActive: () => 0,
  queueUnfinished: () => [],
  workers: 1,
  watchedTasks: () => 0,
  vcpus: () => 0,
  vcpuQuota: 1,
  waitingForRecorder: () => 0,
  slotsHeld: () => 0,
  slots: 1,
  live: () => [],
  heartbeats: () => [],
  now: () => 0,
};
