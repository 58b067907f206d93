import type { RecorderPhase } from '@meetingbot/crds-schema';

/** A recorder as the load generator plays it: what RunTask told it. */
export interface PlayedRecorder {
  name: string;
  uid: string;
  attempt: number;
  token: string;
  taskId: string;
}

/** What can be asked of the load generator, over IPC. */
export interface LoadCalls {
  /** Writes Meetings `prefix-0` to `prefix-{count-1}`, evenly at `rate` a second; 0: as fast as 32 connections can. */
  create: { args: { prefix: string; count: number; rate: number; startAt?: string }; result: Created[] };
  /** One report of each recorder, as fast as 32 connections can. */
  report: { args: { recorders: PlayedRecorder[]; phase: RecorderPhase }; result: { failed: number } };
  /** Heartbeats of all recorders, spread evenly over the interval. */
  beat: {
    args: { recorders: PlayedRecorder[]; intervalMs: number; seconds: number };
    result: { sent: number; failed: number; p50: number; p99: number };
  };
  /** Reads the first page of the list. @returns milliseconds of each */
  list: { args: { limit: number; times: number }; result: number[] };
}

/** Wall clock, milliseconds: when it was asked for, and when the API had answered. */
export interface Created {
  name: string;
  sentAt: number;
  answeredAt: number;
  status: number;
}

export type LoadRequest = {
  [K in keyof LoadCalls]: { id: number; call: K; args: LoadCalls[K]['args'] };
}[keyof LoadCalls];
export type LoadAnswer = { id: number; result: unknown } | { id: number; error: string };
