/** For tests in other rooms: contracts of our ports, and the adapters to hold against them. */
export { meetingStoreContract, type StoreUnderTest } from './store/meeting-store.contract.ts';
export { EcsTaskRunner, type EcsTaskRunnerOptions } from './tasks/ecs-task-runner.ts';
export { type RunnerUnderTest, taskRunnerContract } from './tasks/task-runner.contract.ts';
