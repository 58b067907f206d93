import { type Attempt, END_REASONS, type EndReason, type Meeting, REASON_ATTRIBUTION } from '@meetingbot/crds-schema';
import { Counter, type Registry } from 'prom-client';
import { stagesReached } from './milestones.ts';
import { CAPACITIES, capacityOf, dollarsOf } from './task-price.ts';

/** What recorders brought, how their attempts ended, and what they cost. */
export class RecordingMetrics {
  readonly #seconds: Counter;
  readonly #bytes: Counter;
  readonly #attempts: Counter<'reason' | 'attributed_to'>;
  readonly #vcpuSeconds: Counter<'capacity'>;
  readonly #dollars: Counter<'capacity'>;
  readonly #orphans: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#seconds = new Counter({
      name: 'meetingbot_recorded_seconds_total',
      help: 'Seconds of verified recordings.',
      registers,
    });
    this.#bytes = new Counter({
      name: 'meetingbot_recorded_bytes_total',
      help: 'Bytes of verified recordings, the video files.',
      registers,
    });
    this.#attempts = new Counter({
      name: 'meetingbot_attempts_ended_total',
      help: 'Attempts that are over, also those that another one made good. Terminated: by a signal that the Meeting explains.',
      labelNames: ['reason', 'attributed_to'],
      registers,
    });
    this.#vcpuSeconds = new Counter({
      name: 'meetingbot_recorder_vcpu_seconds_total',
      help: 'vCPUs of ended recorder tasks times the seconds they were held.',
      labelNames: ['capacity'],
      registers,
    });
    this.#dollars = new Counter({
      name: 'meetingbot_recorder_dollars_total',
      help: 'Price of ended recorder tasks by the list of crds-schema/src/fargate-prices.ts (us-east-1), US dollars.',
      labelNames: ['capacity'],
      registers,
    });
    this.#orphans = new Counter({
      name: 'meetingbot_orphan_tasks_stopped_total',
      help: 'Tasks that were stopped because they belonged to no Meeting.',
      registers,
    });
    for (const reason of END_REASONS) this.#attempts.inc(whyOf(reason), 0);
    for (const capacity of CAPACITIES) {
      this.#vcpuSeconds.inc({ capacity }, 0);
      this.#dollars.inc({ capacity }, 0);
    }
  }

  written(before: Meeting, after: Meeting): void {
    const { recording } = after.status;
    if (recording !== undefined && stagesReached(before, after).includes('uploaded')) {
      this.#seconds.inc(recording.durationSeconds);
      this.#bytes.inc(recording.sizeBytes);
    }
    const attempt = after.status.attempts.at(-1);
    if (attempt?.endTime === undefined) return;
    if (before.status.attempts.find(({ number }) => number === attempt.number)?.endTime === undefined) {
      this.#attemptEnded(attempt);
    }
  }

  orphanStopped(): void {
    this.#orphans.inc();
  }

  #attemptEnded({ reason, resources }: Attempt): void {
    this.#attempts.inc(whyOf(END_REASONS.find((known) => known === reason) ?? 'InternalError'));
    if (resources === undefined) return;
    const capacity = capacityOf(resources);
    this.#vcpuSeconds.inc({ capacity }, resources.vcpu * resources.seconds);
    this.#dollars.inc({ capacity }, dollarsOf(resources));
  }
}

/** A signal that nobody of ours sent has no owner of its own. */
function whyOf(reason: EndReason): { reason: EndReason; attributed_to: string } {
  return { reason, attributed_to: reason === 'Terminated' ? 'User' : REASON_ATTRIBUTION[reason] };
}
