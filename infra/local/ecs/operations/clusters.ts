import type { JsonObject } from '../protocol/fields.ts';
import { clusterArn, clusterName } from '../state/arns.ts';
import { readPage, writePageToken } from './paging.ts';
import type { Operation, World } from './world.ts';

export const listClusters: Operation = (input, world) => {
  const page = readPage(input, 'clusters');
  const all = [...world.clusters];
  const end = page.after + page.limit;
  return {
    clusterArns: all.slice(page.after, end).map((cluster) => clusterArn(world.place, cluster)),
    nextToken: end < all.length ? writePageToken(end, 'clusters') : undefined,
  };
};

export const describeClusters: Operation = (input, world) => {
  const names = (input.strings('clusters') ?? ['default']).map((reference) => clusterName(world.place, reference));
  return {
    clusters: names.filter((name) => world.clusters.has(name)).map((name) => view(name, world)),
    failures: names
      .filter((name) => !world.clusters.has(name))
      .map((name) => ({ arn: clusterArn(world.place, name), reason: 'MISSING' })),
  };
};

function view(cluster: string, world: World): JsonObject {
  const live = [...world.tasks.all()].filter((task) => task.cluster === cluster && task.lastStatus !== 'STOPPED');
  const running = live.filter((task) => task.lastStatus === 'RUNNING').length;
  return {
    clusterArn: clusterArn(world.place, cluster),
    clusterName: cluster,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    activeServicesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: live.filter((task) => task.startedAt === undefined).length,
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [],
    statistics: [],
    settings: [],
    tags: [],
  };
}
