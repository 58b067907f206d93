import type { Clock } from '@meetingbot/crds-schema';
import { awsFailureOf } from './aws-error.ts';

/** One call to AWS, its retries included. */
export interface AwsCall {
  /** As `dynamodb`. */
  service: string;
  /** As `PutItem`. */
  operation: string;
  /** `ok`, or the name of the error. */
  outcome: string;
  milliseconds: number;
}

interface Observable {
  middlewareStack: {
    add(
      // biome-ignore lint/suspicious/noExplicitAny: the stack's own type differs with every client
      middleware: any,
      options: { step: 'initialize'; name: string; priority: 'high' },
    ): void;
  };
}

type Next = (args: unknown) => Promise<unknown>;

/** Reports every call of an SDK client once it has ended: for metrics, whatever the service. */
export function observeCalls(
  client: Observable,
  service: string,
  clock: Pick<Clock, 'monotonic'>,
  report: (call: AwsCall) => void,
): void {
  const middleware = (next: Next, context: { commandName?: string }) => async (args: unknown) => {
    const start = clock.monotonic();
    const operation = (context.commandName ?? 'Unknown').replace(/Command$/, '');
    const done = (outcome: string) => report({ service, operation, outcome, milliseconds: clock.monotonic() - start });
    try {
      const result = await next(args);
      done('ok');
      return result;
    } catch (error) {
      done(awsFailureOf(error).name);
      throw error;
    }
  };
  client.middlewareStack.add(middleware, { step: 'initialize', name: 'observeCalls', priority: 'high' });
}
