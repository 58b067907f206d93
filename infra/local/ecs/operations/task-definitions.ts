import { clientError, invalidParameter } from '../errors.ts';
import type { JsonObject } from '../protocol/fields.ts';
import { readTaskDefinition } from '../protocol/task-definition-request.ts';
import { taskDefinitionReference } from '../state/arns.ts';
import type { TaskDefinition } from '../state/task-definition.ts';
import { type Operation, requireAmong } from './world.ts';

function view(definition: TaskDefinition): JsonObject {
  return {
    ...definition.document,
    taskDefinitionArn: definition.arn,
    revision: definition.revision,
    status: definition.status,
    registeredAt: definition.registeredAt / 1_000,
    deregisteredAt: definition.deregisteredAt === undefined ? undefined : definition.deregisteredAt / 1_000,
  };
}

export const registerTaskDefinition: Operation = (input, world) => {
  const definition = world.definitions.register(readTaskDefinition(input));
  return { taskDefinition: view(definition), tags: definition.tags };
};

/** By family (its latest active revision), family:revision or ARN, inactive revisions included. */
export const describeTaskDefinition: Operation = (input, world) => {
  const reference = input.string('taskDefinition') ?? '';
  if (reference === '') throw invalidParameter('TaskDefinition can not be blank.');
  const tags = (input.strings('include') ?? []).map((item) => requireAmong('include', item, ['TAGS'])).length > 0;
  const definition = world.definitions.find(reference);
  if (definition === undefined) throw clientError('Unable to describe task definition.');
  return { taskDefinition: view(definition), tags: tags ? definition.tags : [] };
};

/** Makes one revision INACTIVE: no task can be started from it, those that run go on. */
export const deregisterTaskDefinition: Operation = (input, world) => {
  const reference = input.string('taskDefinition') ?? '';
  if (reference === '') throw invalidParameter('TaskDefinition can not be blank.');
  const { revision } = taskDefinitionReference(world.place, reference);
  if (revision === undefined) throw invalidParameter('Invalid revision number. Number: null');
  const definition = world.definitions.find(reference);
  if (definition === undefined) throw clientError('Unable to describe task definition.');
  world.definitions.deregister(definition);
  return { taskDefinition: view(definition) };
};
