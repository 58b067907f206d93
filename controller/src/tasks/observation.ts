import type { Task } from '@aws-sdk/client-ecs';
import type { MeetingKey } from '@meetingbot/crds-schema';
import type { TaskObservation, TaskSize, TaskState } from '../ports.ts';

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
    ...given('key', keyOfTask(task, container)),
    ...given('stopCode', task.stopCode),
    ...given('stopReason', stopReason === '' ? undefined : stopReason),
    ...given('exitCode', recorder?.exitCode),
    ...given('size', sizeOf(task)),
    ...given('pullStartedAt', task.pullStartedAt?.getTime()),
    ...given('createdAt', task.createdAt?.getTime()),
    ...given('startedAt', task.startedAt?.getTime()),
    ...given('stoppedAt', task.stoppedAt?.getTime()),
  };
}

/** DescribeTasks gives CPU units (1024 a vCPU) and MiB, both as text. */
function sizeOf({ cpu, memory, capacityProviderName, attributes }: Task): TaskSize | undefined {
  const [vcpu, memoryGib] = [Number(cpu) / 1024, Number(memory) / 1024];
  if (!(vcpu > 0 && memoryGib > 0)) return undefined;
  const architecture = attributes?.find(({ name }) => name === 'ecs.cpu-architecture')?.value;
  return {
    vcpu,
    memoryGib,
    ...given('capacityProvider', capacityProviderName),
    ...given('architecture', architecture),
  };
}

/** Tags would be easier to read, but StopTask takes them away. */
function keyOfTask(task: Task, container: string): MeetingKey | undefined {
  const overrides = task.overrides?.containerOverrides?.find(({ name }) => name === container)?.environment;
  return keyOfEnvironment(Object.fromEntries((overrides ?? []).map(({ name, value }) => [name, value])));
}

/** The Meeting that a recorder with this environment is for. */
export function keyOfEnvironment(environment: Record<string, string | undefined>): MeetingKey | undefined {
  const { MEETING_NAMESPACE: namespace, MEETING_NAME: name } = environment;
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}
