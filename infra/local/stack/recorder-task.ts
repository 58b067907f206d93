import { fileURLToPath } from 'node:url';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { LOCAL } from './places.ts';

/**
 * The recorder's task definition on this machine: the same entry point as in the image, run by the same Node.
 * Its keys for S3 come with the definition, as a secret does on AWS; RunTask's overrides never carry them.
 */
export function recorderTaskDefinition(node: string): RegisterTaskDefinitionCommandInput {
  const environment = {
    S3_ACCESS_KEY_ID: LOCAL.accessKeyId,
    S3_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
    HEARTBEAT_SECONDS: '2',
    // A third of a recorder's start is Node reading its sources.
    NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/recorder', import.meta.url)),
  };
  return {
    family: LOCAL.family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '1024',
    memory: '2048',
    containerDefinitions: [
      {
        name: 'recorder',
        image: 'meeting-recorder:local',
        essential: true,
        stopTimeout: 120,
        linuxParameters: { initProcessEnabled: true },
        command: [node, fileURLToPath(new URL('../../../recorder/src/main.ts', import.meta.url))],
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
    ],
  };
}
