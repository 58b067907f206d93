/** One container to run. */
export interface ContainerSpec {
  readonly taskId: string;
  readonly taskArn: string;
  /** Name of the container in its task definition. */
  readonly name: string;
  readonly startedBy?: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** What the task definition and the overrides set; the runtime adds PATH, LANG, TZ and the directories. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** `linuxParameters.initProcessEnabled`. Without it a program that doesn't handle SIGTERM doesn't notice it, as any PID 1. */
  readonly init: boolean;
}

/** How a container ended. 128 + n after signal n. */
export interface ContainerExit {
  readonly exitCode: number;
  /** For `containers[].reason`, such as {@link outOfMemoryReason}. */
  readonly reason?: string;
}

/** A container that was started. */
export interface ContainerHandle {
  /** For `containers[].runtimeId`. */
  readonly id: string;
  /** Settles once nothing of the container is left: no process, no directory. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /**
   * SIGTERM goes to the container's main process, SIGKILL ends all of the container.
   * `reason` becomes the exit's reason. Does nothing when the container has ended.
   */
  signal(signal: 'SIGTERM' | 'SIGKILL', reason?: string): void;
}

/** Runs the containers of tasks. */
export interface TaskRuntime {
  /** One word or two for the log. */
  readonly name: string;
  /** @throws ContainerStartError when the container can't be started. */
  start(spec: ContainerSpec): Promise<ContainerHandle>;
}

/** Why a container couldn't be started, in the words of `stoppedReason`. */
export class ContainerStartError extends Error {
  readonly code = 'CannotStartContainerError';

  constructor(message: string, options?: ErrorOptions) {
    super(`CannotStartContainerError: ${message}`, options);
    this.name = 'ContainerStartError';
  }
}

/** What ECS says of a container that ran out of memory. Source: ECS developer guide, "stopped task error messages". */
export const outOfMemoryReason = 'OutOfMemoryError: Container killed due to memory usage';
