export * from './join-steps.ts';
export * from './platform.ts';
export * from './registry.ts';
