export { type Controller, type ControllerOptions, startController, VERSION } from './controller.ts';
export * from './errors.ts';
export { createLogger } from './log.ts';
export * from './ports.ts';
export { TABLE_SCHEMA } from './store/ensure-table.ts';
