export * from './display.ts';
export * from './encoder.ts';
export { encoderArguments } from './ffmpeg-command.ts';
export { SILENCE_DB, type SoundLevels } from './levels.ts';
export type { PictureState } from './picture.ts';
export type { EncoderProgress } from './progress.ts';
export { pixelClock } from './refresh-rate.ts';
export * from './sound.ts';
export { grabStill } from './still.ts';
