import { EcsError, invalidParameter } from '../errors.ts';
import type { Fields } from '../protocol/fields.ts';
import { taskArn, taskDefinitionReference, taskId } from '../state/arns.ts';
import { taskView } from '../state/task-view.ts';
import { readPage, writePageToken } from './paging.ts';
import { type Operation, requestedCluster, requireAmong, visibleTask } from './world.ts';

/** Describes up to 100 tasks; one that isn't known is a failure MISSING, not an error. */
export const describeTasks: Operation = (input, world) => {
  const cluster = requestedCluster(input, world);
  const references = input.strings('tasks') ?? [];
  if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (references.length > 100) throw invalidParameter(`Tasks can have at most 100 items; got ${references.length}`);
  const tags = (input.strings('include') ?? []).map((item) => requireAmong('include', item, ['TAGS'])).length > 0;
  const tasks = [];
  const failures = [];
  for (const reference of references) {
    const task = visibleTask(world, cluster, reference);
    if (task !== undefined) tasks.push(taskView(world.place, task, { tags }));
    else
      failures.push({ arn: taskArn(world.place, cluster, taskId(world.place, cluster, reference)), reason: 'MISSING' });
  }
  return { tasks, failures };
};

const desiredStatuses = ['RUNNING', 'PENDING', 'STOPPED'] as const;

/** Lists task ARNs, 100 a page. Tasks with desired status STOPPED are listed until an hour after they stopped. */
export const listTasks: Operation = (input, world) => {
  const cluster = requestedCluster(input, world);
  const startedBy = input.string('startedBy');
  refuseOtherFilters(input, startedBy);
  const family = input.string('family');
  if (input.string('serviceName') !== undefined) throw new EcsError('ServiceNotFoundException', 'Service not found.');
  if (input.string('containerInstance') !== undefined) throw invalidParameter('Container instance not found.');
  const launchType = input.string('launchType');
  if (launchType !== undefined)
    requireAmong('launchType', launchType, ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  const desiredStatus = requireAmong('desiredStatus', input.string('desiredStatus') ?? 'RUNNING', desiredStatuses);
  const filters = JSON.stringify([cluster, startedBy, family, launchType, desiredStatus]);
  const page = readPage(input, filters);
  // ECS never sets a task's desired status to PENDING, and there are only Fargate tasks here.
  if (desiredStatus === 'PENDING' || (launchType ?? 'FARGATE') !== 'FARGATE') return { taskArns: [] };

  const wanted = family === undefined ? undefined : taskDefinitionReference(world.place, family).family;
  const now = world.clock.now();
  const found = world.tasks.list({
    desiredStatus,
    after: page.after,
    limit: page.limit + 1,
    filter: (task) =>
      task.cluster === cluster &&
      task.visibleAt <= now &&
      (wanted === undefined || task.family === wanted) &&
      (startedBy === undefined || task.startedBy === startedBy),
  });
  const shown = found.slice(0, page.limit);
  const last = found.length > shown.length ? shown.at(-1) : undefined;
  return {
    taskArns: shown.map((task) => taskArn(world.place, cluster, task.id)),
    nextToken: last === undefined ? undefined : writePageToken(last.position, filters),
  };
};

function refuseOtherFilters(input: Fields, startedBy: string | undefined): void {
  if (startedBy === undefined) return;
  for (const other of ['family', 'desiredStatus', 'serviceName', 'launchType', 'containerInstance']) {
    if (input.string(other) !== undefined) {
      throw invalidParameter(`When you specify startedBy as the filter, it must be the only filter; got ${other} too`);
    }
  }
}

/** Orders a task to stop and answers at once. A task that has stopped stays as it is. Its tags are deleted. */
export const stopTask: Operation = (input, world) => {
  const cluster = requestedCluster(input, world);
  const reference = input.string('task') ?? '';
  if (reference === '') throw invalidParameter('Task can not be blank.');
  const reason = input.string('reason');
  if (reason !== undefined && reason.length > 1_024) {
    throw invalidParameter(`reason length must be at most 1024; got ${reason.length}`);
  }
  const task = world.tasks.get(taskId(world.place, cluster, reference));
  if (task?.cluster !== cluster) throw invalidParameter('The referenced task was not found.');
  if (task.lastStatus !== 'STOPPED') {
    task.tags = [];
    world.tasks.save(task);
    world.lives.stop(task.id, { code: 'UserInitiated', reason: reason ?? 'Task stopped by user' });
  }
  return { task: taskView(world.place, task, { tags: true }) };
};
