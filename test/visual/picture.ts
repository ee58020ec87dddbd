/** Pictures of the gallery, and how two of them are compared. */

import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { encode } from './palette-png.js';

/** How far two colours may be apart, from 0 to 1, and still be the same: what a palette, or another processor, makes of one. */
const SAME_COLOUR = 0.05;

/** So many pixels of a tile may differ. A full stop has more. */
export const TOLERATED_PIXELS = 8;

/** Where a tile is, in pixels of its sheet. */
export interface Place {
  readonly id: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Comparison {
  /** What differs by more than is tolerated, in words; empty where the pictures are the same. */
  readonly problems: readonly string[];
  /** Both pictures and what differs, side by side. */
  readonly sideBySide: () => Buffer;
}

export function decode(file: Uint8Array): PNG {
  return PNG.sync.read(Buffer.from(file));
}

export function compare(expected: PNG, actual: PNG, places: readonly Place[]): Comparison {
  const width = Math.max(expected.width, actual.width);
  const height = Math.max(expected.height, actual.height);
  const [before, after] = [onCanvas(expected, width, height), onCanvas(actual, width, height)];
  const mask = new PNG({ width, height });
  pixelmatch(before.data, after.data, mask.data, width, height, {
    threshold: SAME_COLOUR,
    includeAA: true,
    diffMask: true,
  });

  const counts = new Map<string, number>();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask.data[(y * width + x) * 4 + 3]) continue;
      const place = places.find(({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom);
      const id = place?.id ?? 'around the tiles';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const problems = [...counts]
    .filter(([, count]) => count > TOLERATED_PIXELS)
    .map(([id, count]) => `${id}: ${count} pixels`);
  if (expected.width !== actual.width || expected.height !== actual.height) {
    problems.unshift(`${size(actual)} instead of ${size(expected)}`);
  }
  return { problems, sideBySide: () => encode(sideBySide([before, after, overlay(mask)])) };
}

const size = ({ width, height }: PNG): string => `${width} × ${height}`;

/** Pictures in a row, on white. */
export function sideBySide(pictures: readonly PNG[], gap = 0): PNG {
  const width = pictures.reduce((sum, picture) => sum + picture.width + gap, -gap);
  const row = new PNG({ width, height: Math.max(...pictures.map(({ height }) => height)) });
  row.data.fill(255);
  let left = 0;
  for (const picture of pictures) {
    PNG.bitblt(picture, row, 0, 0, picture.width, picture.height, left, 0);
    left += picture.width + gap;
  }
  return row;
}

function onCanvas(picture: PNG, width: number, height: number): PNG {
  const canvas = new PNG({ width, height });
  PNG.bitblt(picture, canvas, 0, 0, picture.width, picture.height, 0, 0);
  return canvas;
}

/** What differs, on white. */
function overlay(mask: PNG): PNG {
  for (let at = 0; at < mask.data.length; at += 4) {
    if (mask.data[at + 3]) continue;
    mask.data.fill(255, at, at + 4);
  }
  return mask;
}
