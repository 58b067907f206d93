import { EcsTaskRunner, taskRunnerContract } from '@meetingbot/controller/testing';
import { systemClock } from '@meetingbot/crds-schema';
import PQueue from 'p-queue';
import { createEcsEndpoint, simulatedRuntime } from './index.ts';
import { clientOf, definitionOf } from './testing/endpoint.ts';

taskRunnerContract('EcsTaskRunner on the embedded ECS', async () => {
  const runtime = simulatedRuntime({ clock: systemClock, life: () => ({ onSigterm: { afterMs: 20, exitCode: 143 } }) });
  const endpoint = await createEcsEndpoint({ runtime, taskDefinitions: [definitionOf(['recorder'])] });
  const client = clientOf(endpoint.url);
  return {
    runner: new EcsTaskRunner({
      client,
      clock: systemClock,
      limiter: new PQueue({ concurrency: 8 }),
      settings: {
        ECS_CLUSTER: 'default',
        ECS_TASK_DEFINITION: 'recorder',
        ECS_CONTAINER_NAME: 'recorder',
        ECS_SUBNETS: 'subnet-1',
        ECS_SECURITY_GROUPS: 'sg-1',
        ECS_ASSIGN_PUBLIC_IP: false,
      },
    }),
    async exit(taskArn, exitCode) {
      runtime.end(taskArn.split('/').at(-1) ?? '', { exitCode });
    },
    unknownArn: 'arn:aws:ecs:us-east-1:000000000000:task/default/00000000000000000000000000000000',
    async dispose() {
      client.destroy();
      await endpoint.close();
    },
  };
});
