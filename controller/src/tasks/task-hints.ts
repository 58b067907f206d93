import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock, Logger } from '@meetingbot/crds-schema';
import { awsFailureOf } from '../aws/aws-error.ts';

/** SQS's own bounds of one call. */
const MESSAGES_A_CALL = 10;
const LONGEST_WAIT_SECONDS = 20;
/** As many as ECS describes in one call. */
const TASKS_A_LOOK = 100;
/** Between two looks: hints may come in floods, and ECS's limit is the whole account's. Milliseconds. */
const LOOK_EVERY = 200;
/** After a call that failed. Milliseconds. */
const REST = 5_000;

/** A call that waits for messages ends later than any other. Milliseconds. */
export const HINTS_REQUEST_TIMEOUT = (LONGEST_WAIT_SECONDS + 5) * 1000;

export interface TaskHintsOptions {
  client: SQSClient;
  /** The queue that EventBridge puts "ECS Task State Change" into. */
  queueUrl: string;
  /** Looks at these tasks now; what it does not know it leaves alone. */
  look: (taskArns: readonly string[]) => Promise<void>;
  clock: Pick<Clock, 'sleep'>;
  log: Logger;
}

/**
 * ECS's events as hints. Events come late, twice, in any order or never, so nothing in them is believed: a hint says
 * which task to look at now. Without them every task is looked at by schedule.
 */
export class TaskHints {
  readonly #options: TaskHintsOptions;

  constructor(options: TaskHintsOptions) {
    this.#options = options;
  }

  /** Until the signal is aborted; a queue that is away is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#once(signal);
      } catch (error) {
        if (signal.aborted) return;
        const { message, name } = awsFailureOf(error);
        log.warn({ error: `${name}: ${message}` }, 'hints of task changes failed; tasks are looked at by schedule');
        await clock.sleep(REST, signal).catch(() => {});
      }
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const tasks = new Set<string>();
    let messages: Message[];
    do {
      // The first call waits for what may come, the others take what is there.
      messages = await this.#receive(tasks.size === 0 ? LONGEST_WAIT_SECONDS : 0, signal);
      for (const { Body } of messages) {
        const task = taskOf(Body);
        if (task !== undefined) tasks.add(task);
      }
      // Before the look: a hint that is lost costs two seconds.
      await this.#remove(messages, signal);
    } while (messages.length === MESSAGES_A_CALL && tasks.size <= TASKS_A_LOOK - MESSAGES_A_CALL);
    if (tasks.size === 0) return;
    await this.#options.look([...tasks]);
    await this.#options.clock.sleep(LOOK_EVERY, signal).catch(() => {});
  }

  async #receive(WaitTimeSeconds: number, abortSignal: AbortSignal): Promise<Message[]> {
    const { client, queueUrl: QueueUrl } = this.#options;
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: MESSAGES_A_CALL, WaitTimeSeconds });
    return (await client.send(command, { abortSignal })).Messages ?? [];
  }

  async #remove(messages: readonly Message[], abortSignal: AbortSignal): Promise<void> {
    const { client, queueUrl: QueueUrl } = this.#options;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length === 0) return;
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal });
  }
}

/** The task an event is of; undefined when it is no such event. */
function taskOf(body: string | undefined): string | undefined {
  try {
    const { detail } = JSON.parse(body ?? '') as { detail?: { taskArn?: unknown } };
    return typeof detail?.taskArn === 'string' ? detail.taskArn : undefined;
  } catch {
    return undefined;
  }
}
