/** Pictures a second of a camera of the reference call. */
export const FRAME_RATE = 30;
/** A flash and a beep so often: no multiple of the picture time of a recording, so that they fall on all its phases. */
export const PULSE_FRAMES = 31;
export const FLASH_FRAMES = 3;
/** What is sent again and again: whole seconds and whole pulses. */
export const LOOP_FRAMES = FRAME_RATE * PULSE_FRAMES;
export const LOOP_SECONDS = LOOP_FRAMES / FRAME_RATE;
