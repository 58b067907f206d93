export * from './barcode.ts';
export * from './errors.ts';
export * from './frames.ts';
export * from './probe.ts';
export * from './still.ts';
export * from './sync.ts';
export type { Region } from './tool.ts';
