/** For tests in other rooms: contracts of our ports, and the adapters to hold against them. */
export { ApiUnderTest } from './api/api-under-test.ts';
export { outcomeOf, terminalPhase } from './reconcile/verdict.ts';
export { S3RecordingStore, type S3RecordingStoreOptions } from './recordings/s3-recording-store.ts';
export { type SecretsManager, startSecretsManager } from './secrets/secrets-manager.fixture.ts';
export { aMeeting } from './store/a-meeting.ts';
export { meetingStoreContract, type StoreUnderTest } from './store/meeting-store.contract.ts';
export { EcsTaskRunner, type EcsTaskRunnerOptions } from './tasks/ecs-task-runner.ts';
export { type RunnerUnderTest, taskRunnerContract } from './tasks/task-runner.contract.ts';
export { UNCERTAINTY } from './watch/change.ts';
