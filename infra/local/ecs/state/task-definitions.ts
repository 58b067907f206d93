import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@meetingbot/crds-schema';
import { clientError } from '../errors.ts';
import type { NewTaskDefinition } from '../protocol/task-definition-request.ts';
import { type Place, taskDefinitionArn, taskDefinitionReference } from './arns.ts';
import type { Journal } from './journal.ts';
import type { TaskDefinition } from './task-definition.ts';

/** All revisions of all families. */
export class TaskDefinitions {
  readonly #families = new Map<string, TaskDefinition[]>();
  readonly #deps: { journal: Journal; clock: Clock; place: Place };

  constructor(deps: { journal: Journal; clock: Clock; place: Place }) {
    this.#deps = deps;
  }

  /** Takes in a definition read from disk; a family's revisions come in their order. */
  add(definition: TaskDefinition): void {
    const revisions = this.#families.get(definition.family) ?? [];
    revisions.push(definition);
    this.#families.set(definition.family, revisions);
  }

  /** Makes a new revision of the family. */
  register(fresh: NewTaskDefinition): TaskDefinition {
    const revision = (this.#families.get(fresh.family)?.at(-1)?.revision ?? 0) + 1;
    const definition: TaskDefinition = {
      ...fresh,
      revision,
      arn: taskDefinitionArn(this.#deps.place, fresh.family, revision),
      registeredAt: this.#deps.clock.now(),
      status: 'ACTIVE',
    };
    this.add(definition);
    this.#save(definition);
    return definition;
  }

  /** The latest active revision if it says the same, else a new one: for what is registered at each start. */
  ensure(fresh: NewTaskDefinition): TaskDefinition {
    const latest = this.#latestActive(fresh.family);
    return latest !== undefined && isDeepStrictEqual(latest.document, fresh.document) ? latest : this.register(fresh);
  }

  /** By family (its latest active revision), family:revision or ARN, inactive ones included. */
  find(reference: string): TaskDefinition | undefined {
    const { family, revision } = taskDefinitionReference(this.#deps.place, reference);
    if (revision === undefined) return this.#latestActive(family);
    return this.#families.get(family)?.find((definition) => definition.revision === revision);
  }

  /** @throws EcsError ClientException when there is none, or the one named is inactive. */
  requireActive(reference: string): TaskDefinition {
    const definition = this.find(reference);
    if (definition === undefined) throw clientError('TaskDefinition not found.');
    if (definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
    return definition;
  }

  deregister(definition: TaskDefinition): void {
    if (definition.status === 'INACTIVE') return;
    definition.status = 'INACTIVE';
    definition.deregisteredAt = this.#deps.clock.now();
    this.#save(definition);
  }

  #latestActive(family: string): TaskDefinition | undefined {
    return this.#families.get(family)?.findLast((definition) => definition.status === 'ACTIVE');
  }

  #save(definition: TaskDefinition): void {
    this.#deps.journal.write({ kind: 'definition', key: definition.arn, value: definition });
  }
}
