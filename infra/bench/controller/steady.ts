import { type CallCounts, callCounts, callsPer } from './call-counts.ts';
import { metricSum } from './controller-metrics.ts';
import type { Rig } from './rig.ts';
import { coresBetween, usageOf } from './usage.ts';

/** A stretch of time in which nothing changes. */
export interface Steady {
  seconds: number;
  /** CPU of the controller, in cores. */
  cores: number;
  /** Of the other processes, in cores: what the machine had to carry beside. */
  others: { dynamodb: number; ecs: number; load?: number };
  /** Most resident memory of the controller, bytes. */
  memory: number;
  /** JavaScript heap in use at the end, garbage not collected yet included, bytes. */
  heap: number;
  callsPerSecond: CallCounts;
}

/** Looks at the controller for so many seconds. @param loadPid - of the load generator, if it is at work */
export async function measureSteady(rig: Rig, seconds: number, loadPid?: number): Promise<Steady> {
  const { pid, info } = rig.controller;
  const pids = { controller: pid, dynamodb: rig.dynamodb.pid, ecs: rig.ecs.pid, load: loadPid ?? pid };
  const look = () => ({
    controller: usageOf(pids.controller),
    dynamodb: usageOf(pids.dynamodb),
    ecs: usageOf(pids.ecs),
    load: usageOf(pids.load),
  });
  const calls = await callCounts(info.url);
  const before = look();
  let memory = before.controller.memory;
  const end = before.controller.at + seconds * 1000;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, Math.max(0, end - performance.now()))));
    memory = Math.max(memory, usageOf(pid).memory);
  }
  const after = look();
  const took = (after.controller.at - before.controller.at) / 1000;
  const cores = (part: keyof typeof before) => coresBetween(before[part], after[part]);
  return {
    seconds: took,
    cores: cores('controller'),
    memory,
    heap: await metricSum(info.url, 'nodejs_heap_size_used_bytes'),
    others: {
      dynamodb: cores('dynamodb'),
      ecs: cores('ecs'),
      ...(loadPid === undefined ? {} : { load: cores('load') }),
    },
    callsPerSecond: callsPer(calls, await callCounts(info.url), took),
  };
}
