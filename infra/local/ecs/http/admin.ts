import type { IncomingMessage, ServerResponse } from 'node:http';
import { EcsError, invalidParameter } from '../errors.ts';
import { requireAmong, type World } from '../operations/world.ts';
import { Fields } from '../protocol/fields.ts';
import { stopCodes, type Task } from '../state/task.ts';
import { taskView } from '../state/task-view.ts';
import { readBody, sendJson } from './exchange.ts';
import { type Faults, readFault } from './faults.ts';

/**
 * What AWS does to tasks and calls without being asked, at the wish of a test. No signature is needed.
 * - `POST /_faults` a {@link Fault}; `GET /_faults` those still waiting; `DELETE /_faults` drops them
 * - `POST /_tasks/{id}/stop` `{stopCode, reason, abrupt}`: AWS stops the task. `abrupt`: its host is lost, no SIGTERM, no exit code
 * - `POST /_tasks/{id}/kill` `{reason}`: SIGKILL to its containers, which then have exit code 137 and this reason
 * - `GET /_health`: 200
 */
export async function adminRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { world, faults }: { world: World; faults: Faults },
): Promise<void> {
  const body = await readBody(request);
  const call = `${request.method} ${request.url}`;
  if (call === 'GET /_health') return sendJson(response, 200, { status: 'ok' });
  if (call === 'GET /_faults') return sendJson(response, 200, { faults: faults.list() });
  if (call === 'POST /_faults') {
    faults.add(readFault(Fields.parse(body)));
    return sendJson(response, 200, { faults: faults.list() });
  }
  if (call === 'DELETE /_faults') {
    faults.clear();
    return sendJson(response, 200, { faults: [] });
  }
  const match = /^POST \/_tasks\/([0-9a-f]{32})\/(stop|kill)$/.exec(call);
  const task = world.tasks.get(match?.[1] ?? '');
  if (match === null || task === undefined) {
    throw new EcsError('ResourceNotFoundException', `There is no ${call}`, { status: 404 });
  }
  if (match[2] === 'stop') stopAsAws(world, task, Fields.parse(body));
  else world.lives.kill(task.id, Fields.parse(body).string('reason'));
  return sendJson(response, 200, { task: taskView(world.place, task, { tags: true }) });
}

/** AWS's own words for the stops that it orders. Source: ECS developer guide, "stopped task error messages" and "task retirement". */
const awsReasons: Partial<Record<Task['stopCode'] & string, string>> = {
  SpotInterruption: 'Your Spot Task was interrupted.',
  TerminationNotice: 'ECS is performing maintenance on the underlying infrastructure hosting the task',
  InfrastructureHealth: 'The infrastructure hosting the task is unhealthy',
};

function stopAsAws(world: World, task: Task, input: Fields): void {
  const code = requireAmong('stopCode', input.string('stopCode') ?? '', stopCodes);
  const reason = input.string('reason') ?? awsReasons[code];
  if (reason === undefined) throw invalidParameter(`reason must be given for stopCode ${code}`);
  world.lives.stop(task.id, { code, reason, abrupt: input.boolean('abrupt') ?? false });
}
