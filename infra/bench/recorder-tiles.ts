/**
 * Where things are in the demo meeting's picture with four remote tiles, from its style sheet and its camera
 * (../local/meeting/pages: conference.css, tiles.js, camera.js): 640×480 cameras cover tiles in two rows of two.
 */

const CAMERA = { width: 640, height: 480 };
const GAP = 8;
const FOOTER = 52;
/** The bar that grows through each second, in the camera's pixels. */
const BAR = { x: 40, y: 400, width: 560, height: 6 };

/** A rectangle in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Tile {
  readonly tile: Place;
  /** The bar at its full length, a pixel inside its edges. */
  readonly bar: Place;
}

/** The four tiles of a page of this size, row by row. */
export function tilesOf(page: { readonly width: number; readonly height: number }): Tile[] {
  const width = (page.width - 3 * GAP) / 2;
  const height = (page.height - FOOTER - 2 * GAP) / 2;
  const scale = Math.max(width / CAMERA.width, height / CAMERA.height);
  const left = (width - CAMERA.width * scale) / 2;
  const top = (height - CAMERA.height * scale) / 2;
  return [0, 1, 2, 3].map((index) => {
    const x = GAP + (index % 2) * (width + GAP);
    const y = GAP + Math.floor(index / 2) * (height + GAP);
    const barTop = y + top + BAR.y * scale;
    const barBottom = Math.min(barTop + BAR.height * scale, y + height);
    return {
      tile: { x, y, width, height },
      bar: {
        x: Math.round(x + left + BAR.x * scale),
        y: Math.ceil(barTop + 1),
        width: Math.round(BAR.width * scale),
        height: Math.max(2, Math.floor(barBottom - 1) - Math.ceil(barTop + 1)),
      },
    };
  });
}
