import type { Failure, RunTaskCommandOutput } from '@aws-sdk/client-ecs';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { ControllerError } from '../errors.ts';
import type { LaunchResult } from '../ports.ts';

/** As AWS words it: "You've reached the limit on the number of vCPUs you can run concurrently". */
const QUOTA = /\blimit\b.*\b(vcpus?|concurrent(ly)?|tasks)\b|\b(vcpus?|concurrent(ly)?)\b.*\blimit\b|\bquota\b/i;

/** Reasons of `failures[]` that no waiting mends; every other is a lack of capacity (API_failures_messages). */
const CONFIGURATION = /^(MISSING|INACTIVE|ATTRIBUTE|LOCATION)\b|placement constraint/i;

/**
 * What an answer of RunTask says: 200 with no task and `failures[]` is an ordinary answer.
 * @throws ControllerError `Unavailable` for an answer that says nothing
 */
export function outcomeOfAnswer(answer: Pick<RunTaskCommandOutput, 'tasks' | 'failures'>): LaunchResult {
  const taskArn = answer.tasks?.[0]?.taskArn;
  if (taskArn !== undefined) return { kind: 'started', taskArn };
  const failure = answer.failures?.[0];
  if (failure === undefined) throw new ControllerError('Unavailable', 'RunTask: an answer without a task or a failure');
  return {
    kind: 'rejected',
    why: whyOf(failure),
    message: [failure.reason, failure.detail].filter(Boolean).join(': '),
  };
}

/**
 * What an error of RunTask says.
 * @throws ControllerError: retryable where the outcome is open, `Misconfigured` where AWS refuses the request
 */
export function outcomeOfError(error: unknown): LaunchResult {
  const failure = awsFailureOf(error);
  if (failure.name === 'ConflictException') {
    // The token was used with another request: its task is the one we are after.
    const [taskArn] = (error as { resourceIds?: string[] }).resourceIds ?? [];
    if (taskArn !== undefined) return { kind: 'started', taskArn };
  }
  const refused = failure.httpStatus !== undefined && failure.httpStatus < 500;
  if (failure.name === 'LimitExceededException' || (refused && QUOTA.test(failure.message))) {
    return { kind: 'rejected', why: 'quota', message: failure.message };
  }
  throw toControllerError(error, 'RunTask');
}

function whyOf({ reason = '', detail = '' }: Failure): 'capacity' | 'quota' | 'configuration' {
  if (QUOTA.test(`${reason} ${detail}`)) return 'quota';
  return CONFIGURATION.test(reason) ? 'configuration' : 'capacity';
}
