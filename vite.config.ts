import { fileURLToPath } from 'node:url';
import { minifyHTMLLiterals } from 'minify-literals';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** White space in templates and style sheets is nothing to the minifier: it sees a string. */
const minifyTemplates = (): Plugin => ({
  name: 'minify-templates',
  apply: 'build',
  async transform(code, id) {
    if (!id.startsWith(path('src/')) || !/\b(?:html|css|svg)`/.test(code)) return null;
    const result = await minifyHTMLLiterals(code, { fileName: id });
    return result ? { code: result.code, map: result.map?.toString() ?? null } : null;
  },
});

/** `vite build` makes the one file for script tags; the npm modules next to it come from `tsc`. */
export default defineConfig({
  plugins: [minifyTemplates()],
  resolve: {
    // The demo says `vitumob-pay`, as a merchant does, and gets the source.
    alias: [
      { find: /^vitumob-pay$/, replacement: path('src/index.ts') },
      { find: /^vitumob-pay\/element$/, replacement: path('src/vitumob-pay-element.ts') },
      { find: /^vitumob-pay\/client$/, replacement: path('src/client/index.ts') },
      { find: /^vitumob-pay\/react$/, replacement: path('src/react.ts') },
    ],
  },
  build: {
    target: 'es2022',
    sourcemap: true,
    lib: {
      entry: path('src/index.ts'),
      formats: ['iife'],
      name: 'VitumobPay',
      fileName: () => 'vitumob-pay.min.js',
    },
    rolldownOptions: {
      output: { comments: false },
    },
  },
});
