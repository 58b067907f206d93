import { RECORDER_FINISH_MS, RECORDER_SALVAGE_MS } from '@meetingbot/crds-schema';

/** The numbers of reconciling, in one place. All times are milliseconds. */
export interface Policy {
  /** How long before `startAt` a recorder is launched. */
  launchLead: number;
  /** A Meeting whose `startAt` is further past than this, and that never began, was missed. */
  missedGrace: number;
  /** RunTask repeated with the token of an intent older than this could start a second task: look first. */
  intentTrust: number;
  /** How long ECS may not know a task it was asked for, before its silence counts. */
  visibilityLag: number;
  /** After `stop`, how long an intent without a task is looked for among ECS's tasks before it counts as never started. */
  stopLookup: number;
  /** A Meeting that waits for an identity looks again after this, should nobody wake it. */
  identityRecheck: number;
  /** A recorder that spoke and then says nothing for this long, beyond its lobby time until it finishes, is stopped. */
  silenceLimit: number;
  /** How long a task may take to run. */
  startDeadline: number;
  /** How long a recorder has to begin leaving after `stop`, before StopTask. */
  stopGrace: number;
  /** How long a recorder that said Finalizing may take, before StopTask: longer than it gives itself. */
  finalizeGrace: number;
  /** The same for a salvage, from the start of its task. */
  salvageGrace: number;
  /** How long a recorder may take to be gone that said Done. */
  exitGrace: number;
  /** How long ECS may refuse tasks before what a lost recorder left is given up. */
  salvageWindow: number;
  /** How long the webhook is tried. */
  webhookWindow: number;
  /** How long a deletion waits for the webhook of a kept recording. */
  deleteWebhookGrace: number;
  /** Tasks that belong to nobody are stopped when they are older than this. */
  orphanGrace: number;
  /** false: nothing is sent. */
  webhookEnabled: boolean;
  /** true: failed Meetings are sent too. */
  webhookFailures: boolean;
  /** Days that a Meeting without `retentionDays`, and its recording, are kept. @default for ever */
  retentionDays?: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export const DEFAULT_POLICY: Policy = {
  launchLead: 2 * minute,
  missedGrace: hour,
  intentTrust: 30 * minute,
  visibilityLag: 5 * minute,
  stopLookup: 5 * minute,
  identityRecheck: 30 * second,
  silenceLimit: 15 * minute,
  startDeadline: 15 * minute,
  stopGrace: 30 * second,
  finalizeGrace: RECORDER_FINISH_MS + 5 * minute,
  salvageGrace: RECORDER_SALVAGE_MS + 10 * minute,
  exitGrace: 10 * minute,
  salvageWindow: 24 * hour,
  webhookWindow: 24 * hour,
  deleteWebhookGrace: 10 * minute,
  orphanGrace: 2 * minute,
  webhookEnabled: false,
  webhookFailures: false,
};
