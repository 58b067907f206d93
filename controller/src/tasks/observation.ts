import type { Task } from '@aws-sdk/client-ecs';
import type { TaskObservation, TaskState } from '../ports.ts';

/** ECS's lastStatus, folded (ECS developer guide, "task lifecycle"); unknown words count as on the way. */
const STATES: Readonly<Record<string, TaskState>> = {
  PROVISIONING: 'Starting',
  PENDING: 'Starting',
  ACTIVATING: 'Starting',
  RUNNING: 'Running',
  DEACTIVATING: 'Stopping',
  STOPPING: 'Stopping',
  DEPROVISIONING: 'Stopping',
  STOPPED: 'Stopped',
  DELETED: 'Stopped',
};

/**
 * One task of DescribeTasks as we look at it.
 * @param container - name of the recorder container: its exit code is the one that counts
 */
export function observationOf(task: Task, container: string): TaskObservation {
  const recorder = task.containers?.find(({ name }) => name === container);
  // Out of memory is told by the container only; the task's own text is the same for every exit.
  const stopReason = [task.stoppedReason, recorder?.reason].filter(Boolean).join('; ');
  return {
    taskArn: task.taskArn ?? '',
    state: STATES[task.lastStatus ?? ''] ?? 'Starting',
    ...given('startedBy', task.startedBy),
    ...given('stopCode', task.stopCode),
    ...given('stopReason', stopReason === '' ? undefined : stopReason),
    ...given('exitCode', recorder?.exitCode),
    ...given('createdAt', task.createdAt?.getTime()),
    ...given('startedAt', task.startedAt?.getTime()),
    ...given('stoppedAt', task.stoppedAt?.getTime()),
  };
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}
