/**
 * For tests and benches in other rooms: a film to hold sound against picture, the rules of a finished file, what processes a
 * recorder has, a take that runs again and again, the contract of our object store and the adapter to hold against it.
 */

export { makeFlashFilm } from './media/flash-film.fixture.ts';
export { brokenMovie } from './mp4/movie-rules.fixture.ts';
export { allProcesses, descendantsOf, type ProcessFacts, processesOf } from './process/processes.fixture.ts';
export { LoopedTake } from './upload/looped-take.fixture.ts';
export { describeObjectStore, type StoreUnderTest } from './upload/object-store.contract.ts';
export { createS3Store, type S3StoreOptions } from './upload/s3-object-store.ts';
