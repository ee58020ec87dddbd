import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** Neither the page nor the script need have a charset. */
const asciiOnly = (): Plugin => ({
  name: 'ascii-only',
  renderChunk: (code) =>
    code.replace(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
});

/** Makes the script-tag file for developers to read: what npm brings, with the hints, on the Lit that customers get. */
export default defineConfig({
  plugins: [asciiOnly()],
  publicDir: false,
  // Lit's development build warns of itself in the console of a payment page.
  resolve: { conditions: ['module', 'browser', 'production'] },
  build: {
    target: 'es2022',
    // The customers' file is built beside it.
    emptyOutDir: false,
    minify: false,
    license: { fileName: 'vitumob-pay.dev.js.LICENSE.md' },
    lib: {
      entry: fileURLToPath(new URL('../src/dev/script-tag.ts', import.meta.url)),
      formats: ['iife'],
      name: 'VitumobPay',
      fileName: () => 'vitumob-pay.dev.js',
    },
    // A script tag has no use for exports: they would only be a global.
    rolldownOptions: { preserveEntrySignatures: false },
  },
});
