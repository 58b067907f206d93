import type { ECSClient } from '@aws-sdk/client-ecs';
import { createEcsEndpoint, type EcsEndpoint, type EcsEndpointOptions } from '../endpoint.ts';
import { type SimulatedLife, type SimulatedRuntime, simulatedRuntime } from '../runtime/simulated-runtime.ts';
import { clientOf, definitionOf } from './endpoint.ts';
import { ManualClock } from './manual-clock.ts';

export interface SimulatedEcs {
  readonly clock: ManualClock;
  readonly runtime: SimulatedRuntime;
  readonly endpoint: EcsEndpoint;
  readonly client: ECSClient;
  close(): Promise<void>;
}

/** An endpoint on a clock that stands still, with simulated tasks and the task definition "recorder". */
export async function simulatedEcs(
  options: EcsEndpointOptions & { life?: SimulatedLife; clock?: ManualClock } = {},
): Promise<SimulatedEcs> {
  const clock = options.clock ?? new ManualClock();
  const runtime = simulatedRuntime({ clock, life: () => options.life ?? {} });
  const taskDefinitions = [definitionOf(['record'])];
  const endpoint = await createEcsEndpoint({ taskDefinitions, ...options, clock, runtime });
  const client = clientOf(endpoint.url);
  return {
    clock,
    runtime,
    endpoint,
    client,
    async close() {
      client.destroy();
      const closed = endpoint.close();
      await clock.advance(60_000);
      await closed;
    },
  };
}
