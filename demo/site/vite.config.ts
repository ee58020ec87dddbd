import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { memoryOnly } from './memory-only.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built page starts its backend itself, where the dev server has one of its own. */
const backendInWorker = (): Plugin => ({
  name: 'vitumob-pay:backend-in-worker',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('/demo/main.ts', '/demo/site/main.ts'),
  },
});

/** The package says of its own files that they do nothing by themselves; the demo's define elements. */
const keepSideEffects = (): Plugin => ({
  name: 'vitumob-pay:keep-side-effects',
  transform: (code, id) =>
    id.startsWith(`${root}demo/`) && id.endsWith('.ts') ? { code, moduleSideEffects: true } : null,
});

/** Makes the demo a static site, for any host and any path: the folder `site/`. */
export default defineConfig({
  root,
  base: './',
  publicDir: false,
  plugins: [backendInWorker(), keepSideEffects(), memoryOnly()],
  resolve: {
    conditions: ['module', 'browser', 'production'],
    alias: [
      { find: /^vitumob-pay$/, replacement: `${root}src/index.ts` },
      { find: /^vitumob-pay\/client$/, replacement: `${root}src/client/index.ts` },
    ],
  },
  worker: {
    format: 'iife',
    plugins: () => [memoryOnly()],
    // At the top of the site: a worker answers for the pages beside and below it alone.
    rolldownOptions: { output: { entryFileNames: 'demo-backend.js' } },
  },
  build: {
    target: 'es2022',
    outDir: 'site',
    emptyOutDir: true,
    rolldownOptions: { input: ['index.html', 'demo/gallery/index.html'].map((page) => root + page) },
  },
});
