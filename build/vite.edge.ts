import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const entries = ['index', 'define', 'element/vitumob-pay-element', 'react', 'dev/index'];

/**
 * Makes the entries for servers at the edge, which take Lit for a browser's: without a DOM that does not even load. Here Lit
 * is the one for Node, which needs nothing of Node, and is built in.
 */
export default defineConfig({
  publicDir: false,
  ssr: {
    noExternal: true,
    external: ['react', '@lit/react', 'zod'],
    target: 'webworker',
    resolve: { conditions: ['node'] },
  },
  build: {
    target: 'es2022',
    outDir: 'dist/edge',
    minify: false,
    license: { fileName: 'LICENSE.md' },
    ssr: true,
    rolldownOptions: {
      // "use client" may be lost where modules are merged. `react` is an entry, which keeps it: test/package/react.test.ts looks.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE' || !log.message.includes('"use client" in "src/react.ts"'))
          report(level, log);
      },
      input: Object.fromEntries(
        entries.map((name) => [name, fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))]),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
