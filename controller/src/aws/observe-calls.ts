import type { Clock } from '@meetingbot/crds-schema';
import { awsFailureOf, isThrottle } from './aws-error.ts';

export const AWS_SERVICES = ['dynamodb', 'ecs', 's3', 'sqs', 'secretsmanager'] as const;
export type AwsService = (typeof AWS_SERVICES)[number];

/**
 * How a call ended. `conflict`: a condition did not hold, which is how writes are meant to lose · `not_found` ·
 * `throttled` · `unavailable`: no answer, or a 5xx · `refused`: any other 4xx.
 */
export const AWS_OUTCOMES = ['ok', 'conflict', 'not_found', 'throttled', 'unavailable', 'refused'] as const;
export type AwsOutcome = (typeof AWS_OUTCOMES)[number];

/** One call to AWS, its retries included. */
export interface AwsCall {
  service: AwsService;
  /** As `PutItem`. */
  operation: string;
  outcome: AwsOutcome;
  milliseconds: number;
  /** Tries beyond the first. */
  retries: number;
}

export interface AwsCallObserver {
  /** Told of each call once it has ended. */
  called(call: AwsCall): void;
  /** Told of each try that was throttled, also where a retry makes it good. */
  throttled(call: Pick<AwsCall, 'service' | 'operation'>): void;
}

interface Observable {
  middlewareStack: {
    remove(name: string): boolean;
    // biome-ignore lint/suspicious/noExplicitAny: the stack's own type differs with every client
    add(middleware: any, options: { step: 'initialize'; name: string; priority: 'high' }): void;
    // biome-ignore lint/suspicious/noExplicitAny: likewise
    add(middleware: any, options: { step: 'deserialize'; name: string; priority: 'high' }): void;
  };
}

interface Output {
  output?: { $metadata?: { attempts?: number } };
}
type Next = (args: unknown) => Promise<Output>;
interface Context {
  commandName?: string;
}

const CONFLICTS =
  /^(ConditionalCheckFailedException|TransactionCanceledException|PreconditionFailed|ResourceInUseException)$/;

/** Reports every call of an SDK client: around the whole of it, and around each try. */
export function observeCalls(
  client: Observable,
  service: AwsService,
  clock: Pick<Clock, 'monotonic'>,
  observer: AwsCallObserver,
): void {
  const whole = (next: Next, context: Context) => async (args: unknown) => {
    const start = clock.monotonic();
    const done = (outcome: AwsOutcome, attempts = 1) =>
      observer.called({
        service,
        operation: operationOf(context),
        outcome,
        milliseconds: clock.monotonic() - start,
        retries: attempts - 1,
      });
    try {
      const result = await next(args);
      done('ok', result.output?.$metadata?.attempts);
      return result;
    } catch (error) {
      done(awsOutcomeOf(error), awsFailureOf(error).attempts);
      throw error;
    }
  };
  // Inside the retries, and outside of what makes an error of an answer.
  const eachTry = (next: Next, context: Context) => async (args: unknown) => {
    try {
      return await next(args);
    } catch (error) {
      if (isThrottle(awsFailureOf(error))) observer.throttled({ service, operation: operationOf(context) });
      throw error;
    }
  };
  // The SDK's own makes a copy of each input and output for a log that nobody reads: a twentieth of our CPU.
  client.middlewareStack.remove('loggerMiddleware');
  client.middlewareStack.add(whole, { step: 'initialize', name: 'observeCalls', priority: 'high' });
  client.middlewareStack.add(eachTry, { step: 'deserialize', name: 'observeTries', priority: 'high' });
}

function operationOf({ commandName = 'Unknown' }: Context): string {
  return commandName.replace(/Command$/, '');
}

/** @internal */
export function awsOutcomeOf(error: unknown): AwsOutcome {
  const failure = awsFailureOf(error);
  if (isThrottle(failure)) return 'throttled';
  if (CONFLICTS.test(failure.name) || failure.httpStatus === 412 || failure.httpStatus === 409) return 'conflict';
  if (failure.httpStatus === 404 || /^(NotFound|NoSuch|ResourceNotFound)/.test(failure.name)) return 'not_found';
  return failure.httpStatus === undefined || failure.httpStatus >= 500 || failure.httpStatus === 408
    ? 'unavailable'
    : 'refused';
}
