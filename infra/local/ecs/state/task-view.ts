import type { JsonObject } from '../protocol/fields.ts';
import { clusterArn, type Place, taskArn } from './arns.ts';
import type { Task, TaskContainer } from './task.ts';

/** JSON 1.1 carries a timestamp as seconds since the epoch, with decimals. */
const seconds = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : milliseconds / 1000);

function containerView(place: Place, task: Task, container: TaskContainer): JsonObject {
  return {
    containerArn: container.arn,
    taskArn: taskArn(place, task.cluster, task.id),
    name: container.name,
    image: container.image,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN',
    cpu: container.cpu,
    memory: container.memory,
  };
}

/** The API's form of a task. Tags are shown where asked for: DescribeTasks leaves them out unless `include` names them. */
export function taskView(place: Place, task: Task, show: { tags: boolean }): JsonObject {
  return {
    taskArn: taskArn(place, task.cluster, task.id),
    clusterArn: clusterArn(place, task.cluster),
    taskDefinitionArn: task.taskDefinitionArn,
    group: task.group,
    startedBy: task.startedBy,
    launchType: 'FARGATE',
    capacityProviderName: task.capacityProvider,
    platformVersion: task.platformVersion,
    platformFamily: 'Linux',
    cpu: task.cpu,
    memory: task.memory,
    ephemeralStorage: { sizeInGiB: task.ephemeralStorageGiB },
    availabilityZone: `${place.region}a`,
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    attachments: [
      {
        id: `${task.id.slice(0, 8)}-eni`,
        type: 'ElasticNetworkInterface',
        status: task.lastStatus === 'STOPPED' ? 'DELETED' : task.startedAt === undefined ? 'PRECREATED' : 'ATTACHED',
        details: [{ name: 'subnetId', value: task.subnet }],
      },
    ],
    containers: task.containers.map((container) => containerView(place, task, container)),
    overrides: task.overrides,
    enableExecuteCommand: task.enableExecuteCommand,
    healthStatus: 'UNKNOWN',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    version: task.version,
    connectivity: task.startedAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: seconds(task.startedAt),
    createdAt: seconds(task.createdAt),
    pullStartedAt: seconds(task.pullStartedAt),
    pullStoppedAt: seconds(task.pullStoppedAt),
    startedAt: seconds(task.startedAt),
    stoppingAt: seconds(task.stoppingAt),
    executionStoppedAt: seconds(task.executionStoppedAt),
    stoppedAt: seconds(task.stoppedAt),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    tags: show.tags ? task.tags : [],
  };
}
