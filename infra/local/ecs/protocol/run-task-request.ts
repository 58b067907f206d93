import { EcsError, invalidParameter } from '../errors.ts';
import type { Tag } from '../state/task.ts';
import { type ProviderOf, readCapacity } from './capacity.ts';
import type { Fields } from './fields.ts';
import { readTags } from './tags.ts';

/** A RunTask request as far as it can be judged without looking at what it names. */
export interface RunTaskRequest {
  readonly taskDefinition: string;
  readonly count: number;
  readonly clientToken: string | undefined;
  readonly startedBy: string | undefined;
  readonly group: string | undefined;
  readonly platformVersion: string;
  readonly providerOf: ProviderOf;
  readonly tags: readonly Tag[];
  readonly propagateTags: boolean;
  readonly managedTags: boolean;
  readonly enableExecuteCommand: boolean;
}

/** Reads and checks a RunTask request. Limits: `@aws-sdk/client-ecs`, RunTaskRequest. */
export function readRunTask(input: Fields): RunTaskRequest {
  const taskDefinition = input.string('taskDefinition') ?? '';
  if (taskDefinition === '') throw invalidParameter('TaskDefinition can not be blank.');
  const count = input.integer('count') ?? 1;
  if (count < 1 || count > 10) throw invalidParameter(`count must be between 1 and 10; got ${count}`);
  const clientToken = input.string('clientToken');
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,64}$/.test(clientToken)) {
    throw invalidParameter('clientToken must have 1 to 64 characters in the range of ASCII 33-126');
  }
  const startedBy = input.string('startedBy');
  if (startedBy !== undefined && startedBy.length > 128) {
    throw invalidParameter(`startedBy length must be at most 128; got ${startedBy.length}`);
  }
  if (startedBy !== undefined && !/^[A-Za-z0-9/_-]*$/.test(startedBy)) {
    throw invalidParameter(
      `startedBy can have letters, digits, hyphens, forward slashes and underscores; got ${startedBy}`,
    );
  }
  const providerOf = readCapacity(input);
  for (const placement of ['placementConstraints', 'placementStrategy']) {
    if ((input.objects(placement) ?? []).length === 0) continue;
    throw invalidParameter(`${placement} is not supported with FARGATE launch type.`);
  }
  const propagate = input.string('propagateTags') ?? 'NONE';
  if (propagate !== 'NONE' && propagate !== 'TASK_DEFINITION') {
    throw invalidParameter(`propagateTags of RunTask must be TASK_DEFINITION or NONE; got ${propagate}`);
  }
  if ((input.objects('volumeConfigurations') ?? []).length > 0) {
    throw new EcsError('UnsupportedFeatureException', 'volumeConfigurations is not supported by this endpoint.');
  }
  return {
    taskDefinition,
    count,
    clientToken,
    startedBy: startedBy === '' ? undefined : startedBy,
    group: input.string('group'),
    platformVersion: readPlatformVersion(input),
    providerOf,
    tags: readTags(input),
    propagateTags: propagate === 'TASK_DEFINITION',
    managedTags: input.boolean('enableECSManagedTags') ?? false,
    enableExecuteCommand: input.boolean('enableExecuteCommand') ?? false,
  };
}

function readPlatformVersion(input: Fields): string {
  const version = input.string('platformVersion') ?? 'LATEST';
  if (version === 'LATEST' || version === '1.4.0') return '1.4.0';
  if (version === '1.3.0') return version;
  throw new EcsError('PlatformUnknownException', `The specified platform version doesn't exist: ${version}`);
}
