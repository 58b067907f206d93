import type { Meeting } from '@meetingbot/crds-schema';
import { PLATFORMS } from '@meetingbot/crds-schema';
import { Histogram, type Registry } from 'prom-client';
import { lastAttempt, wantedStart } from '../reconcile/attempts.ts';
import { CALL_SECONDS, NOTIFY_SECONDS, WAIT_SECONDS } from './buckets.ts';
import { stagesReached, uploadedAt } from './milestones.ts';

type ByPlatform = Histogram<'platform'>;

/** How long the steps of a Meeting's life took, each observed by the write that ended the step. */
export class LatencyMetrics {
  readonly #launch: Histogram;
  readonly #boot: Histogram;
  readonly #door: ByPlatform;
  readonly #join: ByPlatform;
  readonly #lobby: ByPlatform;
  readonly #finalize: Histogram;
  readonly #notify: Histogram;
  readonly #endToEnd: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    const plain = (name: string, help: string, buckets: number[]) => new Histogram({ name, help, buckets, registers });
    const byPlatform = (name: string, help: string): ByPlatform => {
      const histogram = new Histogram({ name, help, labelNames: ['platform'], buckets: WAIT_SECONDS, registers });
      for (const platform of PLATFORMS) histogram.zero({ platform });
      return histogram as ByPlatform;
    };
    this.#launch = plain(
      'meetingbot_launch_latency_seconds',
      'From the decision to launch to the ARN of the task, of the first attempt and of those that follow a refusal.',
      CALL_SECONDS,
    );
    this.#boot = plain(
      'meetingbot_recorder_boot_latency_seconds',
      "From the decision to launch to the recorder's first word: image, task, process.",
      WAIT_SECONDS,
    );
    this.#door = byPlatform(
      'meetingbot_door_latency_seconds',
      "From when the Meeting was due (the later of written and startAt) to the lobby or the call, whichever was first: our own part of joining, without the host's.",
    );
    this.#join = byPlatform(
      'meetingbot_join_latency_seconds',
      'From the decision to launch to being in the call, lobby included.',
    );
    this.#lobby = byPlatform('meetingbot_lobby_latency_seconds', 'From the lobby to being let in.');
    this.#finalize = plain(
      'meetingbot_finalize_latency_seconds',
      'From the last recorded moment to the verified object in S3.',
      WAIT_SECONDS,
    );
    this.#notify = plain(
      'meetingbot_notify_latency_seconds',
      'From the verified object to the first delivered webhook.',
      NOTIFY_SECONDS,
    );
    this.#endToEnd = plain(
      'meetingbot_end_to_end_latency_seconds',
      'From the last recorded moment to the first delivered webhook: what MAF waits for.',
      NOTIFY_SECONDS,
    );
  }

  written(before: Meeting, after: Meeting): void {
    this.#attempt(before, after);
    const { platform } = after.spec;
    const { lobbyAt, joinedAt, notifiedAt, recording, startTime } = after.status;
    const reached = stagesReached(before, after);
    const isIn = reached.includes('admitted');
    if (reached.includes('lobby') || (isIn && lobbyAt === undefined)) {
      observe(this.#door, { platform }, between(wantedStart(after), lobbyAt ?? joinedAt));
    }
    if (isIn) {
      observe(this.#join, { platform }, between(startTime, joinedAt));
      if (lobbyAt !== undefined) observe(this.#lobby, { platform }, between(lobbyAt, joinedAt));
    }
    if (reached.includes('uploaded')) observe(this.#finalize, {}, between(recording?.endedAt, uploadedAt(after)));
    if (reached.includes('notified')) {
      observe(this.#notify, {}, between(uploadedAt(after), notifiedAt));
      observe(this.#endToEnd, {}, between(recording?.endedAt, notifiedAt));
    }
  }

  #attempt(before: Meeting, after: Meeting): void {
    const attempt = lastAttempt(after);
    if (attempt === undefined) return;
    if (attempt.taskArn !== undefined && lastAttempt(before)?.taskArn !== attempt.taskArn) {
      // The condition stays as it was while one attempt follows another: its time is the first's.
      const launched = after.status.conditions.find(({ type }) => type === 'Launched')?.lastTransitionTime ?? '';
      if (launched >= attempt.startTime) observe(this.#launch, {}, between(attempt.startTime, launched));
    }
    const spoke = ({ status }: Meeting) => status.recorder?.attempt === attempt.number;
    if (!spoke(before) && spoke(after)) {
      observe(this.#boot, {}, between(attempt.startTime, after.status.lastHeartbeatAt));
    }
  }
}

function observe<T extends string>(
  histogram: Histogram<T>,
  labels: Partial<Record<T, string>>,
  seconds?: number,
): void {
  if (seconds !== undefined) histogram.observe(labels, seconds);
}

/** Seconds; two clocks may be at work, so what would be negative is none. Undefined where a time is missing. */
function between(from: string | number | undefined, to: string | undefined): number | undefined {
  const start = typeof from === 'number' ? from : Date.parse(from ?? '');
  const took = Date.parse(to ?? '') - start;
  return Number.isNaN(took) ? undefined : Math.max(0, took) / 1000;
}
