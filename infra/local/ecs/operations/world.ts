import type { Clock } from '@meetingbot/crds-schema';
import { clusterNotFound, invalidParameter } from '../errors.ts';
import type { TaskLives } from '../lifecycle/task-lives.ts';
import type { Fields, JsonObject } from '../protocol/fields.ts';
import { clusterName, type Place, taskId } from '../state/arns.ts';
import type { Task } from '../state/task.ts';
import type { TaskDefinitions } from '../state/task-definitions.ts';
import type { TaskStore } from '../state/task-store.ts';
import type { TokenLedger } from '../state/token-ledger.ts';

/** All that an operation works on. */
export interface World {
  readonly place: Place;
  readonly clusters: ReadonlySet<string>;
  readonly definitions: TaskDefinitions;
  readonly tasks: TaskStore;
  readonly tokens: TokenLedger;
  readonly lives: TaskLives;
  readonly clock: Clock;
  /** New tasks are unknown to List and Describe for so long, in milliseconds. */
  readonly visibilityDelayMs: number;
  /** False while the endpoint is closing: nothing is started any more. */
  readonly isOpen: () => boolean;
}

/** What faults make of one call. */
export interface Injected {
  /** RunTask places no task and answers with this reason. */
  readonly capacityReason?: string;
  readonly visibilityDelayMs?: number;
}

/** One operation of the API: a checked request becomes an answer, or an EcsError is thrown. */
export type Operation = (input: Fields, world: World, injected: Injected) => JsonObject;

/** The cluster that a request names. @throws EcsError ClusterNotFoundException */
export function requestedCluster(input: Fields, world: World): string {
  const cluster = clusterName(world.place, input.string('cluster'));
  if (!world.clusters.has(cluster)) throw clusterNotFound();
  return cluster;
}

/** A task as reads see it: undefined before it is visible and after it was forgotten. */
export function visibleTask(world: World, cluster: string, reference: string): Task | undefined {
  const task = world.tasks.get(taskId(world.place, cluster, reference));
  return task?.cluster === cluster && task.visibleAt <= world.clock.now() ? task : undefined;
}

/** @throws EcsError InvalidParameterException naming the field, what was expected and what came. */
export function requireAmong<T extends string>(field: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw invalidParameter(`${field} must be one of ${allowed.join(', ')}; got ${value}`);
  return found;
}
