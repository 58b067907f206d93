import { expect, test } from 'vitest';
import { tilesOf } from './recorder-tiles.ts';

test('the tiles of a page of 1280×720 are where its style sheet puts them', () => {
  const tiles = tilesOf({ width: 1280, height: 720 });

  expect(tiles.map(({ tile }) => [tile.x, tile.y])).toEqual([
    [8, 8],
    [644, 8],
    [8, 342],
    [644, 342],
  ]);
  expect(tiles[0]).toMatchObject({ tile: { width: 628, height: 326 }, bar: { x: 47, y: 329, width: 550 } });
});

test.each([
  [1280, 720],
  [1920, 1080],
])('each bar of %i×%i lies in its tile', (width, height) => {
  for (const { tile, bar } of tilesOf({ width, height })) {
    expect(bar.x).toBeGreaterThan(tile.x);
    expect(bar.x + bar.width).toBeLessThan(tile.x + tile.width);
    expect(bar.y + bar.height).toBeLessThanOrEqual(tile.y + tile.height);
  }
});
