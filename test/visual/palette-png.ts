/** Writes pictures with 256 colours: a quarter of the size, and every colour within a few levels of what it was. */

import { crc32, deflateSync } from 'node:zlib';
import type { PNG } from 'pngjs';

const COLOURS = 256;

/** Grounds, lines and text: these stay as they are. */
const EXACT = 32;

/** PNG's own name for a picture whose pixels are places in a palette, 8 bits each. */
const INDEXED = { depth: 8, colourType: 3 };

export function encode({ width, height, data }: PNG): Buffer {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4) {
    const colour = data.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf([...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour));
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));

  // Each row begins with the number of its filter: 0, none.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = data.readUIntBE((y * width + x) * 4, 3);
      rows[y * (width + 1) + 1 + x] = places.get(colour) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = INDEXED.depth;
  header[9] = INDEXED.colourType;
  const colours = Buffer.alloc(palette.length * 3);
  for (const [index, colour] of palette.entries()) colours.writeUIntBE(colour, index * 3, 3);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The most frequent colours, then again and again the one that is farthest from all that are there. */
function paletteOf(byFrequency: readonly number[]): readonly number[] {
  const palette = byFrequency.slice(0, EXACT);
  const distances = byFrequency.map((colour) => Math.min(...palette.map((each) => distance(each, colour))));
  while (palette.length < Math.min(COLOURS, byFrequency.length)) {
    const farthest = distances.indexOf(Math.max(...distances));
    const added = byFrequency[farthest] ?? 0;
    palette.push(added);
    for (const [index, colour] of byFrequency.entries()) {
      distances[index] = Math.min(distances[index] ?? 0, distance(added, colour));
    }
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((each) => distance(each, colour));
  return distances.indexOf(Math.min(...distances));
}

/** Between two colours as 0xRRGGBB, squared. */
function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return red * red + green * green + blue * blue;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
