export { type Controller, type ControllerOptions, startController, VERSION } from './controller.ts';
export * from './errors.ts';
export * from './ports.ts';
