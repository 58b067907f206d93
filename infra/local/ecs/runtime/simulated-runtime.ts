import { randomUUID } from 'node:crypto';
import type { Clock } from '@meetingbot/crds-schema';
import {
  type ContainerExit,
  type ContainerHandle,
  type ContainerSpec,
  ContainerStartError,
  type TaskRuntime,
} from './runtime.ts';

/** The life of one simulated container. */
export interface SimulatedLife {
  /** Milliseconds until it ends by itself; absent: it runs until it is told to stop. */
  readonly endsAfterMs?: number;
  /** Exit code and reason of that end. Default: 0. */
  readonly exit?: ContainerExit;
  /** What SIGTERM does. Default: ends at once with 143, as a program without a handler behind an init process. */
  readonly onSigterm?: 'ignore' | { readonly afterMs: number; readonly exitCode: number };
  /** The container can't be started, for this reason. */
  readonly startError?: string;
}

export interface SimulatedRuntime extends TaskRuntime {
  /** Ends the containers of a task (or the one of this name) as if they ended by themselves. */
  end(taskId: string, exit: ContainerExit, container?: string): void;
}

/**
 * Runs no process: `life` decides how long a container lives and how it ends. A container without an end of its own
 * costs a few hundred bytes and no timer.
 */
export function simulatedRuntime(deps: {
  clock: Clock;
  life?: (spec: ContainerSpec) => SimulatedLife;
}): SimulatedRuntime {
  const running = new Map<string, Map<string, (exit: ContainerExit) => void>>();

  function start(spec: ContainerSpec, life: SimulatedLife): ContainerHandle {
    const { promise: exited, resolve } = Promise.withResolvers<ContainerExit>();
    const timers = new AbortController();
    const ends = running.get(spec.taskId) ?? new Map();
    running.set(spec.taskId, ends);
    const end = (exit: ContainerExit) => {
      if (!ends.delete(spec.name)) return;
      if (ends.size === 0) running.delete(spec.taskId);
      timers.abort();
      resolve(exit);
    };
    ends.set(spec.name, end);
    const endLater = (ms: number, exit: ContainerExit) => {
      deps.clock.sleep(ms, timers.signal).then(
        () => end(exit),
        () => undefined,
      );
    };
    if (life.endsAfterMs !== undefined) endLater(life.endsAfterMs, life.exit ?? { exitCode: 0 });
    return {
      id: randomUUID(),
      exited,
      signal(signal, reason) {
        const why = reason === undefined ? {} : { reason };
        if (signal === 'SIGKILL') end({ exitCode: 137, ...why });
        else if (life.onSigterm === undefined) end({ exitCode: 143, ...why });
        else if (life.onSigterm !== 'ignore') endLater(life.onSigterm.afterMs, { exitCode: life.onSigterm.exitCode });
      },
    };
  }

  return {
    name: 'simulated',
    async start(spec) {
      const life = deps.life?.(spec) ?? {};
      if (life.startError !== undefined) throw new ContainerStartError(life.startError);
      return start(spec, life);
    },
    end(taskId, exit, container) {
      for (const [name, end] of [...(running.get(taskId) ?? [])]) {
        if (container === undefined || container === name) end(exit);
      }
    },
  };
}
