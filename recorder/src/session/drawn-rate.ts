/**
 * How much more is drawn than recorded. At one and the same rate drawing and grabbing come to fall together, and then pictures
 * are grabbed twice and others never, though both are on time: up to a tenth for minutes.
 */
const MORE = 1.2;
/** Pages are made for a screen that is refreshed: below this, what they animate and wait for gets slow. */
const LEAST_HERTZ = 25;
/** When nobody sees the picture the page needs only so much to get on. */
const UNSEEN_HERTZ = 5;

/**
 * How many pictures a second the browser should draw: a little more than is recorded. What is drawn beyond that is for nobody,
 * and drawing costs most of what a browser without a graphics card costs.
 */
export function drawnRate({
  kind,
  frameRate,
}: {
  readonly kind: 'video' | 'audio';
  readonly frameRate: number;
}): number {
  return kind === 'audio' ? UNSEEN_HERTZ : Math.max(LEAST_HERTZ, Math.ceil(frameRate * MORE));
}
