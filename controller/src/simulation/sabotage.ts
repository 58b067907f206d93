import type { LeaseStore } from '../leader/lease.ts';
import type { IdentityLocks, MeetingStore, RecordingStore, TaskRunner, WebhookSender } from '../ports.ts';
import type { decide } from '../reconcile/decide.ts';
import type { Policy } from '../reconcile/policy.ts';
import type { Bucket } from './bucket.ts';

/** Everything a controller process is handed that stands for a service. */
export interface Services {
  store: MeetingStore;
  runner: TaskRunner;
  recordings: RecordingStore;
  sender: WebhookSender;
  lease: LeaseStore;
  locks: IdentityLocks;
}

/** What a wrong reconciler is made of: the right one with one thing changed. */
export interface Sabotage {
  policy?: Partial<Policy>;
  services?: (services: Services, world: { bucket: Bucket; chance: () => number }) => Services;
  decide?: (right: typeof decide) => typeof decide;
  /** Milliseconds between two collections of garbage. */
  collectInterval?: number;
  /** Milliseconds between two looks at what is due, and at everything. */
  pollInterval?: number;
}
