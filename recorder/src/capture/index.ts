export * from './display.ts';
export * from './encoder.ts';
export type { EncoderProgress } from './progress.ts';
export * from './sound.ts';
