/** The four that are compared, built as a shop would have them. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { scriptTagFile } from '../test/e2e/build.js';
import type { BenchServer } from './server.js';

export type PeerName = 'widget' | 'free' | 'lit' | 'adyen';

export interface Peer {
  readonly name: PeerName;
  readonly tag: string;
  /** What the customer types: a number of its country. */
  readonly phone: string;
  readonly code: string;
  readonly css: string;
  /** Loads it in a page. */
  readonly head: string;
}

/** As the report names them. */
export const CALLED = {
  widget: 'vitumob-pay',
  free: 'library-free',
  lit: 'bare Lit + zod/mini',
  adyen: 'Adyen MB WAY',
} as const satisfies Record<PeerName, string>;

const folder = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url));

/** Adyen's is left out where it is not installed. */
export async function buildPeers(server: BenchServer): Promise<Peer[]> {
  const widget = { code: await scriptTagFile(), css: '' };
  const free = await bundle('free-pay.ts');
  const lit = await bundle('lit-pay.ts');
  const adyen = existsSync(join(folder, 'node_modules/@adyen/adyen-web')) ? await bundle('adyen-pay.js') : undefined;
  const kenyan = '0723123123';
  return [
    serve(server, { name: 'widget', tag: 'vitumob-pay', phone: kenyan, ...widget }),
    serve(server, { name: 'free', tag: 'free-pay', phone: kenyan, ...free }),
    serve(server, { name: 'lit', tag: 'lit-pay', phone: kenyan, ...lit }),
    ...(adyen ? [serve(server, { name: 'adyen', tag: 'adyen-pay', phone: '912345678', ...adyen })] : []),
  ];
}

function serve(server: BenchServer, peer: Omit<Peer, 'head'>): Peer {
  const script = server.file(`/${peer.name}.js`, 'text/javascript; charset=utf-8', peer.code);
  const style = peer.css && server.file(`/${peer.name}.css`, 'text/css; charset=utf-8', peer.css);
  const link = style ? `<link rel="stylesheet" href="${style}">` : '';
  return { ...peer, head: `${link}<script src="${script}" defer></script>` };
}

async function bundle(file: string): Promise<{ readonly code: string; readonly css: string }> {
  const name = file.replace(/\..*/, '');
  const outDir = join(cache, name);
  mkdirSync(outDir, { recursive: true });
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // Lit as customers get it.
    resolve: { conditions: ['module', 'browser', 'production'] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      outDir,
      emptyOutDir: true,
      minify: true,
      lib: {
        entry: join(folder, 'peers', file),
        formats: ['iife'],
        name: 'Peer',
        fileName: () => 'peer.js',
        cssFileName: 'peer',
      },
    },
  });
  const css = join(outDir, 'peer.css');
  return { code: readFileSync(join(outDir, 'peer.js'), 'utf8'), css: existsSync(css) ? readFileSync(css, 'utf8') : '' };
}
