import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { systemClock } from '@meetingbot/crds-schema';
import { createEcsEndpoint, simulatedRuntime } from '../../local/ecs/index.ts';
import { portSetting, requiredSetting, serveService } from '../../local/service/index.ts';
import { LOCAL } from '../../local/stack/places.ts';

/**
 * ECS's wire protocol with tasks that cost no process. Settings: `TASK_DEFINITIONS` (a JSON file), `CONTROL_PORT`:
 * `POST /` there with a list of task ids ends those tasks with exit code 0; any other path takes webhooks.
 */
const { env } = process;

await serveService({
  name: 'ECS',
  listen: () => ({ host: '127.0.0.1', port: portSetting(env, 'PORT', 0), setting: 'PORT' }),
  async start({ host, port }) {
    const runtime = simulatedRuntime({ clock: systemClock });
    const definitions = await readFile(requiredSetting(env, 'TASK_DEFINITIONS'), 'utf8');
    const endpoint = await createEcsEndpoint({
      ...{ host, port, runtime, region: LOCAL.region, clusters: [LOCAL.cluster] },
      taskDefinitions: JSON.parse(definitions) as RegisterTaskDefinitionCommandInput[],
    });
    const control = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const ids = request.url === '/' ? (JSON.parse(body) as string[]) : [];
      for (const id of ids) runtime.end(id, { exitCode: 0 });
      response.end();
    });
    control.listen(portSetting(env, 'CONTROL_PORT', 0), host);
    return {
      info: { url: endpoint.url, version: 'simulated' },
      async close() {
        control.close();
        control.closeAllConnections();
        await endpoint.close();
      },
    };
  },
});
