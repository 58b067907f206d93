export * from './controller-api.ts';
export * from './reporter.ts';
