/** For tests in other rooms: the contract of our object store, and the adapter to hold against it. */
export { describeObjectStore, type StoreUnderTest } from './upload/object-store.contract.ts';
export { createS3Store, type S3StoreOptions } from './upload/s3-object-store.ts';
