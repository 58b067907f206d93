import { AAC_FRAME, AAC_PRIMING } from './silence.ts';

/** Where the tracks of a stretch of media begin, on the stretch's own clock. All in movie ticks. */
export interface StretchStart {
  /** Decode time of the first picture; absent: there is none. */
  readonly videoDecode?: number;
  /** Composition time of the first picture. */
  readonly videoComposition?: number;
  /** Start of the first sound frame, priming included. */
  readonly audio?: number;
}

/** Where what has been placed so far ends, in movie ticks. */
export interface PlacedEnd {
  readonly videoDecode: number;
  readonly videoComposition: number;
  /** End of the last whole sound frame; absent: there is no sound yet. */
  readonly audio?: number;
}

/**
 * The movie time at which a stretch's own clock reads 0.
 *
 * All tracks of a stretch move by this one number, so sound and picture keep their offset exactly. The first stretch is
 * placed so that its first picture or its first sound (after the priming) is at movie time 0. Later ones begin a whole
 * number of sound frames after the sound before, and not before the picture's end: sound stays one unbroken row of frames
 * of 1024, because browsers play such rows back to back whatever the time stamps say, and a gap would shift all that follows.
 */
export function placeStretch(start: StretchStart, end: PlacedEnd | undefined): number {
  const { videoDecode = Number.POSITIVE_INFINITY, videoComposition = Number.POSITIVE_INFINITY, audio } = start;
  if (!end) {
    const zero = Math.min(videoComposition, audio === undefined ? Number.POSITIVE_INFINITY : audio + AAC_PRIMING);
    return Number.isFinite(zero) ? -Math.round(zero) : 0;
  }
  const afterPicture = Math.max(end.videoDecode - videoDecode, end.videoComposition - videoComposition);
  if (audio === undefined || end.audio === undefined) {
    const latest = Math.max(afterPicture, (end.audio ?? 0) - Math.min(audio ?? Number.POSITIVE_INFINITY, videoDecode));
    return Math.ceil(Number.isFinite(latest) ? latest : Math.max(end.videoComposition, end.audio ?? 0) - (audio ?? 0));
  }
  const pictureOrEnd = Number.isFinite(afterPicture) ? afterPicture : end.videoComposition - audio;
  const frames = Math.max(0, Math.ceil((pictureOrEnd - (end.audio - audio)) / AAC_FRAME));
  return end.audio - audio + frames * AAC_FRAME;
}
