import { createHash, randomUUID } from 'node:crypto';
import { EcsError, invalidParameter, serverError } from '../errors.ts';
import type { Fields, JsonObject } from '../protocol/fields.ts';
import { readSubnet } from '../protocol/network.ts';
import { type Overrides, readOverrides } from '../protocol/overrides.ts';
import { type RunTaskRequest, readRunTask } from '../protocol/run-task-request.ts';
import { containerArn, taskArn } from '../state/arns.ts';
import type { Tag, Task, TaskContainer } from '../state/task.ts';
import type { ContainerDefinition, TaskDefinition } from '../state/task-definition.ts';
import { taskView } from '../state/task-view.ts';
import type { TokenEntry } from '../state/token-ledger.ts';
import { type Injected, type Operation, requestedCluster, type World } from './world.ts';

const hourMs = 3_600_000;

/** Places `count` tasks, or answers with what the same client token came to before. */
export const runTask: Operation = (input, world, injected) => {
  const request = readRunTask(input);
  const cluster = requestedCluster(input, world);
  const requestHash = hashOf(input);
  const known = request.clientToken === undefined ? undefined : world.tokens.find(cluster, request.clientToken);
  if (known !== undefined) return replay(known, requestHash, world);
  if (!world.isOpen()) throw serverError('The endpoint is closing: it starts no more tasks.');

  const definition = world.definitions.requireActive(request.taskDefinition);
  const subnet = readSubnet(input);
  const overrides = readOverrides(input, definition);
  if (request.enableExecuteCommand && overrides.taskRoleArn === undefined) {
    throw invalidParameter('enableExecuteCommand needs a task role, in the task definition or as an override.');
  }
  const failures = Array.from({ length: injected.capacityReason === undefined ? 0 : request.count }, () => ({
    reason: injected.capacityReason ?? '',
  }));
  const tasks = Array.from({ length: request.count - failures.length }, (_, index) =>
    newTask({ index, request, cluster, definition, subnet, overrides, world, injected }),
  );
  if (request.clientToken !== undefined) {
    const taskIds = tasks.map((task) => task.id);
    const createdAt = world.clock.now();
    world.tokens.save({ cluster, token: request.clientToken, requestHash, taskIds, failures, createdAt });
  }
  for (const task of tasks) {
    world.tasks.add(task);
    world.lives.launch(task);
  }
  return { tasks: tasks.map((task) => taskView(world.place, task, { tags: true })), failures };
};

function replay(entry: TokenEntry, requestHash: string, world: World): JsonObject {
  if (entry.requestHash !== requestHash) {
    throw new EcsError(
      'ConflictException',
      'The request could not be processed due to conflicts. ' +
        'The provided clientToken is already in use with a different RunTask request.',
      { detail: { resourceIds: entry.taskIds.map((id) => taskArn(world.place, entry.cluster, id)) } },
    );
  }
  const failuresAreOld = world.clock.now() - entry.createdAt > hourMs;
  return {
    tasks: entry.taskIds.map((id) => {
      const task = world.tasks.get(id);
      if (task !== undefined && task.lastStatus !== 'STOPPED') return taskView(world.place, task, { tags: true });
      return { taskArn: taskArn(world.place, entry.cluster, id), lastStatus: 'STOPPED' };
    }),
    failures: entry.failures.map((failure) => (failuresAreOld ? {} : failure)),
  };
}

interface NewTask {
  readonly index: number;
  readonly request: RunTaskRequest;
  readonly cluster: string;
  readonly definition: TaskDefinition;
  readonly subnet: string;
  readonly overrides: Overrides;
  readonly world: World;
  readonly injected: Injected;
}

function newTask({ index, request, cluster, definition, subnet, overrides, world, injected }: NewTask): Task {
  const id = randomUUID().replaceAll('-', '');
  const now = world.clock.now();
  const provider = request.providerOf(index);
  return {
    id,
    cluster,
    taskDefinitionArn: definition.arn,
    family: definition.family,
    group: request.group ?? `family:${definition.family}`,
    ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
    ...(provider === undefined ? {} : { capacityProvider: provider }),
    platformVersion: request.platformVersion,
    cpu: overrides.cpu,
    memory: overrides.memory,
    ephemeralStorageGiB: overrides.ephemeralStorageGiB,
    subnet,
    overrides: overrides.view,
    enableExecuteCommand: request.enableExecuteCommand,
    ...(request.clientToken === undefined ? {} : { clientToken: request.clientToken }),
    visibleAt: now + (injected.visibilityDelayMs ?? world.visibilityDelayMs),
    createdAt: now,
    containers: definition.containers.map((container) => newContainer(container, { id, cluster, overrides, world })),
    tags: tagsOf(request, cluster, definition),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    version: 1,
    position: world.tasks.nextPosition(),
  };
}

function newContainer(
  container: ContainerDefinition,
  task: { id: string; cluster: string; overrides: Overrides; world: World },
): TaskContainer {
  const override = task.overrides.byContainer.get(container.name);
  const memory = override?.memory ?? container.memory;
  return {
    name: container.name,
    arn: containerArn(task.world.place, task.cluster, task.id, randomUUID()),
    image: container.image,
    cpu: String(override?.cpu ?? container.cpu),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    essential: container.essential,
    command: [...container.entryPoint, ...(override?.command ?? container.command)],
    environment: { ...container.environment, ...override?.environment },
    ...(container.workingDirectory === undefined ? {} : { workingDirectory: container.workingDirectory }),
    init: container.init,
    stopTimeoutSeconds: container.stopTimeoutSeconds,
    lastStatus: 'PENDING',
  };
}

function tagsOf(request: RunTaskRequest, cluster: string, definition: TaskDefinition): Tag[] {
  const tags = new Map<string, string>();
  if (request.propagateTags) for (const { key, value } of definition.tags) tags.set(key, value);
  for (const { key, value } of request.tags) tags.set(key, value);
  if (request.managedTags) tags.set('aws:ecs:clusterName', cluster);
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** Of all parameters but the token: the same request has the same hash, in whatever order its members come. */
function hashOf(input: Fields): string {
  const sorted = JSON.stringify({ ...input.raw, clientToken: undefined }, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}
