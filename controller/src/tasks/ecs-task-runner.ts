import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import type { Clock, ControllerSettings } from '@meetingbot/crds-schema';
import type PQueue from 'p-queue';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { ControllerError } from '../errors.ts';
import type { LaunchRequest, LaunchResult, TaskObservation, TaskRunner } from '../ports.ts';
import { outcomeOfAnswer, outcomeOfError } from './launch-outcome.ts';
import { observationOf } from './observation.ts';
import { type PlacementSettings, placementOf } from './placement.ts';

/** ECS's bound for DescribeTasks and ListTasks. */
const PAGE = 100;
/** A list that never ends is a fault of the endpoint, not a hundred thousand recorders. */
const MAX_PAGES = 1000;
const MAX_STOP_REASON = 255;
/** How long a looked-up task definition holds: a deployment is picked up within it. */
const DEFINITION_TTL_MS = 30_000;
const PINNED_ARN = /^arn:[^:]+:ecs:[^:]*:[^:]*:task-definition\/[^:]+:\d+$/;

/** Launch and stop go before looks, and looks at what is known before looks for what is not. */
const PRIORITY = { write: 2, read: 1, list: 0 } as const;

export interface EcsTaskRunnerOptions {
  client: ECSClient;
  settings: PlacementSettings & Pick<ControllerSettings, 'ECS_CLUSTER' | 'ECS_TASK_DEFINITION' | 'ECS_CONTAINER_NAME'>;
  clock: Pick<Clock, 'monotonic'>;
  /** Bounds the calls to AWS that are under way at once. */
  limiter: PQueue;
}

/** Recorder tasks on ECS, by the SDK. */
export class EcsTaskRunner implements TaskRunner {
  readonly #client: ECSClient;
  readonly #settings: EcsTaskRunnerOptions['settings'];
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #limiter: PQueue;
  readonly #placement: ReturnType<typeof placementOf>;
  #definition: { arn: Promise<string>; until: number } | undefined;

  /** @throws SettingsError for capacity providers that can't be read */
  constructor({ client, settings, clock, limiter }: EcsTaskRunnerOptions) {
    this.#client = client;
    this.#settings = settings;
    this.#clock = clock;
    this.#limiter = limiter;
    this.#placement = placementOf(settings);
  }

  async resolveTaskDefinition(): Promise<string> {
    if (PINNED_ARN.test(this.#settings.ECS_TASK_DEFINITION)) return this.#settings.ECS_TASK_DEFINITION;
    const now = this.#clock.monotonic();
    if (this.#definition === undefined || this.#definition.until <= now) {
      const looked = { arn: this.#lookUpTaskDefinition(), until: now + DEFINITION_TTL_MS };
      this.#definition = looked;
      looked.arn.catch(() => {
        if (this.#definition === looked) this.#definition = undefined;
      });
    }
    return this.#definition.arn;
  }

  async launch(request: LaunchRequest): Promise<LaunchResult> {
    const command = new RunTaskCommand(this.#runTaskInput(request));
    try {
      return outcomeOfAnswer(await this.#limited(PRIORITY.write, () => this.#client.send(command)));
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  async stop(taskArn: string, reason: string): Promise<void> {
    const command = new StopTaskCommand({
      cluster: this.#settings.ECS_CLUSTER,
      task: taskArn,
      reason: reason.slice(0, MAX_STOP_REASON),
    });
    try {
      await this.#limited(PRIORITY.write, () => this.#client.send(command));
    } catch (error) {
      if (!isTaskGone(error)) throw toControllerError(error, 'StopTask');
    }
  }

  async describe(taskArns: readonly string[]): Promise<Map<string, TaskObservation>> {
    const observed = new Map<string, TaskObservation>(
      taskArns.map((taskArn) => [taskArn, { taskArn, state: 'Missing' }]),
    );
    for (const found of await this.#describeKnown([...observed.keys()])) observed.set(found.taskArn, found);
    return observed;
  }

  async listLive(): Promise<TaskObservation[]> {
    const taskArns: string[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const command = new ListTasksCommand({
        cluster: this.#settings.ECS_CLUSTER,
        family: familyOf(this.#settings.ECS_TASK_DEFINITION),
        desiredStatus: 'RUNNING',
        maxResults: PAGE,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      const answer = await this.#read('ListTasks', PRIORITY.list, () => this.#client.send(command));
      taskArns.push(...(answer.taskArns ?? []));
      nextToken = answer.nextToken;
      if (nextToken === undefined) return this.#describeKnown(taskArns);
    }
    throw new ControllerError('Internal', `ListTasks: more than ${MAX_PAGES} pages`);
  }

  async #describeKnown(taskArns: string[]): Promise<TaskObservation[]> {
    const batches = Array.from({ length: Math.ceil(taskArns.length / PAGE) }, (_, index) =>
      taskArns.slice(index * PAGE, (index + 1) * PAGE),
    );
    const answers = await Promise.all(
      batches.map((tasks) => {
        const command = new DescribeTasksCommand({ cluster: this.#settings.ECS_CLUSTER, tasks });
        return this.#read('DescribeTasks', PRIORITY.read, () => this.#client.send(command));
      }),
    );
    return answers
      .flatMap(({ tasks }) => tasks ?? [])
      .map((task) => observationOf(task, this.#settings.ECS_CONTAINER_NAME));
  }

  async #lookUpTaskDefinition(): Promise<string> {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: this.#settings.ECS_TASK_DEFINITION });
    const { taskDefinition } = await this.#read('DescribeTaskDefinition', PRIORITY.write, () =>
      this.#client.send(command),
    );
    if (taskDefinition?.taskDefinitionArn === undefined) {
      throw new ControllerError('Unavailable', 'DescribeTaskDefinition: an answer without an ARN');
    }
    return taskDefinition.taskDefinitionArn;
  }

  /** The same request always makes the same call, byte for byte: ECS compares them by token. */
  #runTaskInput(request: LaunchRequest): RunTaskCommandInput {
    const environment = Object.entries(request.environment).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      cluster: this.#settings.ECS_CLUSTER,
      taskDefinition: request.taskDefinition,
      clientToken: request.clientToken,
      startedBy: request.startedBy,
      count: 1,
      ...this.#placement,
      overrides: {
        containerOverrides: [
          {
            name: this.#settings.ECS_CONTAINER_NAME,
            environment: environment.map(([name, value]) => ({ name, value })),
          },
        ],
      },
      tags: Object.entries(request.tags).map(([key, value]) => ({ key, value })),
      enableECSManagedTags: true,
      propagateTags: 'TASK_DEFINITION',
    };
  }

  async #read<T>(call: string, priority: number, send: () => Promise<T>): Promise<T> {
    try {
      return await this.#limited(priority, send);
    } catch (error) {
      throw toControllerError(error, call);
    }
  }

  #limited<T>(priority: number, send: () => Promise<T>): Promise<T> {
    return this.#limiter.add(send, { priority });
  }
}

/** StopTask of a task that ECS no longer knows. */
function isTaskGone(error: unknown): boolean {
  const { name, message } = awsFailureOf(error);
  return name === 'InvalidParameterException' && /task was not found/i.test(message);
}

/** `recorder` of `recorder`, `recorder:7` and their ARN. */
function familyOf(taskDefinition: string): string {
  const name = taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);
  return name.split(':')[0] ?? name;
}
