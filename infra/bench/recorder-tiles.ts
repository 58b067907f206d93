/**
 * Where things are in the demo meeting's picture with four remote tiles, from its style sheet
 * (../local/meeting/pages: conference.css, tiles.js): the cameras of the reference call cover tiles in two rows of two.
 */
import { BAR, HEIGHT, WIDTH } from '../local/meeting/reference/picture.ts';

const GAP = 8;
const FOOTER = 52;

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
  const scale = Math.max(width / WIDTH, height / HEIGHT);
  const left = (width - WIDTH * scale) / 2;
  const top = (height - HEIGHT * scale) / 2;
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
