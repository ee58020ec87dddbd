/** Bytes on the line, as a server with brotli sends them. */

import { brotliCompressSync } from 'node:zlib';
import { CALLED } from '../peers.js';
import { printTable } from '../report.js';
import { figure, type Figure } from '../statistics.js';
import type { Section } from './section.js';

export const size: Section = ({ peers }) => {
  const bytes = peers.map((peer) => ({
    name: peer.name,
    sent: brotliCompressSync(peer.code).length + ((peer.css && brotliCompressSync(peer.css).length) || 0),
    parsed: peer.code.length + peer.css.length,
  }));
  printTable(
    'Size, bytes: script and style sheet',
    ['', 'brotli', 'minified'],
    bytes.map(({ name, sent, parsed }) => [CALLED[name], String(sent), String(parsed)]),
  );
  const ours = bytes.find(({ name }) => name === 'widget')?.sent ?? NaN;
  const figures: Figure[] = bytes
    .filter(({ name }) => name !== 'widget')
    .map(({ name, sent }) => figure(`size/${name}`, [ours / sent], { unit: `× ${CALLED[name]}` }));
  return Promise.resolve(figures);
};
