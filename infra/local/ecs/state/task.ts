import type { JsonObject } from '../protocol/fields.ts';

/** In the order in which a task goes through them. Source: ECS developer guide, "task lifecycle". */
export const taskStatuses = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** All that the SDK's model knows (November 2026). */
export const stopCodes = [
  'TaskFailedToStart',
  'EssentialContainerExited',
  'UserInitiated',
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
  'InfrastructureHealth',
] as const;
export type StopCode = (typeof stopCodes)[number];

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What a task runs of one container definition, overrides applied. */
export interface TaskContainer {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory?: string;
  readonly essential: boolean;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly init: boolean;
  readonly stopTimeoutSeconds: number;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
}

/** One task as it is kept; `state/task-view.ts` makes the API's form of it. All times are milliseconds since the epoch. */
export interface Task {
  readonly id: string;
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly group: string;
  readonly startedBy?: string;
  readonly capacityProvider?: string;
  readonly platformVersion: string;
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorageGiB: number;
  readonly subnet: string;
  readonly overrides: JsonObject;
  readonly enableExecuteCommand: boolean;
  readonly clientToken?: string;
  /** Describe and List don't know the task before this moment: reads are eventually consistent. */
  readonly visibleAt: number;
  readonly createdAt: number;
  readonly containers: readonly TaskContainer[];
  tags: readonly Tag[];
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** Counts the changes of the task, from 1. */
  version: number;
  /** Place in listings; a task gets a new one when its desired status changes. */
  position: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
}
