import { Counter, Histogram, type Registry } from 'prom-client';
import { AWS_OUTCOMES, type AwsCall, type AwsCallObserver, type AwsService } from '../aws/observe-calls.ts';
import { CALL_SECONDS } from './buckets.ts';

/** Every call that we make; one that is missing here is counted as `other`. A test compares it with the sources. */
export const AWS_OPERATIONS = {
  dynamodb: ['BatchGetItem', 'CreateTable', 'DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query'],
  ecs: ['DescribeTaskDefinition', 'DescribeTasks', 'ListTasks', 'RunTask', 'StopTask'],
  sqs: ['DeleteMessageBatch', 'ReceiveMessage'],
  secretsmanager: ['GetSecretValue'],
  s3: [
    ...['AbortMultipartUpload', 'DeleteObjects', 'GetObject', 'HeadBucket', 'HeadObject'],
    ...['ListMultipartUploads', 'ListObjectsV2'],
  ],
} as const satisfies Record<AwsService, readonly string[]>;

type Call = 'service' | 'operation';

/** Calls to AWS: how many, how they ended, how long they took, and what the SDK's own retries hide. */
export class AwsMetrics implements AwsCallObserver {
  readonly #calls: Counter<Call | 'outcome'>;
  readonly #seconds: Histogram<Call>;
  readonly #retries: Counter<Call>;
  readonly #throttles: Counter<Call>;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['service', 'operation'] as const;
    this.#calls = new Counter({
      name: 'meetingbot_aws_calls_total',
      help: 'Calls to AWS by how they ended, retries of the SDK included in one.',
      labelNames: [...labelNames, 'outcome'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'meetingbot_aws_call_duration_seconds',
      help: 'How long calls to AWS took, retries of the SDK included.',
      labelNames,
      buckets: CALL_SECONDS,
      registers,
    });
    this.#retries = new Counter({
      name: 'meetingbot_aws_retries_total',
      help: 'Tries that the SDK made beyond the first of a call.',
      labelNames,
      registers,
    });
    this.#throttles = new Counter({
      name: 'meetingbot_aws_throttles_total',
      help: 'Tries that AWS throttled, also those that a retry of the SDK made good.',
      labelNames,
      registers,
    });
    this.#zero();
  }

  called({ outcome, milliseconds, retries, ...call }: AwsCall): void {
    const labels = labelsOf(call);
    this.#calls.inc({ ...labels, outcome });
    this.#seconds.observe(labels, milliseconds / 1000);
    if (retries > 0) this.#retries.inc(labels, retries);
  }

  throttled(call: Pick<AwsCall, 'service' | 'operation'>): void {
    this.#throttles.inc(labelsOf(call));
  }

  #zero(): void {
    for (const [service, operations] of Object.entries(AWS_OPERATIONS)) {
      for (const operation of operations) {
        const labels = { service, operation };
        for (const outcome of AWS_OUTCOMES) this.#calls.inc({ ...labels, outcome }, 0);
        this.#seconds.zero(labels);
        this.#retries.inc(labels, 0);
        this.#throttles.inc(labels, 0);
      }
    }
  }
}

function labelsOf({ service, operation }: Pick<AwsCall, 'service' | 'operation'>): {
  service: string;
  operation: string;
} {
  const known: readonly string[] = AWS_OPERATIONS[service];
  return { service, operation: known.includes(operation) ? operation : 'other' };
}
