import type { JsonObject } from '../protocol/fields.ts';
import type { Tag } from './task.ts';

/** One container of a task definition, as far as the endpoint acts on it. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly memory?: number;
  readonly workingDirectory?: string;
  /** `linuxParameters.initProcessEnabled` */
  readonly init: boolean;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeoutSeconds: number;
}

/** One revision of a task definition. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorageGiB?: number;
  readonly taskRoleArn?: string;
  readonly containers: readonly ContainerDefinition[];
  readonly tags: readonly Tag[];
  /** What was registered, with ECS's defaults: what DescribeTaskDefinition shows. */
  readonly document: JsonObject;
  readonly registeredAt: number;
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt?: number;
}
