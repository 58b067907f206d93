export * from './advice.ts';
export * from './descriptions.ts';
export * from './join-steps.ts';
export * from './platform.ts';
export * from './registry.ts';
export type { ShownPerson } from './snapshot.ts';
export * from './url-parameters.ts';
