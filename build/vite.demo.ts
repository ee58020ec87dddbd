import { fileURLToPath } from 'node:url';
import { render } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import type { TemplateResult } from 'lit';
import { defineConfig, type Plugin } from 'vite';
import { renderMasthead } from '../demo/elements/masthead.js';
import { renderPitch } from '../demo/elements/pitch.js';
import { memoryOnly } from '../demo/site/memory-only.js';
import { DEFAULT_SETTINGS } from '../demo/settings.js';
import { TEXTS } from '../demo/texts.js';
import * as schemas from '../src/client/schemas.js';
import { compiledSchemas } from './compile-schemas.js';
import { minifyStyles } from './minify.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A part of the page as HTML, without the marks by which an element takes up what a server has rendered: these begin anew. */
const written = async (template: TemplateResult): Promise<string> =>
  (await collectResult(render(template))).replaceAll(/<!--.*?-->|<\?>/g, '').replaceAll(/\s+/g, ' ');

/**
 * The built page starts its backend itself, where the dev server has one of its own. What a visitor reads first stands in the HTML, and
 * nothing waits for the backend to be shown.
 */
const asSite = (): Plugin => ({
  name: 'vitumob-pay:as-site',
  transformIndexHtml: {
    order: 'pre',
    async handler(html) {
      const masthead = await written(renderMasthead(TEXTS.en, DEFAULT_SETTINGS, () => undefined));
      const pitch = await written(renderPitch(TEXTS.en, 'simulator', true));
      const edits = [
        ['/demo/main.ts', '/demo/site/main.ts'],
        ['<body>', '<body data-backend="worker">'],
        ['<main hidden>', '<main>'],
        ['></demo-masthead>', `>${masthead}</demo-masthead>`],
        ['></demo-pitch>', `>${pitch}</demo-pitch>`],
      ] as const;
      return edits.reduce((page, [from, to]) => page.replace(from, () => to), html);
    },
  },
});

/** The page's style sheet in the page: what it first draws then waits for nothing else. */
const inlineStyles = (): Plugin => ({
  name: 'vitumob-pay:inline-styles',
  enforce: 'post',
  generateBundle(_, files) {
    const page = files['index.html'];
    if (page?.type !== 'asset') return;
    page.source = String(page.source).replaceAll(
      /<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/g,
      (link: string, path: string) => {
        const sheet = files[path];
        if (sheet?.type !== 'asset') return link;
        Reflect.deleteProperty(files, path);
        return `<style>${String(sheet.source).trim()}</style>`;
      },
    );
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
  plugins: [
    asSite(),
    inlineStyles(),
    keepSideEffects(),
    memoryOnly(),
    // As in the one file: zod stays at home.
    compiledSchemas(`${root}src/client/schemas.ts`, schemas),
    minifyStyles(`${root}src/`),
  ],
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
