import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';
import { compiledSchemas } from './build/compile-schemas.js';
import { minifyStyles, minifyTwice } from './build/minify.js';
import { demoBackend } from './demo/server/vite-plugin.js';
import { integrityOf } from './build/integrity.mjs';
import * as schemas from './src/client/schemas.js';
import { isNameFree } from './src/registration.js';
import { VERSION } from './src/version.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

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
  plugins: [
    demoBackend(),
    compiledSchemas(path('src/client/schemas.ts'), schemas),
    minifyStyles(path('src/')),
    minifyTwice(),
    declareTag(),
    printIntegrity(),
  ],
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
      { find: /^vitumob-pay\/messages\/fr$/, replacement: path('src/messages/fr.ts') },
      { find: /^vitumob-pay\/react$/, replacement: path('src/react.ts') },
    ],
  },
  build: {
    target: 'es2022',
    // Named by `minifyTwice`, in front of the last line break.
    sourcemap: 'hidden',
    license: { fileName: 'vitumob-pay.min.js.LICENSE.md' },
    lib: { entry: path('src/define.ts'), formats: ['iife'], name: 'VitumobPay', fileName: () => 'vitumob-pay.min.js' },
    rolldownOptions: {
      // That minifyTwice takes nearly all of the time is known.
      checks: { bundlerTimings: false },
      preserveEntrySignatures: false, // A script tag has no use for exports: they would only be a global.
      output: {
        minify: false, // minifyTwice does.
        comments: false,
        // A server that imports the file has no elements to define. A second copy steps back before its Lit makes a second
        // policy for Trusted Types, which a page that allows one would refuse with an exception. Asked inside of the file's
        // one function: behind an `&&`, V8 would not take that for a function that is called at once, and would parse it twice.
        intro: `if (typeof HTMLElement === 'undefined' || !(${String(isNameFree)})(${JSON.stringify(VERSION)})) return;`,
      },
    },
  },
});
