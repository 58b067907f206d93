export {
  createEcsEndpoint,
  type EcsEndpoint,
  type EcsEndpointOptions,
} from './endpoint.ts';
export type { Fault, FaultKind } from './http/faults.ts';
export { type LifecycleDurations, shortDurations } from './lifecycle/durations.ts';
export { type ProcessRuntimeOptions, processRuntime } from './runtime/process-runtime.ts';
export {
  type ContainerExit,
  type ContainerHandle,
  type ContainerSpec,
  ContainerStartError,
  outOfMemoryReason,
  type TaskRuntime,
} from './runtime/runtime.ts';
export { type SimulatedLife, type SimulatedRuntime, simulatedRuntime } from './runtime/simulated-runtime.ts';
export { DataDirInUseError } from './state/data-dir-lock.ts';
