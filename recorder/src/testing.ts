/** For tests in other rooms: the contract of our object store, and the adapter to hold against it. */

/** For tests that look at a recorder's processes from outside. */
export { allProcesses, descendantsOf, type ProcessFacts, processesOf } from './process/processes.fixture.ts';
export { describeObjectStore, type StoreUnderTest } from './upload/object-store.contract.ts';
export { createS3Store, type S3StoreOptions } from './upload/s3-object-store.ts';
