import { type EndReason, type Reason, type RecorderReport, reasonOfExitCode } from '@meetingbot/crds-schema';
import type { LaunchResult, RecordingLook, TaskObservation } from '../ports.ts';

/** Why an attempt is over, with the words that prove it. */
export interface AttemptEnd {
  reason: Reason;
  message: string;
}

/** All that is known of an attempt whose task is gone. */
export interface EndEvidence {
  attempt: number;
  task: TaskObservation;
  report: RecorderReport | undefined;
  look: RecordingLook;
  /** The user asked it to leave. */
  stopping: boolean;
}

/**
 * The one reason an attempt ended with. Its own words come first (manifest, report, exit code: in this order,
 * since the manifest is the truth), then ECS's; a stop by the user explains any signal.
 */
export function attemptEnd(evidence: EndEvidence): AttemptEnd {
  const own = ownWords(evidence);
  if (own !== undefined && own.reason !== 'Terminated') return { reason: own.reason, message: own.message };
  if (evidence.stopping) return { reason: 'StopRequested', message: 'left because it was asked to' };
  return fromEcs(evidence.task, own !== undefined);
}

function ownWords({ attempt, task, report, look }: EndEvidence): { reason: EndReason; message: string } | undefined {
  const result = report?.attempt === attempt ? report.result : undefined;
  if (look.kind !== 'none' && look.attempt === attempt) {
    // A manifest has the reason only; advice and evidence are in the report.
    const said = result?.reason === look.endReason ? result.message : undefined;
    return { reason: look.endReason, message: said ?? look.message ?? `the manifest says ${look.endReason}` };
  }
  if (result !== undefined) {
    return { reason: result.reason, message: result.message ?? `the recorder reported ${result.reason}` };
  }
  const reason = task.exitCode === undefined ? undefined : reasonOfExitCode(task.exitCode);
  return reason === undefined ? undefined : { reason, message: `the recorder exited with code ${task.exitCode}` };
}

function fromEcs(task: TaskObservation, wasTerminated: boolean): AttemptEnd {
  const said = [task.stopCode, task.stopReason].filter((part) => part !== undefined && part !== '').join(': ');
  const message = said === '' ? `task ${task.state}, exit code ${task.exitCode ?? 'unknown'}` : said;
  if (/OutOfMemory/i.test(task.stopReason ?? '')) return { reason: 'OutOfMemory', message };
  if (task.stopCode === 'SpotInterruption') return { reason: 'SpotInterrupted', message };
  if (task.stopCode === 'TaskFailedToStart') return { reason: 'LaunchFailed', message };
  if (task.state === 'Missing' || wasTerminated || (task.exitCode ?? 137) > 128) {
    return { reason: 'RecorderLost', message };
  }
  return { reason: 'InternalError', message: `${message}; it left no manifest and no report` };
}

/** The end of an attempt that ECS refused to start. */
export function failedLaunchEnd(rejection: Extract<LaunchResult, { kind: 'rejected' }>): AttemptEnd {
  return { reason: rejection.why === 'quota' ? 'QuotaExceeded' : 'LaunchFailed', message: rejection.message };
}
