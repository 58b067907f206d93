/** AAC-LC: samples in a frame. */
export const AAC_FRAME = 1024;

/** ffmpeg's encoder puts one frame before the first sound, to fill the decoder's overlap. */
export const AAC_PRIMING = 1024;

/** One AAC-LC frame of digital silence; the bytes are those that hls.js and others insert, decoded in our tests. */
export const SILENT_FRAME = {
  mono: Buffer.from([0x00, 0xc8, 0x00, 0x80, 0x23, 0x80]),
  stereo: Buffer.from([0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80]),
} as const;
