/** Pages are made for a screen that is refreshed: below this, what they animate and wait for gets slow. */
const LEAST_HERTZ = 25;
/** When nobody sees the picture the page needs only so much to get on. */
const UNSEEN_HERTZ = 5;

/**
 * How many pictures a second the browser should draw: what is recorded, or the smallest multiple of it that pages are at
 * ease with; more would be drawn for nobody, and costs most of what a browser without a graphics card costs.
 */
export function drawnRate({
  kind,
  frameRate,
}: {
  readonly kind: 'video' | 'audio';
  readonly frameRate: number;
}): number {
  return kind === 'audio' ? UNSEEN_HERTZ : frameRate * Math.ceil(LEAST_HERTZ / frameRate);
}
