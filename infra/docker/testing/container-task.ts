import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { recorderTaskDefinition } from '../../local/stack/recorder-task.ts';
import { asOnFargate, type ImageEngine } from './engine.ts';

/** What a task's container is told by name; a star takes all that begin so. */
const PASSED = ['MEETING_*', 'S3_*', 'CONTROLLER_URL', 'HEARTBEAT_SECONDS', 'CHROME_*', 'BROWSER_*', 'AWS_*'];

/** The recorder's task definition with the image in place of the sources: the embedded ECS runs it by podman. */
export function containerTask(engine: ImageEngine, image: string): RegisterTaskDefinitionCommandInput {
  const definition = recorderTaskDefinition(process.execPath);
  const env = PASSED.flatMap((name) => ['--env', name]);
  const command = [...engine.podmanCommand, 'run', '--rm', ...asOnFargate('to change users'), ...env, image];
  return {
    ...definition,
    containerDefinitions: definition.containerDefinitions?.map((container) => ({ ...container, command })),
  };
}
