import { clientError, EcsError, invalidParameter } from '../errors.ts';
import { cpuUnits, isFargateSize, memoryMiB } from '../state/fargate-size.ts';
import type { TaskDefinition } from '../state/task-definition.ts';
import { readEnvironment } from './environment.ts';
import type { Fields, JsonObject } from './fields.ts';

/** What a RunTask call changes of one container. */
export interface ContainerOverride {
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cpu?: number;
  readonly memory?: number;
}

/** What a RunTask call changes of its task definition. */
export interface Overrides {
  readonly byContainer: ReadonlyMap<string, ContainerOverride>;
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorageGiB: number;
  readonly taskRoleArn: string | undefined;
  /** As DescribeTasks shows them. */
  readonly view: JsonObject;
}

const longest = 8_192;

/** Reads `overrides`: at most 8192 characters of JSON, only of containers that the task definition has. */
export function readOverrides(input: Fields, definition: TaskDefinition): Overrides {
  const fields = input.object('overrides');
  const length = fields === undefined ? 0 : JSON.stringify(fields.raw).length;
  if (length > longest) throw invalidParameter(`Container Overrides length must be at most ${longest}; got ${length}`);

  const byContainer = new Map<string, ContainerOverride>();
  for (const container of fields?.objects('containerOverrides') ?? []) {
    const name = container.string('name') ?? '';
    if (!definition.containers.some((known) => known.name === name)) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
    if (byContainer.has(name)) throw invalidParameter(`Container ${name} has more than one override.`);
    byContainer.set(name, readContainerOverride(container));
  }

  const cpu = fields?.string('cpu') ?? definition.cpu;
  const memory = fields?.string('memory') ?? definition.memory;
  if (!isFargateSize(cpuUnits(cpu), memoryMiB(memory))) {
    throw clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
  }
  const ephemeralStorageGiB =
    fields?.object('ephemeralStorage')?.integer('sizeInGiB') ?? definition.ephemeralStorageGiB ?? 20;
  if (ephemeralStorageGiB < 20 || ephemeralStorageGiB > 200) {
    throw invalidParameter(`ephemeralStorage.sizeInGiB must be between 21 and 200; got ${ephemeralStorageGiB}`);
  }
  return {
    byContainer,
    cpu: String(cpuUnits(cpu)),
    memory: String(memoryMiB(memory)),
    ephemeralStorageGiB,
    taskRoleArn: fields?.string('taskRoleArn') ?? definition.taskRoleArn,
    view: {
      ...fields?.raw,
      containerOverrides: fields?.raw['containerOverrides'] ?? definition.containers.map(({ name }) => ({ name })),
      inferenceAcceleratorOverrides: [],
    },
  };
}

function readContainerOverride(container: Fields): ContainerOverride {
  for (const unsupported of ['environmentFiles', 'resourceRequirements']) {
    if ((container.objects(unsupported) ?? []).length === 0) continue;
    throw new EcsError('UnsupportedFeatureException', `${unsupported} is not supported by this endpoint.`);
  }
  const command = container.strings('command');
  const cpu = container.integer('cpu');
  const memory = container.integer('memory');
  return {
    environment: readEnvironment(container),
    ...(command === undefined ? {} : { command }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  };
}
