import { MemoryObjectStore } from './memory-object-store.ts';
import { describeObjectStore } from './object-store.contract.ts';

describeObjectStore('in memory', async () => ({ store: new MemoryObjectStore(), close: async () => {} }));
