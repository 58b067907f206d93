import { describeClusters, listClusters } from './clusters.ts';
import { runTask } from './run-task.ts';
import { deregisterTaskDefinition, describeTaskDefinition, registerTaskDefinition } from './task-definitions.ts';
import { describeTasks, listTasks, stopTask } from './tasks.ts';
import type { Operation } from './world.ts';

/** The operations that the endpoint knows, by the name in `x-amz-target`. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['RunTask', runTask],
  ['StopTask', stopTask],
  ['DescribeTasks', describeTasks],
  ['ListTasks', listTasks],
  ['RegisterTaskDefinition', registerTaskDefinition],
  ['DeregisterTaskDefinition', deregisterTaskDefinition],
  ['DescribeTaskDefinition', describeTaskDefinition],
  ['ListClusters', listClusters],
  ['DescribeClusters', describeClusters],
]);
