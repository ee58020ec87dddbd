import { fileURLToPath } from 'node:url';
import { minifyHTMLLiterals } from 'minify-literals';
import { minify as terser } from 'terser';
import type { Plugin } from 'vite';
import { defineConfig, minify as oxc } from 'vite';
import { demoBackend } from './demo/server/vite-plugin.js';
import { integrityOf } from './scripts/integrity.mjs';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * In the one file, what stands in for zod (docs/decisions/0004-what-zod-is-asked-to-do.md), which saves 3.4 kB, and for
 * Lit (docs/decisions/0007-size.md), which saves 3.1.
 */
const standIns = (): Plugin => ({
  name: 'stand-ins',
  apply: 'build',
  enforce: 'pre',
  resolveId(id) {
    if (id === 'zod/mini') return path('src/bundle/zod-mini.ts');
    if (id === 'lit') return path('src/bundle/lit.ts');
    if (id === './hydration.js') return path('src/bundle/hydration.ts');
    return null;
  },
});

/** White space in templates and style sheets means nothing, but a minifier sees a string. */
const minifyTemplates = (): Plugin => ({
  name: 'minify-templates',
  apply: 'build',
  async transform(code, id) {
    if (!id.startsWith(path('src/')) || !/\b(?:html|css|svg)`/.test(code)) return null;
    const result = await minifyHTMLLiterals(code, { fileName: id });
    return result && { code: result.code, map: result.map?.toString() ?? null };
  },
});

/**
 * Two minifiers, one after the other, make the smallest file. Measured on the whole widget (brotli, bytes): oxc 23918,
 * terser 23851, terser then oxc 23716, oxc then terser 23680, the same with templates left as they are 23864. Terser's
 * `unsafe_` options save under 35 bytes each; mangling all property names would save 830, and cost the public API.
 */
const minifyTwice = (): Plugin => ({
  name: 'minify-twice',
  apply: 'build',
  renderChunk: {
    order: 'post',
    async handler(code, chunk) {
      const once = await oxc(chunk.fileName, code, {
        module: false,
        compress: { target: 'es2022' },
        codegen: { removeWhitespace: true, legalComments: 'none' },
        sourcemap: true,
      });
      const twice = await terser(once.code, {
        ecma: 2022,
        compress: { ecma: 2022, passes: 3 },
        // Neither the page nor the script need have a charset.
        format: { comments: false, ascii_only: true },
        sourceMap: { content: JSON.stringify(once.map), includeSources: true },
      });
      return { code: twice.code ?? once.code, map: twice.map as string };
    },
  },
});

/** Whoever imports the script-tag file from TypeScript learns of the tag. */
const declareTag = (): Plugin => ({
  name: 'declare-tag',
  apply: 'build',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'vitumob-pay.min.d.ts', source: "import './define.js';\n" });
  },
});

/** What the script tag's `integrity` has to say, as `npm run generate` writes it into the README. */
const printIntegrity = (): Plugin => ({
  name: 'print-integrity',
  apply: 'build',
  writeBundle: (_, files) => {
    for (const file of Object.values(files)) if (file.type === 'chunk') console.log(integrityOf(file.code));
  },
});

/** `vite` serves the demo; `vite build` makes the one file for script tags. The npm modules next to it come from `tsc`. */
export default defineConfig({
  plugins: [demoBackend(), standIns(), minifyTemplates(), minifyTwice(), declareTag(), printIntegrity()],
  // The tests' reports are none of the demo's pages.
  server: { watch: { ignored: ['**/coverage/**'] } },
  resolve: {
    // Lit as customers get it, in the demo too: its development build talks in the console.
    conditions: ['module', 'browser', 'production'],
    // The demo says `vitumob-pay`, as a merchant does, and gets the source.
    alias: [
      { find: /^vitumob-pay$/, replacement: path('src/index.ts') },
      { find: /^vitumob-pay\/element$/, replacement: path('src/element/vitumob-pay-element.ts') },
      { find: /^vitumob-pay\/client$/, replacement: path('src/client/index.ts') },
      { find: /^vitumob-pay\/react$/, replacement: path('src/react.ts') },
    ],
  },
  build: {
    target: 'es2022',
    sourcemap: true,
    lib: { entry: path('src/index.ts'), formats: ['iife'], name: 'VitumobPay', fileName: () => 'vitumob-pay.min.js' },
    rolldownOptions: {
      preserveEntrySignatures: false, // A script tag has no use for exports: they would only be a global.
      output: {
        minify: false, // minifyTwice does.
        comments: false,
        // A server that imports the file has no elements to define.
        banner: `typeof HTMLElement !== 'undefined' &&`,
      },
    },
  },
});
