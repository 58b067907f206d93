import { parentPort, workerData } from 'node:worker_threads';
import { type ExploreOptions, explore } from './explore.ts';

parentPort?.postMessage(await explore(workerData as ExploreOptions));
