import { clientError, EcsError } from '../errors.ts';
import { cpuUnits, isFargateSize, memoryMiB } from '../state/fargate-size.ts';
import type { ContainerDefinition, TaskDefinition } from '../state/task-definition.ts';
import { readEnvironment } from './environment.ts';
import type { Fields, JsonObject } from './fields.ts';
import { readTags } from './tags.ts';

export type NewTaskDefinition = Pick<
  TaskDefinition,
  'family' | 'cpu' | 'memory' | 'ephemeralStorageGiB' | 'taskRoleArn' | 'containers' | 'tags' | 'document'
>;

/** Reads a RegisterTaskDefinition request. Only what Fargate runs is taken: the endpoint has no container instances. */
export function readTaskDefinition(input: Fields): NewTaskDefinition {
  const family = input.string('family') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) {
    throw clientError(`family must be 1 to 255 letters, digits, hyphens or underscores; got "${family}"`);
  }
  if (!(input.strings('requiresCompatibilities') ?? []).includes('FARGATE')) {
    throw new EcsError('UnsupportedFeatureException', 'This endpoint runs task definitions that require FARGATE only.');
  }
  const networkMode = input.string('networkMode');
  if (networkMode !== 'awsvpc') {
    throw clientError('Fargate only supports network mode ‘awsvpc’.');
  }
  const cpu = input.string('cpu') ?? '';
  const memory = input.string('memory') ?? '';
  if (cpu === '' || memory === '') {
    throw clientError("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
  if (!isFargateSize(cpuUnits(cpu), memoryMiB(memory))) {
    throw clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
  }
  const size = input.object('ephemeralStorage')?.integer('sizeInGiB');
  if (size !== undefined && (size < 21 || size > 200)) {
    throw clientError(`Invalid setting for ephemeralStorage.sizeInGiB: expected 21 to 200, got ${size}`);
  }
  const taskRoleArn = input.string('taskRoleArn');
  return {
    family,
    cpu,
    memory,
    containers: readContainers(input),
    tags: readTags(input),
    document: describe(input),
    ...(size === undefined ? {} : { ephemeralStorageGiB: size }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
  };
}

function readContainers(input: Fields): ContainerDefinition[] {
  const containers = (input.objects('containerDefinitions') ?? []).map(readContainer);
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (!containers.some((container) => container.essential)) {
    throw clientError('Task definition does not have any essential containers.');
  }
  if (new Set(containers.map((container) => container.name)).size < containers.length) {
    throw clientError('The container names of a task definition must be unique.');
  }
  return containers;
}

function readContainer(fields: Fields): ContainerDefinition {
  const name = fields.string('name') ?? '';
  const image = fields.string('image') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw clientError(`Invalid container name: "${name}"`);
  if (image === '') throw clientError(`Container.image should not be null or empty: ${name}`);
  const stopTimeout = fields.integer('stopTimeout') ?? 30;
  if (stopTimeout < 2 || stopTimeout > 120) {
    throw clientError(
      `Invalid stopTimeout of container ${name}: expected 2 to 120 seconds on Fargate, got ${stopTimeout}`,
    );
  }
  refuseWhatFargateHasNot(fields, name);
  const memory = fields.integer('memory');
  const workingDirectory = fields.string('workingDirectory');
  return {
    name,
    image,
    essential: fields.boolean('essential') ?? true,
    entryPoint: fields.strings('entryPoint') ?? [],
    command: fields.strings('command') ?? [],
    environment: readEnvironment(fields),
    cpu: fields.integer('cpu') ?? 0,
    init: fields.object('linuxParameters')?.boolean('initProcessEnabled') ?? false,
    stopTimeoutSeconds: stopTimeout,
    ...(memory === undefined ? {} : { memory }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  };
}

/** Source: ECS developer guide, "Fargate task definition differences". */
function refuseWhatFargateHasNot(fields: Fields, name: string): void {
  const linux = fields.object('linuxParameters');
  for (const parameter of ['sharedMemorySize', 'devices', 'maxSwap', 'swappiness']) {
    const value = linux?.raw[parameter] ?? undefined;
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw clientError(`The ${parameter} parameter of container ${name} is not supported on Fargate.`);
  }
  if (fields.boolean('privileged') === true)
    throw clientError(`Fargate does not support privileged containers: ${name}`);
  for (const unsupported of ['secrets', 'environmentFiles', 'dependsOn']) {
    if ((fields.objects(unsupported) ?? []).length === 0) continue;
    throw new EcsError('UnsupportedFeatureException', `${unsupported} of ${name} is not supported by this endpoint.`);
  }
}

/** The request with the defaults that ECS adds before it shows it again. */
function describe(input: Fields): JsonObject {
  const { tags: _, ...document } = input.raw;
  return {
    volumes: [],
    placementConstraints: [],
    ...document,
    containerDefinitions: (input.objects('containerDefinitions') ?? []).map(({ raw }) => ({
      cpu: 0,
      portMappings: [],
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      ...raw,
    })),
    compatibilities: ['EC2', 'FARGATE'],
    requiresAttributes: [],
  };
}
